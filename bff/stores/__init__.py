"""Adapters that fill domain/ports with MongoDB, Redis, Elasticsearch and in-process caches."""
