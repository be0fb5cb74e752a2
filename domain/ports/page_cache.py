"""Ports of what a page need not be made or read for again: warm pages, and titles in memory. See ports.py."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.page_cache.cached_page import CachedPage, CacheKey
from domain.snapshots.snapshot import PageSnapshot


@dataclass(frozen=True, slots=True)
class PageCacheRead:
    """What is kept at a place. `stamp` stands for the moment: whoever composes now hands it back with the page.

    `busy`: another process has begun to compose for this place. `corrupt`: there was something unreadable.
    """

    stamp: str
    found: tuple[CachedPage, PageSnapshot] | None = None
    busy: bool = False
    corrupt: bool = False


class PageCache(Protocol):
    """Pages that need not be composed again. Reads and writes raise StoreUnavailable."""

    async def read(self, place: CacheKey, wait: bool = False) -> PageCacheRead:
        """One round trip. Without a page, the first to ask is the one to compose; to others it is busy, for a moment.

        `wait`: ask again for a moment, as long as it is busy.
        """
        ...

    async def keep(self, place: CacheKey, stamp: str, warm: CachedPage, kept: PageSnapshot) -> bool:
        """False: the viewer did something since the stamp was given, and the page is as good as never made."""
        ...

    async def confirm(self, place: CacheKey, stamp: str, warm: CachedPage) -> bool:
        """Put it in place of what was found there, the page itself staying as it is."""
        ...

    async def claim(self, place: CacheKey) -> bool:
        """True for the one who is to make the page of this place anew."""
        ...


class KnownTitles(Protocol):
    """Titles in this process's memory, raw: for resolvers/request/loaders.py alone."""

    def at_hand(self, index: str, ids: Collection[TitleId]) -> Mapping[TitleId, Title | None]:
        """Those that were read lately enough to go by, without a call; None: there is no such title."""
        ...

    def epoch(self, index: str, ids: Collection[TitleId]) -> int | None:
        """Another number whenever a title of this index was replaced or forgotten: until then what was given out by
        `at_hand` may be gone by. Counts as asking for `ids`. None: nothing is kept of this index."""
        ...
