"""Catalogue titles in memory, shared by all requests and at most a minute old.

Titles are refreshed in the background and never used beyond MAX_AGE_SECONDS, so a withdrawn title disappears within a
minute and busy titles cost requests no calls. An unchanged title keeps its object, because rendered output is cached
on it. Outages are left to the fallback chain.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import Context
from datetime import datetime

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.filter_rules.compiler import Rule
from domain.ids import Region, TitleId
from domain.ports.stores import BrowseQuery, Catalog, RuleMatches, SearchQuery
from resolvers.runtime.lru_cache import LruCache

REFRESH_SECONDS = 25.0
MAX_INDEXES = 4
"""Data versions in use: live, previous, an experiment's."""
MAX_AGE_SECONDS = 50.0
"""Leaves time within the minute for a call and a page."""
MAX_TITLES = 50_000
EXPIRY_SHARE = 0.8
MAX_NOTED_PAGES = 300
"""Per refresh; further pages mostly repeat their titles."""
REFRESH_BATCH = 1000


class _CachedIndex:
    """Titles of one index. `read_at` is ordered, oldest first."""

    def __init__(self) -> None:
        self.titles: dict[TitleId, Title | None] = {}
        self.read_at: OrderedDict[TitleId, float] = OrderedDict()
        self.epoch = 0
        self.requested: list[Collection[TitleId]] = []
        """Titles since the last refresh, page by page."""
        self.refreshed_at = float("-inf")
        self.refreshing: asyncio.Task[None] | None = None

    def put(self, title_id: TitleId, title: Title | None, now: float) -> Title | None:
        """Returns the cached object if it is equal."""
        cached = self.titles.get(title_id)
        if cached is not None and cached == title:
            title = cached
        elif title_id in self.titles:
            self.epoch += 1
        self.titles[title_id] = title
        self.read_at[title_id] = now
        self.read_at.move_to_end(title_id)
        return title

    def expire(self, now: float, max_age: float, max_titles: int) -> None:
        """Also drops titles about to expire: rarely many, rather than often few."""
        if not self.read_at or (now - self._oldest_read() < max_age and len(self.read_at) <= max_titles):
            return
        self.epoch += 1
        while self.read_at and (
            now - self._oldest_read() >= max_age * EXPIRY_SHARE or len(self.read_at) > max_titles
        ):
            title_id, _ = self.read_at.popitem(last=False)
            del self.titles[title_id]

    def _oldest_read(self) -> float:
        return self.read_at[next(iter(self.read_at))]

    def note_request(self, ids: Collection[TitleId]) -> None:
        if len(self.requested) < MAX_NOTED_PAGES:
            self.requested.append(ids)


class TitleCache:
    """The Catalog port over another one, and the CachedTitles port. `max_age` 0 disables caching."""

    def __init__(
        self,
        catalog: Catalog,
        max_age: float = MAX_AGE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        max_titles: int = MAX_TITLES,
    ) -> None:
        self._catalog = catalog
        self._max_age = max_age
        self._clock = clock
        self._max_titles = max_titles
        self._indexes: LruCache[str, _CachedIndex] = LruCache(MAX_INDEXES)

    def cached(self, index: str, ids: Collection[TitleId]) -> Mapping[TitleId, Title | None]:
        """Starts a background refresh of ageing titles."""
        cached = self._current_index(index, ids)
        if cached is None:
            return {}
        titles = cached.titles
        return {title_id: titles[title_id] for title_id in ids if title_id in titles}

    def epoch(self, index: str, ids: Collection[TitleId]) -> int | None:
        cached = self._current_index(index, ids)
        return None if cached is None else cached.epoch

    def _current_index(self, index: str, ids: Collection[TitleId]) -> _CachedIndex | None:
        cached = self._indexes.get(index)
        if cached is None:
            return None
        now = self._clock()
        cached.expire(now, self._max_age, self._max_titles)
        cached.note_request(ids)
        if now - cached.refreshed_at >= REFRESH_SECONDS and cached.refreshing is None:
            self._start_refresh(index, cached, now)
        return cached

    async def titles(self, index: str, ids: Sequence[TitleId]) -> Mapping[TitleId, Title]:
        """Always reads."""
        read_at = self._clock()
        titles = await self._catalog.titles(index, ids)
        if not self._max_age:
            return titles
        cached = self._indexes.get(index)
        if cached is None:
            cached = _CachedIndex()
            cached.refreshed_at = read_at
            self._indexes.put(index, cached)
        entries = ((title_id, cached.put(title_id, titles.get(title_id), read_at)) for title_id in ids)
        return {title_id: title for title_id, title in entries if title is not None}

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> Mapping[BrowseQuery, tuple[TitleId, ...]]:
        return await self._catalog.browse(index, queries)

    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]:
        return await self._catalog.search(index, query)

    async def matching(self, index: str, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        return await self._catalog.matching(index, rule, now, region, size)

    def close(self) -> None:
        for cached in self._indexes.values():
            if cached.refreshing is not None:
                cached.refreshing.cancel()

    def _start_refresh(self, index: str, cached: _CachedIndex, now: float) -> None:
        """Of the titles requested since the last refresh; the others expire."""
        requested = dict.fromkeys(title_id for ids in cached.requested for title_id in ids)
        due = [title_id for title_id in requested if cached.read_at.get(title_id, now) < now]
        cached.refreshed_at, cached.requested = now, []
        if due:
            context = Context()
            cached.refreshing = asyncio.create_task(self._refresh(index, cached, due), context=context)

    async def _refresh(self, index: str, cached: _CachedIndex, ids: Sequence[TitleId]) -> None:
        try:
            for start in range(0, len(ids), REFRESH_BATCH):
                await self.titles(index, ids[start : start + REFRESH_BATCH])
        except StoreUnavailable:
            # The next caller after their expiry sees the error.
            return
        finally:
            cached.refreshing = None
