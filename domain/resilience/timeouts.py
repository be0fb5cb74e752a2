"""How long a call of a store is waited for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimeOuts:
    """Seconds until a call that was not answered has failed, by what is asked of which store.

    Made for stores in the same region, where a healthy one answers in milliseconds: a page waits for a hung store
    this long at most, a few times, until the store is left alone (bff/stores/base/instrumentation.py).
    """

    mongo_read: float = 1.0
    """With the search for a server that can answer."""
    mongo_write: float = 3.0
    redis: float = 0.5
    """A command, or a connection."""

    titles: float = 1.0
    """Elasticsearch, titles by id."""
    search: float = 5.0

    @property
    def longest(self) -> float:
        """No call goes on for longer."""
        return max(self.mongo_read, self.mongo_write, self.redis, self.titles, self.search)


USUAL = TimeOuts()
