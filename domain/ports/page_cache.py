"""Ports of the page cache, and of the titles cached in this process. See stores.py."""

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
    """A cache entry. Hand `write_token` back with the page composed after this read.

    `busy`: another process is composing this page. `corrupt`: the entry was unreadable. `last_announcement`: the
    position in the log of visibility changes; None when this read did not bring it.
    """

    write_token: str
    found: tuple[CachedPage, PageSnapshot] | None = None
    busy: bool = False
    corrupt: bool = False
    last_announcement: str | None = None


class PageCache(Protocol):
    """Composed pages. Every method raises StoreUnavailable.

    Each write of a profile replaces its write token, which invalidates its cached pages.
    """

    async def read(self, key: CacheKey, wait: bool = False) -> PageCacheRead:
        """One round trip. On a miss the first caller holds a short lease; others read `busy`.

        `wait`: poll for a moment while it is busy.
        """
        ...

    async def store(
        self, key: CacheKey, write_token: str, cached: CachedPage, snapshot: PageSnapshot
    ) -> bool:
        """False: the profile's write token changed after `read`; the page is not stored."""
        ...

    async def confirm(self, key: CacheKey, write_token: str, cached: CachedPage) -> bool:
        """Replace the cached entry; its snapshot stays. False: another page or write token is there now."""
        ...

    def recent(self, key: CacheKey) -> tuple[CachedPage, PageSnapshot] | None:
        """What this process last read or stored, for when the store is missing: it may be out of date."""
        ...

    async def claim(self, key: CacheKey) -> bool:
        """Take the lease for composing the page again. False: another process holds it."""
        ...


class CachedTitles(Protocol):
    """Raw titles in this process's memory, for resolvers/request/loaders.py only."""

    def cached(self, index: str, ids: Collection[TitleId]) -> Mapping[TitleId, Title | None]:
        """The fresh ones, without a store call. A value None: the catalogue has no such title."""
        ...

    def epoch(self, index: str, ids: Collection[TitleId]) -> int | None:
        """Changes when a title of this index is replaced or evicted; while it is equal, earlier results of `cached`
        are valid. Counts as a read of `ids`. None: nothing of this index is cached."""
        ...
