"""Publishes layouts and experiments, for the API and the command line. No GraphQL types."""
