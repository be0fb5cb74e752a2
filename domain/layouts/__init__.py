"""Layouts: which rows a home page has, for whom and when. Other rooms fill and order the rows."""
