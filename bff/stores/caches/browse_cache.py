"""Browse results, cached for a minute and shared by all viewers of one region, age and kind.

The key holds every fact that decides the result, and titles are filtered again when loaded, so no viewer sees a
forbidden title. A stale result is served while it is refreshed or the cluster is down.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.ports.stores import BrowseQuery
from resolvers.runtime.deadlines import shared_context

REFRESH_SECONDS = 60.0
MAX_AGE_SECONDS = 3600.0
FIRST_READ_TIMEOUT_SECONDS = 1.0
"""For a page without a cached result. The read goes on and serves the next page."""
MAX_ENTRIES = 5000


class BrowseTiming(NamedTuple):
    """Seconds, how many reads go on at once, and how many titles a read asks for at least.

    Profiles of one audience ask for more titles the more they have watched. With a `least_size` they share a read.
    """

    refresh: float = REFRESH_SECONDS
    first_read: float = FIRST_READ_TIMEOUT_SECONDS
    readers: int = 100
    least_size: int = 0


PAGE_TIMING = BrowseTiming()
COMMAND_TIMING = BrowseTiming(refresh=MAX_AGE_SECONDS, first_read=30.0, readers=1, least_size=1200)
"""A command reads each result once, and waits for it. One after the other: a small cluster that gets all at once
answers none in time."""


TitleIds: TypeAlias = tuple[TitleId, ...]
Key: TypeAlias = tuple[str, BrowseQuery]
Browse: TypeAlias = Callable[[str, Sequence[BrowseQuery]], Awaitable[Mapping[BrowseQuery, TitleIds]]]


class BrowseCache:
    def __init__(
        self, browse: Browse, clock: Callable[[], float] = time.monotonic, timing: BrowseTiming = PAGE_TIMING
    ) -> None:
        self._timing = timing
        self._readers = asyncio.Semaphore(timing.readers)
        self._read = browse
        self._clock = clock
        self._entries: OrderedDict[Key, tuple[float, TitleIds]] = OrderedDict()
        self._reading: dict[Key, asyncio.Task[None]] = {}

    async def browse(self, index: str, queries: Sequence[BrowseQuery]) -> dict[BrowseQuery, TitleIds]:
        """Raises StoreUnavailable if a missing result cannot be read in time."""
        wider = {query: self._widened(query) for query in queries}
        found = await self._browse(index, list(dict.fromkeys(wider.values())))
        return {query: found[wide][: query.size] for query, wide in wider.items()}

    def _widened(self, query: BrowseQuery) -> BrowseQuery:
        """Of titles that leave, the first of many are not those of few: they are in the order of their ends."""
        has_own_order = query.leaving_days is not None
        return query if has_own_order else replace(query, size=max(query.size, self._timing.least_size))

    async def _browse(self, index: str, queries: Sequence[BrowseQuery]) -> dict[BrowseQuery, TitleIds]:
        ages = {query: self._age((index, query)) for query in queries}
        self._start_read(index, [query for query, age in ages.items() if age >= self._timing.refresh])
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
            async with self._readers:
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
            await asyncio.wait(tasks, timeout=self._timing.first_read)
        if any(self._age(key) >= MAX_AGE_SECONDS for key in keys):
            raise StoreUnavailable("elasticsearch")
