"""In-process caches over store adapters. No driver is imported here."""
