"""Precomputed lists: values, documents, keys, reasons. Ranking stays out."""
