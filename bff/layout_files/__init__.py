"""Layouts as YAML files that designers edit and keep in git. Publishing itself is in resolvers/publishing."""
