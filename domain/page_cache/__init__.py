"""When a composed page may be served again."""
