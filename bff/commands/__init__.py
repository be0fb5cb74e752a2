"""The service's commands, one file each. A command imports heavy packages only when it runs."""
