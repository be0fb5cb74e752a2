"""Titles, genres, regions, maturity ratings, artwork. Stores and indexes stay out."""
