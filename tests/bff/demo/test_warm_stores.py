"""The demo waits for its local stores before it serves, and not for ever."""

from __future__ import annotations

import pytest

from bff.demo.warm_stores import warm_stores
from bff.local_stack import StoreUrls


@pytest.mark.stores
def test_stores_that_answer_are_warm_even_before_the_first_night(
    mongo_database: str, stack: StoreUrls
) -> None:
    urls = StoreUrls(mongo_database, stack.elasticsearch_url, stack.redis_url)
    assert warm_stores(urls, clock=iter(range(100)).__next__, fast_seconds=2.0) is True


def test_stores_that_do_not_answer_end_the_wait() -> None:
    """By its own clock a second goes by with every look at it."""
    nowhere = StoreUrls(
        "mongodb://127.0.0.1:9/x?serverSelectionTimeoutMS=10", "http://127.0.0.1:9", "redis://127.0.0.1:9"
    )
    assert warm_stores(nowhere, clock=iter(range(100)).__next__, max_wait_seconds=2.0) is False
