"""The demo's data, sessions and first pages. The command is in bff/commands."""
