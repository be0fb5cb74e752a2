"""Interfaces that outer packages implement."""
