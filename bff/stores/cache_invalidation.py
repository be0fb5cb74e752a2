"""Writes of a viewer's, announced: once they are durable and before they are acknowledged, no warm page stands.

When Redis does not answer, the write is acknowledged all the same. This process then takes no warm page of that
viewer's until Redis has been told; another may go on for as long as a page goes unconfirmed, a minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from bff.stores.base.instrumentation import OutOfTime
from bff.stores.redis.page_cache import RedisPageCache
from domain.errors import StoreUnavailable
from domain.ids import AccountId, ProfileId
from domain.page_cache.cached_page import CachedPage, CacheKey
from domain.ports.page_cache import PageCacheRead
from domain.ports.stores import Activities, Profiles, Recorded
from domain.snapshots.snapshot import PageSnapshot
from domain.viewers.activity import Activity, Changes
from domain.viewers.events import Event
from domain.viewers.profiles import Preferences, Profile
from resolvers.runtime.deadlines import shared_context

RETRY_SECONDS = 1.0
MOST_WAITING = 10_000
"""Viewers that Redis could not be told of. Beyond that, the minute has to do."""


class Announcer:
    """The WarmPages port, and who tells it of writes."""

    def __init__(
        self, warm: RedisPageCache, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._warm = warm
        self._pause = pause
        self._waiting: dict[ProfileId, None] = {}
        self._telling: asyncio.Task[None] | None = None

    async def moved(self, profile_id: ProfileId) -> None:
        """Never fails."""
        try:
            await self._warm.moved(profile_id)
        except StoreUnavailable:
            self.move_later(profile_id)

    def move_later(self, profile_id: ProfileId) -> None:
        """Behind the answer. Until it is told no warm page of theirs is served here."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting[profile_id] = None
        if self._telling is None:
            self._telling = asyncio.create_task(self._tell(), context=shared_context())

    @contextmanager
    def in_doubt(self, *profile_ids: ProfileId) -> Iterator[None]:
        """Around a write: cut off by the request's deadline it may be durable all the same."""
        try:
            yield
        except OutOfTime:
            for profile_id in profile_ids:
                self.move_later(profile_id)
            raise

    async def _tell(self) -> None:
        while self._waiting:
            await self._pause(RETRY_SECONDS)
            for profile_id in list(self._waiting):
                try:
                    await self._warm.moved(profile_id)
                except StoreUnavailable:
                    break
                del self._waiting[profile_id]
        self._telling = None

    async def told(self) -> None:
        """Wait until there is nothing left to tell."""
        if self._telling is not None:
            await self._telling

    def close(self) -> None:
        if self._telling is not None:
            self._telling.cancel()

    async def read(self, place: CacheKey, wait: bool = False) -> PageCacheRead:
        if place.profile_id in self._waiting:
            raise StoreUnavailable("redis")
        return await self._warm.read(place, wait)

    async def keep(self, place: CacheKey, stamp: str, warm: CachedPage, kept: PageSnapshot) -> bool:
        return await self._warm.keep(place, stamp, warm, kept)

    async def confirm(self, place: CacheKey, stamp: str, warm: CachedPage) -> bool:
        return await self._warm.confirm(place, stamp, warm)

    async def claim(self, place: CacheKey) -> bool:
        return await self._warm.claim(place)


class AnnouncedActivities:
    """The Activities port."""

    def __init__(self, activities: Activities, announcer: Announcer) -> None:
        self._activities = activities
        self._announcer = announcer

    async def activities(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Activity]:
        return await self._activities.activities(ids)

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> Recorded:
        with self._announcer.in_doubt(profile_id):
            recorded = await self._activities.record(profile_id, events, changes)
        if shows(recorded.changes):
            await self._announcer.moved(profile_id)
        return recorded

    async def adopt(self, session: ProfileId, profile_id: ProfileId) -> Recorded:
        with self._announcer.in_doubt(session, profile_id):
            recorded = await self._activities.adopt(session, profile_id)
        await self._announcer.moved(session)
        await self._announcer.moved(profile_id)
        return recorded


class AnnouncedProfiles:
    """The Profiles port."""

    def __init__(self, profiles: Profiles, announcer: Announcer) -> None:
        self._profiles = profiles
        self._announcer = announcer

    async def profiles(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Profile]:
        return await self._profiles.profiles(ids)

    async def profiles_of(self, ids: Sequence[AccountId]) -> Mapping[AccountId, tuple[Profile, ...]]:
        return await self._profiles.profiles_of(ids)

    async def prefer(self, profile_id: ProfileId, preferences: Preferences) -> None:
        with self._announcer.in_doubt(profile_id):
            await self._profiles.prefer(profile_id, preferences)
        await self._announcer.moved(profile_id)


def shows(changes: Changes) -> bool:
    """Something that the viewer did. That they were shown something is no doing of theirs: it tells rankings, by
    the day, and would end each page with the first look at it."""
    return bool(replace(changes, shown={}))
