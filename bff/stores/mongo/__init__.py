"""The MongoDB adapters; only database.py imports motor."""
