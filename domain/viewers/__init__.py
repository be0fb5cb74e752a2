"""Accounts, profiles, events and viewing activity. Ranking and recommendations stay out."""
