"""What lists and pages are worth: the table of an evaluation, for the levels of titles and of pages."""
