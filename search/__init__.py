"""The catalog index in Elasticsearch: mapping, queries, reads, indexing."""
