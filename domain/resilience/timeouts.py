"""Timeouts of store calls."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoreTimeouts:
    """Seconds, for stores in the same region, where healthy ones answer in milliseconds.

    A hung store costs a page this much a few times, until its circuit opens (bff/stores/base/instrumentation.py).
    """

    mongo_read: float = 1.0
    """Includes server selection."""
    mongo_write: float = 3.0
    redis: float = 0.5
    """Per command and per connection."""

    titles: float = 1.0
    """Elasticsearch, titles by id."""
    search: float = 5.0

    def patient(self) -> StoreTimeouts:
        """For commands: no viewer waits, and a read that is given up is only asked again."""
        return StoreTimeouts(
            mongo_read=max(self.mongo_read, 5.0),
            mongo_write=max(self.mongo_write, 5.0),
            redis=max(self.redis, 3.0),
            titles=max(self.titles, 5.0),
            search=max(self.search, 10.0),
        )

    @property
    def longest(self) -> float:
        return max(self.mongo_read, self.mongo_write, self.redis, self.titles, self.search)


DEFAULT_TIMEOUTS = StoreTimeouts()
