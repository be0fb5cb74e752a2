"""The rules: pure functions and frozen values, standard library only. Nothing here awaits or opens anything."""
