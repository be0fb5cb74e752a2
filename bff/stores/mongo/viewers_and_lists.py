"""MongoDB: accounts, profiles, activity, titles, nightly lists, and the live data version. Each read is one `find`
for all its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar, cast

from bff.stores.mongo.activity_writes import ActivityWrites
from bff.stores.mongo.database import MongoDatabase
from domain import storage_names
from domain.catalog.documents import title_from_document
from domain.catalog.titles import Title, in_watching_order
from domain.ids import AccountId, ProfileId, TitleId
from domain.ports.stores import RecordResult
from domain.recommendations import documents as list_documents
from domain.recommendations.keys import popular_id, similar_id, top_picks_id
from domain.recommendations.lists import DataVersion, Neighbour, PopularKey, RankedList, TopPicks
from domain.resilience.timeouts import DEFAULT_TIMEOUTS, StoreTimeouts
from domain.serialization import Document
from domain.viewers import documents
from domain.viewers.activity import Activity, Changes
from domain.viewers.departures import ProfileDeparted
from domain.viewers.events import Event
from domain.viewers.profiles import Account, Preferences, Profile
from domain.visibility.facts import FACT_FIELDS, TitleFacts, facts_from_document

K = TypeVar("K")
V = TypeVar("V")


class MongoStore:
    """Opens no connection before the first call."""

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timeouts: StoreTimeouts = DEFAULT_TIMEOUTS,
    ) -> None:
        self.database = MongoDatabase(url, timeouts)
        self.writes = ActivityWrites(self.database, clock)

    def close(self) -> None:
        self.database.close()

    async def accounts(self, ids: Sequence[AccountId]) -> dict[AccountId, Account]:
        raw = await self.database.find_by_id(storage_names.ACCOUNTS, ids)
        return self.database.decode_all(storage_names.ACCOUNTS, raw, documents.account_from_document)

    async def profiles(self, ids: Sequence[ProfileId]) -> dict[ProfileId, Profile]:
        raw = await self.database.find_by_id(storage_names.PROFILES, ids)
        return self.database.decode_all(storage_names.PROFILES, raw, documents.profile_from_document)

    async def profiles_by_account(self, ids: Sequence[AccountId]) -> dict[AccountId, tuple[Profile, ...]]:
        """Oldest first; an account without profiles is absent."""
        profiles = await self._find_profiles({"account_id": {"$in": list(ids)}}, "profiles_of")
        return _group_by(profiles, lambda profile: profile.account_id)

    async def save_preferences(self, profile_id: ProfileId, preferences: Preferences) -> None:
        changes = {"$set": documents.preferences_to_document(preferences)}
        with self.database.calls.guard("prefer"):
            updated = await self.database.collection(storage_names.PROFILES).update_one(
                {"_id": profile_id}, changes
            )
        if not updated.matched_count:
            raise ProfileDeparted

    async def personas(self) -> tuple[Profile, ...]:
        """Oldest first."""
        return await self._find_profiles({"persona": {"$exists": True}}, "personas")

    async def profile_ids(self) -> list[ProfileId]:
        """For commands that sample, not for requests."""
        with self.database.calls.guard("profile_ids"):
            raw = await self.database.collection(storage_names.PROFILES).find({}, {"_id": 1}).to_list(None)
        return [ProfileId(document["_id"]) for document in raw]

    async def activities(self, ids: Sequence[ProfileId]) -> dict[ProfileId, Activity]:
        raw = await self.database.find_by_id(storage_names.ACTIVITY, ids)
        return self.database.decode_all(storage_names.ACTIVITY, raw, documents.activity_from_document)

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> RecordResult:
        return await self.writes.record(profile_id, events, changes)

    async def merge_session(self, session: ProfileId, profile_id: ProfileId) -> RecordResult:
        return await self.writes.merge_session(session, profile_id)

    async def live(self) -> DataVersion | None:
        raw = await self.database.find_by_id(storage_names.POINTERS, [storage_names.LIVE_POINTER])
        decoded = self.database.decode_all(
            storage_names.POINTERS, raw, list_documents.data_version_from_document
        )
        return decoded.get(storage_names.LIVE_POINTER)

    async def readable(self) -> dict[str, DataVersion]:
        """Unswept versions: published ones, staged ones whose run succeeded, and those that were only held back."""
        states = [{"published": True}, {"status": "succeeded"}, {"staged": True}]
        readable = {"swept": False, "$or": states}
        raw = await self.database.find(storage_names.RUNS, readable, storage_names.RUNS)
        versions = self.database.decode_all(
            storage_names.RUNS, raw, list_documents.data_version_of_run
        ).values()
        return {version.version: version for version in versions}

    async def top_picks(self, version: str, ids: Sequence[ProfileId]) -> dict[ProfileId, TopPicks]:
        keys = {top_picks_id(version, profile_id): profile_id for profile_id in ids}
        return await self._find_lists(storage_names.TOP_PICKS, keys, list_documents.top_picks_from_document)

    async def similar(self, version: str, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Neighbour, ...]]:
        keys = {similar_id(version, title_id): title_id for title_id in ids}
        return await self._find_lists(storage_names.SIMILAR, keys, list_documents.neighbours_from_document)

    async def popular(self, version: str, keys: Sequence[PopularKey]) -> dict[PopularKey, RankedList]:
        by_id = {popular_id(version, key): key for key in keys}
        return await self._find_lists(storage_names.POPULAR, by_id, list_documents.ranked_list_from_document)

    async def titles(self, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        """The catalogue's second source (bff/stores/catalog.py)."""
        raw = await self.database.find_by_id(storage_names.TITLES, ids)
        return self.database.decode_all(storage_names.TITLES, raw, title_from_document)

    async def title_facts(self, ids: Sequence[TitleId]) -> dict[TitleId, TitleFacts]:
        """What decides who may see them: the record, while the index is a copy."""
        raw = await self.database.find(
            storage_names.TITLES, {"_id": {"$in": list(ids)}}, "title_facts", FACT_FIELDS
        )
        return self.database.decode_all(storage_names.TITLES, raw, facts_from_document)

    async def blocked_titles(self) -> frozenset[TitleId]:
        """By any profile."""
        with self.database.calls.guard("blocked"):
            found = await self.database.collection(storage_names.PROFILES).distinct("blocked")
        return frozenset(TitleId(one) for one in found)

    async def episodes(self, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Title, ...]]:
        raw = await self.database.find(storage_names.TITLES, {"series_id": {"$in": list(ids)}}, "episodes")
        titles = self.database.decode_all(storage_names.TITLES, raw, title_from_document).values()
        by_series = _group_by(titles, lambda title: cast("TitleId", title.series_id))
        return {series: tuple(in_watching_order(episodes)) for series, episodes in by_series.items()}

    async def _find_profiles(self, query: Document, verb: str) -> tuple[Profile, ...]:
        raw = await self.database.find(storage_names.PROFILES, query, verb)
        profiles: Mapping[str, Profile] = self.database.decode_all(
            storage_names.PROFILES, raw, documents.profile_from_document
        )
        return tuple(sorted(profiles.values(), key=lambda profile: (profile.created_at, profile.id)))

    async def _find_lists(
        self, collection: str, keys: Mapping[str, K], decode: Callable[[Document], V]
    ) -> dict[K, V]:
        """`keys` maps document id to key."""
        lists: Mapping[str, V] = self.database.decode_all(
            collection, await self.database.find_by_id(collection, keys), decode
        )
        return {keys[document_id]: value for document_id, value in lists.items()}


def _group_by(values: Iterable[V], key: Callable[[V], K]) -> dict[K, tuple[V, ...]]:
    groups: dict[K, list[V]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return {name: tuple(members) for name, members in groups.items()}
