"""Invalidates a profile's cached pages after each durable write, before the write is acknowledged.

If Redis does not answer, the write is acknowledged anyway. This process then serves no cached page of that profile
until a retry succeeds; other processes may, until the next confirmation, a minute at most. Activity decides no
visibility: what does is announced (bff/stores/visibility/).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from bff.stores.base.instrumentation import DeadlineExceeded
from bff.stores.redis.page_cache import RedisPageCache
from bff.stores.visibility.announcements import HeardAnnouncements
from domain.errors import StoreUnavailable
from domain.ids import AccountId, ProfileId
from domain.page_cache.cached_page import CachedPage, CacheKey
from domain.ports.page_cache import PageCacheRead
from domain.ports.stores import Activities, Profiles, RecordResult
from domain.snapshots.snapshot import PageSnapshot
from domain.viewers.activity import Activity, Changes
from domain.viewers.events import Event
from domain.viewers.profiles import Preferences, Profile
from resolvers.runtime.deadlines import shared_context

RETRY_SECONDS = 1.0
MAX_PENDING = 10_000
"""Profiles. Beyond that, the minute must do."""


class InvalidatingPageCache:
    """The PageCache port, with retried invalidation."""

    def __init__(
        self,
        page_cache: RedisPageCache,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        announcements: HeardAnnouncements | None = None,
    ) -> None:
        self._page_cache = page_cache
        self._pause = pause
        self._announcements = announcements
        self._pending: dict[ProfileId, object] = {}
        """Each request is an object of its own."""
        self._retrying: asyncio.Task[None] | None = None

    async def invalidate(self, profile_id: ProfileId) -> None:
        """Never fails."""
        try:
            await self._page_cache.invalidate(profile_id)
        except StoreUnavailable:
            self.invalidate_later(profile_id)

    def invalidate_later(self, profile_id: ProfileId) -> None:
        """In the background."""
        if len(self._pending) < MAX_PENDING:
            self._pending[profile_id] = object()
        if self._retrying is None:
            self._retrying = asyncio.create_task(self._retry_pending(), context=shared_context())

    @contextmanager
    def invalidate_on_timeout(self, *profile_ids: ProfileId) -> Iterator[None]:
        """Around a write: if cut at the deadline, it may be durable all the same."""
        try:
            yield
        except DeadlineExceeded:
            for profile_id in profile_ids:
                self.invalidate_later(profile_id)
            raise

    async def _retry_pending(self) -> None:
        while self._pending:
            await self._pause(RETRY_SECONDS)
            for profile_id in list(self._pending):
                request = self._pending[profile_id]
                try:
                    await self._page_cache.invalidate(profile_id)
                except StoreUnavailable:
                    break
                # Another write may have asked meanwhile, after Redis had carried out this one.
                if self._pending[profile_id] is request:
                    del self._pending[profile_id]
        self._retrying = None

    def close(self) -> None:
        if self._retrying is not None:
            self._retrying.cancel()

    async def read(self, key: CacheKey, wait: bool = False) -> PageCacheRead:
        """Afterwards this process has heard all that was announced before."""
        if key.profile_id in self._pending:
            raise StoreUnavailable("redis")
        asked_at = self._announcements.ticks() if self._announcements is not None else 0.0
        reading = await self._page_cache.read(key, wait)
        if self._announcements is not None:
            if reading.last_announcement is None:
                await self._announcements.catch_up()
            else:
                await self._announcements.catch_up_to(reading.last_announcement, asked_at)
        return reading

    async def store(
        self, key: CacheKey, write_token: str, cached: CachedPage, snapshot: PageSnapshot
    ) -> bool:
        return await self._page_cache.store(key, write_token, cached, snapshot)

    def recent(self, key: CacheKey) -> tuple[CachedPage, PageSnapshot] | None:
        return self._page_cache.recent(key)

    async def confirm(self, key: CacheKey, write_token: str, cached: CachedPage) -> bool:
        return await self._page_cache.confirm(key, write_token, cached)

    async def claim(self, key: CacheKey) -> bool:
        return await self._page_cache.claim(key)


class InvalidatingActivities:
    """The Activities port."""

    def __init__(self, activities: Activities, page_cache: InvalidatingPageCache) -> None:
        self._activities = activities
        self._page_cache = page_cache

    async def activities(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Activity]:
        return await self._activities.activities(ids)

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> RecordResult:
        with self._page_cache.invalidate_on_timeout(profile_id):
            result = await self._activities.record(profile_id, events, changes)
        if result.moved_to is not None:
            await self._page_cache.invalidate(result.moved_to)
        if result.moved_to is not None or changes_page(result.changes):
            await self._page_cache.invalidate(profile_id)
        return result

    async def merge_session(self, session: ProfileId, profile_id: ProfileId) -> RecordResult:
        with self._page_cache.invalidate_on_timeout(session, profile_id):
            result = await self._activities.merge_session(session, profile_id)
        for changed in dict.fromkeys((session, profile_id, result.moved_to or profile_id)):
            await self._page_cache.invalidate(changed)
        return result


class InvalidatingProfiles:
    """The Profiles port."""

    def __init__(self, profiles: Profiles, page_cache: InvalidatingPageCache) -> None:
        self._profiles = profiles
        self._page_cache = page_cache

    async def profiles(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Profile]:
        return await self._profiles.profiles(ids)

    async def profiles_by_account(self, ids: Sequence[AccountId]) -> Mapping[AccountId, tuple[Profile, ...]]:
        return await self._profiles.profiles_by_account(ids)

    async def save_preferences(self, profile_id: ProfileId, preferences: Preferences) -> None:
        with self._page_cache.invalidate_on_timeout(profile_id):
            await self._profiles.save_preferences(profile_id, preferences)
        await self._page_cache.invalidate(profile_id)


def changes_page(changes: Changes) -> bool:
    """False for impressions alone: they affect ranking by the day, and would invalidate each page at first view."""
    return bool(replace(changes, impressions={}))
