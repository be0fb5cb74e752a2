"""Browse results, cached for a minute and shared by all viewers of one region, age and kind.

The key holds every fact that decides the result, and titles are filtered again when loaded, so no viewer sees a
forbidden title. A stale result is served while it is refreshed or the cluster is down.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.ports.stores import BrowseQuery
from resolvers.runtime.deadlines import shared_context

REFRESH_SECONDS = 60.0
MAX_AGE_SECONDS = 3600.0
FIRST_READ_TIMEOUT_SECONDS = 1.0
"""For a page without a cached result. The read goes on and serves the next page."""
MAX_ENTRIES = 5000

TitleIds: TypeAlias = tuple[TitleId, ...]
Key: TypeAlias = tuple[str, BrowseQuery]
Browse: TypeAlias = Callable[[str, Sequence[BrowseQuery]], Awaitable[Mapping[BrowseQuery, TitleIds]]]


class BrowseCache:
    def __init__(self, browse: Browse, clock: Callable[[], float] = time.monotonic) -> None:
        self._read = browse
        self._clock = clock
        self._entries: OrderedDict[Key, tuple[float, TitleIds]] = OrderedDict()
        self._reading: dict[Key, asyncio.Task[None]] = {}

    async def browse(self, index: str, queries: Sequence[BrowseQuery]) -> dict[BrowseQuery, TitleIds]:
        """Raises StoreUnavailable if a missing result cannot be read in time."""
        ages = {query: self._age((index, query)) for query in queries}
        self._start_read(index, [query for query, age in ages.items() if age >= REFRESH_SECONDS])
        missing = [(index, query) for query, age in ages.items() if age >= MAX_AGE_SECONDS]
        await self._wait_for(missing)
        return {query: self._entries[index, query][1] for query in queries}

    def _age(self, key: Key) -> float:
        read_at = self._entries[key][0] if key in self._entries else float("-inf")
        return self._clock() - read_at

    def _start_read(self, index: str, queries: Iterable[BrowseQuery]) -> None:
        unread = [query for query in queries if (index, query) not in self._reading]
        if not unread:
            return
        task = asyncio.create_task(self._read_and_store(index, unread), context=shared_context())
        self._reading.update({(index, query): task for query in unread})

    async def _read_and_store(self, index: str, queries: Sequence[BrowseQuery]) -> None:
        try:
            results = await self._read(index, queries)
            now = self._clock()
            for query, title_ids in results.items():
                self._entries[index, query] = (now, title_ids)
                self._entries.move_to_end((index, query))
        except StoreUnavailable:
            # Waiting callers find nothing; a stale result stays in use.
            pass
        finally:
            for query in queries:
                self._reading.pop((index, query), None)
            while len(self._entries) > MAX_ENTRIES:
                self._entries.popitem(last=False)

    async def _wait_for(self, keys: Sequence[Key]) -> None:
        tasks = {self._reading[key] for key in keys if key in self._reading}
        if tasks:
            await asyncio.wait(tasks, timeout=FIRST_READ_TIMEOUT_SECONDS)
        if any(self._age(key) >= MAX_AGE_SECONDS for key in keys):
            raise StoreUnavailable("elasticsearch")
