"""Rules for overload and timeouts; measuring is left to callers."""
