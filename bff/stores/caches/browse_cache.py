"""Shelves of the catalogue, kept for a minute: they are the same for everybody of one region, age and kind.

The key of a shelf holds every fact that decides what is on it, and each title is filtered again when it is
loaded, so a shelf kept for one viewer never shows another what must not be seen. An old shelf is served while
it is read again, also while the search cluster is down; equal reads at one moment are one read.
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

FRESH_SECONDS = 60.0
USABLE_SECONDS = 3600.0
PATIENCE_SECONDS = 1.0
"""How long a page waits for a shelf that was never read. The read goes on and serves the next page."""
KEPT = 5000

Shelf: TypeAlias = tuple[TitleId, ...]
Key: TypeAlias = tuple[str, BrowseQuery]
Browse: TypeAlias = Callable[[str, Sequence[BrowseQuery]], Awaitable[Mapping[BrowseQuery, Shelf]]]


class BrowseCache:
    """`browse` reads shelves from the catalogue; `self.browse` answers the same from memory where it can."""

    def __init__(self, browse: Browse, clock: Callable[[], float] = time.monotonic) -> None:
        self._read = browse
        self._clock = clock
        self._kept: OrderedDict[Key, tuple[float, Shelf]] = OrderedDict()
        self._reading: dict[Key, asyncio.Task[None]] = {}

    async def browse(self, index: str, queries: Sequence[BrowseQuery]) -> dict[BrowseQuery, Shelf]:
        """Raises StoreUnavailable when a shelf that is not kept cannot be read in time."""
        ages = {query: self._age((index, query)) for query in queries}
        self._start_reading(index, [query for query, age in ages.items() if age >= FRESH_SECONDS])
        missing = [(index, query) for query, age in ages.items() if age >= USABLE_SECONDS]
        await self._wait_for(missing)
        return {query: self._kept[index, query][1] for query in queries}

    def _age(self, key: Key) -> float:
        read_at = self._kept[key][0] if key in self._kept else float("-inf")
        return self._clock() - read_at

    def _start_reading(self, index: str, queries: Iterable[BrowseQuery]) -> None:
        wanted = [query for query in queries if (index, query) not in self._reading]
        if not wanted:
            return
        task = asyncio.create_task(self._read_and_keep(index, wanted), context=shared_context())
        self._reading.update({(index, query): task for query in wanted})

    async def _read_and_keep(self, index: str, queries: Sequence[BrowseQuery]) -> None:
        try:
            found = await self._read(index, queries)
            now = self._clock()
            for query, shelf in found.items():
                self._kept[index, query] = (now, shelf)
                self._kept.move_to_end((index, query))
        except StoreUnavailable:
            # Whoever waits finds nothing kept; whoever has an old shelf goes on with it.
            pass
        finally:
            for query in queries:
                self._reading.pop((index, query), None)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    async def _wait_for(self, keys: Sequence[Key]) -> None:
        tasks = {self._reading[key] for key in keys if key in self._reading}
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE_SECONDS)
        if any(self._age(key) >= USABLE_SECONDS for key in keys):
            raise StoreUnavailable("elasticsearch")
