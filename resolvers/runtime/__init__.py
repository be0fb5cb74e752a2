"""State that the requests of a process share, and the store ports."""
