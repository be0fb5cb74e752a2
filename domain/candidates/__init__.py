"""Candidates of rows: the eligibility check, the watched filter, seeds and selection. Scores stay out."""
