"""What MongoDB last said about the people this process serves, so that they keep a page while it is down.

Answers are remembered per key, absences too. When MongoDB does not answer, the call succeeds only if every
key of it is remembered: a gap is never served as "does not exist". Whoever was not here before gets the guest
page (resolvers/request/viewer.py). Memory is bounded: the least recently used are forgotten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.errors import StoreUnavailable
from domain.ids import AccountId, ProfileId, TitleId
from domain.layouts.resolution import PublishedLayouts
from domain.ports.stores import Layouts, Recorded
from domain.recommendations.lists import Neighbour, PopularKey, RankedList, TopPicks
from domain.viewers.activity import Activity, Changes, merge
from domain.viewers.events import Event
from domain.viewers.profiles import Account, Preferences, Profile
from resolvers.runtime.lru_cache import LruCache

REMEMBERED = 20_000
REMEMBERED_LISTS = 2_000
"""Activity and picks are bigger, some 10 to 50 kB each."""

LIVE = "live"

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(LruCache[K, V | None], Generic[K, V]):
    """The last answer per key; None is a known absence."""

    async def ask(self, keys: Sequence[K], load: Callable[[], Awaitable[Mapping[K, V]]]) -> Mapping[K, V]:
        """What `load` answers; what it answered before, if the store is down now and every key is known."""
        try:
            found = await load()
        except StoreUnavailable:
            if not all(key in self for key in keys):
                raise
            return {key: value for key in keys if (value := self.get(key)) is not None}
        for key in keys:
            self.put(key, found.get(key))
        return found

    async def once(
        self, keys: Sequence[K], load: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]
    ) -> Mapping[K, V]:
        """For what never changes: only keys that are not known are asked for. If the store is down, what is known."""
        unknown = [key for key in keys if key not in self]
        try:
            found = await load(unknown) if unknown else {}
        except StoreUnavailable:
            if len(unknown) == len(keys):
                raise
        else:
            for key in unknown:
                self.put(key, found.get(key))
        return {key: value for key in keys if (value := self.get(key)) is not None}


class LastKnownLists:
    """The ports of MongoDB that a page cannot do without: who is watching, what they did, which rows."""

    def __init__(self, mongo: MongoStore, layouts: Layouts) -> None:
        self._mongo = mongo
        self._layouts = layouts
        self._accounts: Memory[AccountId, Account] = Memory(REMEMBERED)
        self._profiles: Memory[ProfileId, Profile] = Memory(REMEMBERED)
        self._profiles_of: Memory[AccountId, tuple[Profile, ...]] = Memory(REMEMBERED)
        self._activities: Memory[ProfileId, Activity] = Memory(REMEMBERED_LISTS)
        self._book: Memory[str, PublishedLayouts] = Memory(1)

    async def accounts(self, ids: Sequence[AccountId]) -> Mapping[AccountId, Account]:
        return await self._accounts.ask(ids, lambda: self._mongo.accounts(ids))

    async def profiles(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Profile]:
        return await self._profiles.ask(ids, lambda: self._mongo.profiles(ids))

    async def profiles_of(self, ids: Sequence[AccountId]) -> Mapping[AccountId, tuple[Profile, ...]]:
        return await self._profiles_of.ask(ids, lambda: self._mongo.profiles_of(ids))

    async def prefer(self, profile_id: ProfileId, preferences: Preferences) -> None:
        """Never only remembered: an answer is acknowledged when it is durable."""
        await self._mongo.prefer(profile_id, preferences)
        known = self._profiles.get(profile_id)
        if known is not None:
            genres = preferences.genres or known.favourite_genres
            self._profiles.put(
                profile_id, replace(known, favourite_genres=genres, welcomed_at=preferences.at)
            )

    async def activities(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Activity]:
        return await self._activities.ask(ids, lambda: self._mongo.activities(ids))

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> Recorded:
        """Never answered from memory: an event is acknowledged only when it is durable."""
        recorded = await self._mongo.record(profile_id, events, changes)
        known = self._activities.get(profile_id)
        if known is not None:
            self._activities.put(profile_id, merge(known, recorded.changes))
        return recorded

    async def adopt(self, session: ProfileId, profile_id: ProfileId) -> Recorded:
        recorded = await self._mongo.adopt(session, profile_id)
        known = self._activities.get(profile_id)
        if known is not None:
            self._activities.put(profile_id, merge(known, recorded.changes))
        self._activities.put(session, None)
        return recorded

    async def live_layouts(self) -> PublishedLayouts:
        async def load() -> dict[str, PublishedLayouts]:
            return {LIVE: await self._layouts.live_layouts()}

        return (await self._book.ask([LIVE], load))[LIVE]


class RememberedLists:
    """The Recommendations port. Picks are remembered like the people they are for; popular lists are few, serve
    many and stay as they are for as long as their version lives, so each is read once."""

    def __init__(self, mongo: MongoStore) -> None:
        self._mongo = mongo
        self._top_picks: Memory[tuple[str, ProfileId], TopPicks] = Memory(REMEMBERED_LISTS)
        self._popular: Memory[tuple[str, PopularKey], RankedList] = Memory(REMEMBERED_LISTS)

    async def top_picks(self, version: str, ids: Sequence[ProfileId]) -> Mapping[ProfileId, TopPicks]:
        keys = [(version, profile_id) for profile_id in ids]

        async def load() -> dict[tuple[str, ProfileId], TopPicks]:
            found = await self._mongo.top_picks(version, ids)
            return {(version, profile_id): picks for profile_id, picks in found.items()}

        known = await self._top_picks.ask(keys, load)
        return {profile_id: picks for (_, profile_id), picks in known.items()}

    async def similar(self, version: str, ids: Sequence[TitleId]) -> Mapping[TitleId, tuple[Neighbour, ...]]:
        return await self._mongo.similar(version, ids)

    async def popular(self, version: str, keys: Sequence[PopularKey]) -> Mapping[PopularKey, RankedList]:
        async def load(unknown: Sequence[tuple[str, PopularKey]]) -> dict[tuple[str, PopularKey], RankedList]:
            found = await self._mongo.popular(version, [key for _, key in unknown])
            return {(version, key): ranked for key, ranked in found.items()}

        known = await self._popular.once([(version, key) for key in keys], load)
        return {key: ranked for (_, key), ranked in known.items()}
