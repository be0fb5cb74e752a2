"""Catalogue titles in memory, shared by all requests and at most a minute old.

A title whose visibility changed is dropped as soon as that is heard, and a read that began before does not bring it
back. While changes may go unheard no title is used for longer than its lease. Titles are refreshed in the background
and never used beyond MAX_AGE_SECONDS, so busy titles cost requests no calls. An unchanged title keeps its object,
because rendered output is cached on it. Outages are left to the fallback chain.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextvars import Context
from datetime import datetime

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.filter_rules.compiler import Rule
from domain.ids import Region, TitleId
from domain.ports.stores import BrowseQuery, Catalog, RuleMatches, SearchQuery
from domain.visibility.changes import VisibilityChange
from domain.visibility.facts import facts_of
from resolvers.runtime.known_changes import KnownChanges
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

    def drop(self, ids: Iterable[TitleId] | None) -> None:
        """None: all."""
        found = list(self.titles) if ids is None else [one for one in ids if one in self.titles]
        if found:
            self.epoch += 1
        for title_id in found:
            del self.titles[title_id], self.read_at[title_id]

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
        changes: KnownChanges | None = None,
        announce_later: Callable[[VisibilityChange], None] | None = None,
    ) -> None:
        """`announce_later` notes a change and announces it in the background."""
        self._catalog = catalog
        self._changes = changes or KnownChanges()
        self._changes.on_titles.append(self._drop)
        self._announce_later = announce_later or self._changes.note
        self._max_age = max_age
        self._clock = clock
        self._max_titles = max_titles
        self._indexes: LruCache[str, _CachedIndex] = LruCache(MAX_INDEXES)

    def cached(self, index: str, ids: Collection[TitleId]) -> Mapping[TitleId, Title | None]:
        """Starts a background refresh of ageing titles."""
        cached = self._current_index(index, ids)
        if cached is None:
            return {}
        titles, lease = cached.titles, self._changes.lease_seconds(self._max_age)
        if lease == self._max_age:
            return {title_id: titles[title_id] for title_id in ids if title_id in titles}
        read_after, read_at = self._clock() - lease, cached.read_at
        return {one: titles[one] for one in ids if one in titles and read_at[one] > read_after}

    def epoch(self, index: str, ids: Collection[TitleId]) -> int | None:
        """None as well while titles have short leases."""
        cached = self._current_index(index, ids)
        if cached is None or self._changes.lease_seconds(self._max_age) < self._max_age:
            return None
        return cached.epoch

    def _current_index(self, index: str, ids: Collection[TitleId]) -> _CachedIndex | None:
        cached = self._indexes.get(index)
        if cached is None:
            return None
        now, lease = self._clock(), self._changes.lease_seconds(self._max_age)
        cached.expire(now, self._max_age, self._max_titles)
        cached.note_request(ids)
        due = lease and now - cached.refreshed_at >= min(REFRESH_SECONDS, lease / 2)
        if due and cached.refreshing is None:
            self._start_refresh(index, cached, now)
        return cached

    async def titles(self, index: str, ids: Sequence[TitleId]) -> Mapping[TitleId, Title]:
        """Always reads. While the catalogue does not answer: what is known of all, as long as it may be trusted."""
        read_at, mark = self._clock(), self._changes.mark()
        try:
            titles = await self._catalog.titles(index, ids)
        except StoreUnavailable:
            known = self._trusted_titles(index, ids)
            if known is None:
                raise
            return known
        if not self._max_age:
            return titles
        cached = self._indexes.get(index)
        if cached is None:
            cached = _CachedIndex()
            cached.refreshed_at = read_at
            self._indexes.put(index, cached)
        current = [one for one in ids if self._changes.is_title_current(one, mark)]
        self._announce_differences(cached, current, titles)
        for title_id in current:
            cached.put(title_id, titles.get(title_id), read_at)
        kept = cached.titles
        return {title_id: kept.get(title_id) or title for title_id, title in titles.items()}

    def _trusted_titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title] | None:
        """None unless all are known. Past their lease, they were not heard to have changed."""
        cached = self._indexes.get(index)
        if cached is None or any(title_id not in cached.titles for title_id in ids):
            return None
        now, oldest = self._clock(), min((cached.read_at[title_id] for title_id in ids), default=0.0)
        if now - oldest >= self._max_age or not self._changes.is_trusted_since_tick(oldest):
            return None
        return {one: title for one in ids if (title := cached.titles[one]) is not None}

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

    def _announce_differences(
        self, cached: _CachedIndex, ids: Iterable[TitleId], read: Mapping[TitleId, Title]
    ) -> None:
        """A change that no writer announced: whoever notices it does, so that no memory brings the old facts back."""
        known = ((one, cached.titles.get(one)) for one in ids)
        changed = tuple(one for one, old in known if old is not None and _differ(old, read.get(one)))
        if changed:
            self._announce_later(VisibilityChange(titles=changed))

    def _drop(self, ids: Iterable[TitleId] | None) -> None:
        for cached in self._indexes.values():
            cached.drop(ids)

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


def _differ(old: Title, new: Title | None) -> bool:
    return new is not old and (new is None or facts_of(new) != facts_of(old))
