"""Artwork: draws an SVG from a title. Only `handler` uses HTTP."""
