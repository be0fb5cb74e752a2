"""Spark jobs, a file per dataset. Publishing is in `pipeline`."""
