"""Layouts as files: YAML that designers write and git keeps."""
