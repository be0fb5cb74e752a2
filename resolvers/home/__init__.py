"""The home page, in order: serve, page_cache, compose, gather, assemble, fallbacks, after_serving."""
