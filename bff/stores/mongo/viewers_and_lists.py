"""MongoDB: accounts, profiles, activity, titles, the night shift's lists, and the pointer to live data.

Each read is one `find` for all its keys. Layouts have a file of their own, layouts.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, DuplicateKeyError

from bff.stores.mongo.database import DUPLICATE_KEY, MongoDatabase
from domain import storage_names
from domain.catalog.documents import title_from_document
from domain.catalog.titles import Title, in_watching_order
from domain.errors import StoreUnavailable
from domain.ids import AccountId, ProfileId, TitleId
from domain.ports.stores import Recorded
from domain.recommendations import documents as list_documents
from domain.recommendations.keys import popular_id, similar_id, top_picks_id
from domain.recommendations.lists import DataVersion, Neighbour, PopularKey, RankedList, TopPicks
from domain.resilience.timeouts import USUAL, TimeOuts
from domain.serialization import Document
from domain.timestamps import to_millis
from domain.viewers import documents, event_documents
from domain.viewers.activity import Activity, Changes
from domain.viewers.anonymous_sessions import LASTS, adopted, adopted_event_id, is_session
from domain.viewers.event_documents import event_id
from domain.viewers.events import Event, changes_of
from domain.viewers.impressions import forgotten, kept
from domain.viewers.profiles import Account, Preferences, Profile

K = TypeVar("K")
V = TypeVar("V")


class MongoStore:
    """Every port that MongoDB answers. Opens no connection before the first call."""

    def __init__(
        self,
        url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        time_outs: TimeOuts = USUAL,
    ) -> None:
        self.database = MongoDatabase(url, time_outs)
        self._clock = clock

    def close(self) -> None:
        self.database.close()

    async def accounts(self, ids: Sequence[AccountId]) -> dict[AccountId, Account]:
        found = await self.database.by_id(storage_names.ACCOUNTS, ids)
        return self.database.decoded(storage_names.ACCOUNTS, found, documents.account_from_document)

    async def profiles(self, ids: Sequence[ProfileId]) -> dict[ProfileId, Profile]:
        found = await self.database.by_id(storage_names.PROFILES, ids)
        return self.database.decoded(storage_names.PROFILES, found, documents.profile_from_document)

    async def profiles_of(self, ids: Sequence[AccountId]) -> dict[AccountId, tuple[Profile, ...]]:
        """Profiles of each account, oldest first; an account without any is absent."""
        profiles = await self._profiles_where({"account_id": {"$in": list(ids)}}, "profiles_of")
        return _grouped(profiles, lambda profile: profile.account_id)

    async def prefer(self, profile_id: ProfileId, preferences: Preferences) -> None:
        """See ports.Profiles."""
        changes = {"$set": documents.preferences_to_document(preferences)}
        with self.database.calls.one("prefer"):
            await self.database.collection(storage_names.PROFILES).update_one({"_id": profile_id}, changes)

    async def personas(self) -> tuple[Profile, ...]:
        """The profiles that the demo offers, oldest first."""
        return await self._profiles_where({"persona": {"$exists": True}}, "personas")

    async def profile_ids(self) -> list[ProfileId]:
        """Every profile there is: for commands that sample, not for requests."""
        with self.database.calls.one("profile_ids"):
            found = await self.database.collection(storage_names.PROFILES).find({}, {"_id": 1}).to_list(None)
        return [ProfileId(document["_id"]) for document in found]

    async def activities(self, ids: Sequence[ProfileId]) -> dict[ProfileId, Activity]:
        found = await self.database.by_id(storage_names.ACTIVITY, ids)
        return self.database.decoded(storage_names.ACTIVITY, found, documents.activity_from_document)

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> Recorded:
        """See ports.Activities. What known events change is merged again: it heals a retry after a crash."""
        duplicates = await self._keep(profile_id, events)
        if duplicates:
            fresh = [event for event in events if event.id not in duplicates]
            changes = changes_of([*fresh, *await self._kept(profile_id, duplicates)])
        revision = await self._apply(profile_id, changes)
        return Recorded(revision=revision, duplicates=duplicates, changes=changes)

    async def adopt(self, session: ProfileId, profile_id: ProfileId) -> Recorded:
        """See ports.Activities. The session is forgotten last, so that a crash before leaves all of it."""
        known = (await self.activities([session])).get(session)
        changes = adopted(known) if known else Changes()
        revision = await self._apply(profile_id, changes)
        await self._hand_over(session, profile_id)
        with self.database.calls.one("forget_session"):
            await self.database.collection(storage_names.ACTIVITY).delete_one({"_id": session})
        return Recorded(revision=revision, duplicates=frozenset(), changes=changes)

    async def _apply(self, profile_id: ProfileId, changes: Changes) -> int:
        """Merge changes into the profile's activity; its revision afterwards."""
        update: Document = {"$inc": {"revision": 1}}
        if greatest := documents.changes_to_document(changes):
            update["$max"] = greatest
        if changes.shown:
            update["$bit"] = documents.shown_to_document(kept(changes.shown))
            update["$unset"] = {f"shown.{span}": "" for span in forgotten(changes.shown)}
        if is_session(profile_id):
            update["$set"] = {"expires_at": self._clock() + LASTS}
        with self.database.calls.one("record"):
            try:
                after = await self._merge(profile_id, update)
            except DuplicateKeyError:
                # Two first events of a profile raced to make its document; now it exists.
                after = await self._merge(profile_id, update)
        return int(after["revision"])

    async def _hand_over(self, session: ProfileId, profile_id: ProfileId) -> None:
        """The session's events become the profile's. They keep the instant at which they were recorded: the
        archive goes by it, so an event that is archived already is not archived twice."""
        own = {"profile_id": session}
        rows = []
        for document in await self.database.find(storage_names.EVENTS, own, "session_events"):
            client_event_id = adopted_event_id(session, document["id"])
            key = event_id(profile_id, client_event_id)
            rows.append(document | {"_id": key, "id": client_event_id, "profile_id": profile_id})
        if not rows:
            return
        events = self.database.collection(storage_names.EVENTS)
        with self.database.calls.one("hand_over"):
            try:
                await events.insert_many(rows, ordered=False)
            except BulkWriteError as error:
                _duplicates(error, rows)
            await events.delete_many(own)

    async def live(self) -> DataVersion | None:
        found = await self.database.by_id(storage_names.POINTERS, [storage_names.LIVE_POINTER])
        decoded = self.database.decoded(
            storage_names.POINTERS, found, list_documents.data_version_from_document
        )
        return decoded.get(storage_names.LIVE_POINTER)

    async def versions(self) -> dict[str, DataVersion]:
        """What runs have made and nobody has swept yet; staged ones too, once their run has succeeded."""
        readable = {"swept": False, "$or": [{"published": True}, {"status": "succeeded"}]}
        found = await self.database.find(storage_names.RUNS, readable, storage_names.RUNS)
        made = self.database.decoded(storage_names.RUNS, found, list_documents.version_of_run).values()
        return {version.version: version for version in made}

    async def top_picks(self, version: str, ids: Sequence[ProfileId]) -> dict[ProfileId, TopPicks]:
        keys = {top_picks_id(version, profile_id): profile_id for profile_id in ids}
        return await self._listed(storage_names.TOP_PICKS, keys, list_documents.top_picks_from_document)

    async def similar(self, version: str, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Neighbour, ...]]:
        keys = {similar_id(version, title_id): title_id for title_id in ids}
        return await self._listed(storage_names.SIMILAR, keys, list_documents.neighbours_from_document)

    async def popular(self, version: str, keys: Sequence[PopularKey]) -> dict[PopularKey, RankedList]:
        by_id = {popular_id(version, key): key for key in keys}
        return await self._listed(storage_names.POPULAR, by_id, list_documents.ranked_list_from_document)

    async def titles(self, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        """Raw titles: the catalog's second source (bff/stores/catalog.py)."""
        found = await self.database.by_id(storage_names.TITLES, ids)
        return self.database.decoded(storage_names.TITLES, found, title_from_document)

    async def episodes(self, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Title, ...]]:
        found = await self.database.find(storage_names.TITLES, {"series_id": {"$in": list(ids)}}, "episodes")
        titles = self.database.decoded(storage_names.TITLES, found, title_from_document).values()
        by_series = _grouped(titles, lambda title: cast("TitleId", title.series_id))
        return {series: tuple(in_watching_order(episodes)) for series, episodes in by_series.items()}

    async def _keep(self, profile_id: ProfileId, events: Sequence[Event]) -> frozenset[str]:
        """Append events to the log; the ids of those it had already."""
        if not events:
            return frozenset()
        now = self._clock()
        stamps = {
            "recorded_at": to_millis(now),
            "expires_at": now + timedelta(days=storage_names.EVENT_TTL_DAYS),
        }
        # A batch may name one event twice; the first stays.
        rows: dict[str, Document] = {}
        for event in events:
            key = event_id(profile_id, event.id)
            rows.setdefault(key, event_documents.event_to_document(event) | {"_id": key} | stamps)
        with self.database.calls.one("keep"):
            try:
                await self.database.collection(storage_names.EVENTS).insert_many(
                    list(rows.values()), ordered=False
                )
            except BulkWriteError as error:
                return _duplicates(error, list(rows.values()))
        return frozenset()

    async def _kept(self, profile_id: ProfileId, ids: Iterable[str]) -> Iterable[Event]:
        """These events as they were first sent."""
        keys = [event_id(profile_id, client_id) for client_id in ids]
        found = await self.database.by_id(storage_names.EVENTS, keys)
        return self.database.decoded(
            storage_names.EVENTS, found, event_documents.event_from_document
        ).values()

    async def _merge(self, profile_id: ProfileId, update: Document) -> Document:
        """Apply the update to the profile's activity; its revision afterwards."""
        collection = self.database.collection(storage_names.ACTIVITY)
        after: Document | None = await collection.find_one_and_update(
            {"_id": profile_id},
            update,
            upsert=True,
            projection={"revision": 1},
            return_document=ReturnDocument.AFTER,
        )
        if after is None:
            # The local stand-in says so to an upsert that another one overtook, though it was applied.
            after = await collection.find_one({"_id": profile_id}, {"revision": 1})
        return after or {"revision": 0}

    async def _profiles_where(self, query: Document, verb: str) -> tuple[Profile, ...]:
        found = await self.database.find(storage_names.PROFILES, query, verb)
        profiles: Mapping[str, Profile] = self.database.decoded(
            storage_names.PROFILES, found, documents.profile_from_document
        )
        return tuple(sorted(profiles.values(), key=lambda profile: (profile.created_at, profile.id)))

    async def _listed(
        self, collection: str, keys: Mapping[str, K], decode: Callable[[Document], V]
    ) -> dict[K, V]:
        """Documents of one data version under their keys; `keys` maps document id to key."""
        found: Mapping[str, V] = self.database.decoded(
            collection, await self.database.by_id(collection, keys), decode
        )
        return {keys[document_id]: value for document_id, value in found.items()}


def _grouped(values: Iterable[V], key: Callable[[V], K]) -> dict[K, tuple[V, ...]]:
    groups: dict[K, list[V]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return {name: tuple(members) for name, members in groups.items()}


def _duplicates(error: BulkWriteError, rows: Sequence[Document]) -> frozenset[str]:
    """Ids of the events that were known. Raises StoreUnavailable when anything else went wrong."""
    failures = error.details.get("writeErrors", [])
    others = [failure for failure in failures if failure.get("code") != DUPLICATE_KEY]
    if others or error.details.get("writeConcernErrors"):
        raise StoreUnavailable("mongo", "The events could not be kept.") from error
    return frozenset(str(rows[failure["index"]]["id"]) for failure in failures)
