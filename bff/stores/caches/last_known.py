"""The last answers of MongoDB for the viewers of this process, used while MongoDB is down.

Absences are cached too. During an outage a call succeeds only if all its keys are cached: a gap never counts as "does
not exist". Who sees what is used only as long as it may be trusted, and never once a change of it was heard
(resolvers/runtime/known_changes.py). Unknown viewers get the guest page (resolvers/request/viewer.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.errors import StoreUnavailable
from domain.ids import AccountId, ProfileId, TitleId
from domain.layouts.resolution import PublishedLayouts
from domain.ports.stores import Layouts, RecordResult
from domain.recommendations.lists import Neighbour, PopularKey, RankedList, TopPicks
from domain.viewers.activity import Activity, Changes, merge
from domain.viewers.events import Event
from domain.viewers.profiles import Account, Preferences, Profile
from resolvers.runtime.known_changes import KnownChanges, Mark
from resolvers.runtime.lru_cache import LruCache

MAX_VIEWERS = 20_000
MAX_LISTS = 2_000
"""Activities and picks take 10 to 50 kB each."""

LIVE = "live"

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LastKnownValues(LruCache[K, V | None], Generic[K, V]):
    """Per key; None is a known absence."""

    async def load(self, keys: Sequence[K], load: Callable[[], Awaitable[Mapping[K, V]]]) -> Mapping[K, V]:
        """During an outage the cached values, if every key is cached."""
        try:
            values = await load()
        except StoreUnavailable:
            if not all(key in self for key in keys):
                raise
            return {key: value for key in keys if (value := self.get(key)) is not None}
        for key in keys:
            self.put(key, values.get(key))
        return values

    async def load_once(
        self, keys: Sequence[K], load: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]
    ) -> Mapping[K, V]:
        """For values that never change: loads missing keys only. During an outage the cached part."""
        missing = [key for key in keys if key not in self]
        try:
            values = await load(missing) if missing else {}
        except StoreUnavailable:
            if len(missing) == len(keys):
                raise
        else:
            for key in missing:
                self.put(key, values.get(key))
        return {key: value for key in keys if (value := self.get(key)) is not None}


class LastKnownFacts(Generic[K, V]):
    """As LastKnownValues, for values that decide visibility. `is_current`: nothing was heard of them since."""

    def __init__(
        self, capacity: int, changes: KnownChanges, is_current: Callable[[K, V | None, Mark], bool]
    ) -> None:
        self._values: LruCache[K, tuple[V | None, Mark]] = LruCache(capacity)
        self._changes = changes
        self._is_current = is_current

    async def load(self, keys: Sequence[K], load: Callable[[], Awaitable[Mapping[K, V]]]) -> Mapping[K, V]:
        """During an outage the cached values, if every key has one that may be trusted."""
        mark = self._changes.mark()
        try:
            values = await load()
        except StoreUnavailable:
            known = [(key, self._trusted(key)) for key in keys]
            if None in [found for _, found in known]:
                raise
            return {key: found[0] for key, found in known if found is not None and found[0] is not None}
        for key in keys:
            self._values.put(key, (values.get(key), mark))
        return values

    def put(self, key: K, value: V | None) -> None:
        """As of now."""
        self._values.put(key, (value, self._changes.mark()))

    def drop(self, key: K) -> None:
        self._values.drop(key)

    def change(self, key: K, change: Callable[[V], V]) -> None:
        """After a write of this process that changes no visibility."""
        value, mark = self._values.get(key) or (None, None)
        if value is not None and mark is not None:
            self._values.put(key, (change(value), mark))

    def _trusted(self, key: K) -> tuple[V | None] | None:
        found = self._values.get(key)
        if found is None or not self._changes.is_trusted(found[1]) or not self._is_current(key, *found):
            return None
        return (found[0],)


class LastKnownViewers:
    """The ports a page cannot do without: accounts, profiles, activities, layouts. Writes are never answered from the
    cache."""

    def __init__(self, mongo: MongoStore, layouts: Layouts, changes: KnownChanges) -> None:
        self._mongo = mongo
        self._layouts = layouts

        def is_profile_current(profile_id: ProfileId, profile: Profile | None, mark: Mark) -> bool:
            return changes.is_viewer_current(mark, profile_id, profile.account_id if profile else None)

        self._accounts: LastKnownFacts[AccountId, Account] = LastKnownFacts(
            MAX_VIEWERS, changes, lambda key, _, mark: changes.is_viewer_current(mark, None, key)
        )
        self._profiles: LastKnownFacts[ProfileId, Profile] = LastKnownFacts(
            MAX_VIEWERS, changes, is_profile_current
        )
        self._profiles_by_account: LastKnownFacts[AccountId, tuple[Profile, ...]] = LastKnownFacts(
            MAX_VIEWERS, changes, lambda _key, _profiles, mark: changes.are_all_viewers_current(mark)
        )
        self._activities: LastKnownValues[ProfileId, Activity] = LastKnownValues(MAX_LISTS)
        self._published_layouts: LastKnownValues[str, PublishedLayouts] = LastKnownValues(1)

    async def accounts(self, ids: Sequence[AccountId]) -> Mapping[AccountId, Account]:
        return await self._accounts.load(ids, lambda: self._mongo.accounts(ids))

    async def profiles(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Profile]:
        return await self._profiles.load(ids, lambda: self._mongo.profiles(ids))

    async def profiles_by_account(self, ids: Sequence[AccountId]) -> Mapping[AccountId, tuple[Profile, ...]]:
        return await self._profiles_by_account.load(ids, lambda: self._mongo.profiles_by_account(ids))

    async def save_preferences(self, profile_id: ProfileId, preferences: Preferences) -> None:
        await self._mongo.save_preferences(profile_id, preferences)

        def answered(profile: Profile) -> Profile:
            genres = preferences.genres or profile.favourite_genres
            return replace(profile, favourite_genres=genres, onboarded_at=preferences.answered_at)

        self._profiles.change(profile_id, answered)

    async def activities(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Activity]:
        return await self._activities.load(ids, lambda: self._mongo.activities(ids))

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> RecordResult:
        result = await self._mongo.record(profile_id, events, changes)
        self._merge_changes(profile_id, result)
        return result

    async def merge_session(self, session: ProfileId, profile_id: ProfileId) -> RecordResult:
        result = await self._mongo.merge_session(session, profile_id)
        self._merge_changes(session, result)
        return result

    def _merge_changes(self, profile_id: ProfileId, result: RecordResult) -> None:
        """Into the cached activity of the profile that has them."""
        if result.moved_to is not None:
            self._activities.put(profile_id, None)
        owner = result.moved_to or profile_id
        activity = self._activities.get(owner)
        if activity is not None:
            self._activities.put(owner, merge(activity, result.changes))

    def forget(self, profile_id: ProfileId, account_id: AccountId, into: ProfileId | None) -> None:
        """A departed profile; its account and its successor are read again."""
        self._profiles.put(profile_id, None)
        self._activities.put(profile_id, None)
        self._accounts.drop(account_id)
        self._profiles_by_account.drop(account_id)
        if into is not None:
            self._profiles.drop(into)
            self._activities.drop(into)

    async def live_layouts(self) -> PublishedLayouts:
        async def load() -> dict[str, PublishedLayouts]:
            return {LIVE: await self._layouts.live_layouts()}

        return (await self._published_layouts.load([LIVE], load))[LIVE]


class LastKnownRecommendations:
    """The Recommendations port. Popular lists are few and fixed per version, so each is read once."""

    def __init__(self, mongo: MongoStore) -> None:
        self._mongo = mongo
        self._top_picks: LastKnownValues[tuple[str, ProfileId], TopPicks] = LastKnownValues(MAX_LISTS)
        self._popular: LastKnownValues[tuple[str, PopularKey], RankedList] = LastKnownValues(MAX_LISTS)

    async def top_picks(self, version: str, ids: Sequence[ProfileId]) -> Mapping[ProfileId, TopPicks]:
        keys = [(version, profile_id) for profile_id in ids]

        async def load() -> dict[tuple[str, ProfileId], TopPicks]:
            by_id = await self._mongo.top_picks(version, ids)
            return {(version, profile_id): picks for profile_id, picks in by_id.items()}

        cached = await self._top_picks.load(keys, load)
        return {profile_id: picks for (_, profile_id), picks in cached.items()}

    async def similar(self, version: str, ids: Sequence[TitleId]) -> Mapping[TitleId, tuple[Neighbour, ...]]:
        return await self._mongo.similar(version, ids)

    async def popular(self, version: str, keys: Sequence[PopularKey]) -> Mapping[PopularKey, RankedList]:
        async def load(missing: Sequence[tuple[str, PopularKey]]) -> dict[tuple[str, PopularKey], RankedList]:
            by_key = await self._mongo.popular(version, [key for _, key in missing])
            return {(version, key): ranked for key, ranked in by_key.items()}

        cached = await self._popular.load_once([(version, key) for key in keys], load)
        return {key: ranked for (_, key), ranked in cached.items()}
