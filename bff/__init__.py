"""The service: opens stores, speaks HTTP, checks tokens, and has the command line."""
