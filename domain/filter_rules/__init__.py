"""The filter rule language: syntax, parser, matching and rule tests."""
