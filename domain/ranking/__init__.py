"""Scores candidates, selects cards and values rows. Composing pages stays in `page`."""
