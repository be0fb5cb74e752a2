"""Imports of rating data sets and of a customer's own files."""
