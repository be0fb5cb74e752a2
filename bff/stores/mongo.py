"""MongoDB: accounts, profiles, activity, layouts, the night shift's lists, and the pointer to live data.

The only file that imports motor, so that its successor (`pymongo.AsyncMongoClient`) is one file's change.
Each read is one `find` for all its keys. Documents that cannot be read are skipped and logged once: one
rotten document costs its own key, never its neighbours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

import pymongo
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError

from bff.stores.calls import Calls
from domain import contracts, documents, event_documents, list_documents
from domain.activity import Activity, Changes
from domain.documents import Document
from domain.errors import MarqueeError, StoreUnavailable
from domain.events import Event, changes_of
from domain.ids import AccountId, ProfileId, TitleId
from domain.impressions import forgotten, kept
from domain.instants import to_millis
from domain.layout_documents import layout_from_document
from domain.layouts import Layout
from domain.ports import Recorded
from domain.profiles import Account, Preferences, Profile
from domain.recommendations import DataVersion, Neighbour, PopularKey, RankedList, TopPicks
from domain.titles import Title, in_watching_order

READ_SECONDS = 1.0
WRITE_SECONDS = 3.0
CONNECT_SECONDS = 1.0
POOL_SIZE = 64
DUPLICATE_KEY = 11000
ROTTEN = (KeyError, TypeError, ValueError, AttributeError, MarqueeError)
"""What decoding a document that Marquee did not write can raise."""

K = TypeVar("K")
V = TypeVar("V")

log = logging.getLogger("marquee.stores")


class MongoStore:
    """Every port that MongoDB answers. Opens no connection before the first call."""

    def __init__(self, url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            url,
            appname="marquee",
            maxPoolSize=POOL_SIZE,
            serverSelectionTimeoutMS=int(CONNECT_SECONDS * 1000),
            timeoutMS=int(WRITE_SECONDS * 1000),
            # An acknowledged event is on the disks of most of the set (Jepsen: less loses it by design).
            w="majority",
            journal=True,
        )
        self._database: AsyncIOMotorDatabase[Document] = self._client.get_default_database(contracts.DATABASE)
        self._calls = Calls("mongo", (PyMongoError,))
        self._clock = clock
        self._rotten: set[tuple[str, str]] = set()

    def close(self) -> None:
        self._client.close()

    async def ping(self) -> None:
        """Raises StoreUnavailable when the server does not answer."""
        with self._calls.one("ping"), pymongo.timeout(READ_SECONDS):
            await self._client.admin.command("ping")

    async def ensure_indexes(self) -> None:
        """Make the indexes of domain.contracts; those that exist stay as they are."""
        with self._calls.one("ensure_indexes"):
            for collection, keys, options in contracts.MONGO_INDEXES:
                await self._collection(collection).create_index(list(keys), **cast("dict[str, Any]", options))

    async def accounts(self, ids: Sequence[AccountId]) -> dict[AccountId, Account]:
        found = await self._by_id(contracts.ACCOUNTS, ids)
        return self._decoded(contracts.ACCOUNTS, found, documents.account_from_document)

    async def profiles(self, ids: Sequence[ProfileId]) -> dict[ProfileId, Profile]:
        found = await self._by_id(contracts.PROFILES, ids)
        return self._decoded(contracts.PROFILES, found, documents.profile_from_document)

    async def profiles_of(self, ids: Sequence[AccountId]) -> dict[AccountId, tuple[Profile, ...]]:
        """Profiles of each account, oldest first; an account without any is absent."""
        profiles = await self._profiles_where({"account_id": {"$in": list(ids)}}, "profiles_of")
        return _grouped(profiles, lambda profile: profile.account_id)

    async def prefer(self, profile_id: ProfileId, preferences: Preferences) -> None:
        """See ports.Profiles."""
        changes = {"$set": documents.preferences_to_document(preferences)}
        with self._calls.one("prefer"):
            await self._collection(contracts.PROFILES).update_one({"_id": profile_id}, changes)

    async def personas(self) -> tuple[Profile, ...]:
        """The profiles that the demo offers, oldest first."""
        return await self._profiles_where({"persona": {"$exists": True}}, "personas")

    async def activities(self, ids: Sequence[ProfileId]) -> dict[ProfileId, Activity]:
        found = await self._by_id(contracts.ACTIVITY, ids)
        return self._decoded(contracts.ACTIVITY, found, documents.activity_from_document)

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> Recorded:
        """See ports.Activities. What known events change is merged again: it heals a retry after a crash."""
        duplicates = await self._keep(profile_id, events)
        if duplicates:
            fresh = [event for event in events if event.id not in duplicates]
            changes = changes_of([*fresh, *await self._kept(profile_id, duplicates)])
        update: Document = {"$inc": {"revision": 1}}
        if greatest := documents.changes_to_document(changes):
            update["$max"] = greatest
        if changes.shown:
            update["$bit"] = documents.shown_to_document(kept(changes.shown))
            update["$unset"] = {f"shown.{span}": "" for span in forgotten(changes.shown)}
        with self._calls.one("record"):
            try:
                after = await self._merge(profile_id, update)
            except DuplicateKeyError:
                # Two first events of a profile raced to make its document; now it exists.
                after = await self._merge(profile_id, update)
        return Recorded(revision=int(after["revision"]), duplicates=duplicates, changes=changes)

    async def layouts(self, ids: Sequence[str]) -> dict[str, Layout]:
        found = await self._by_id(contracts.LAYOUTS, ids)
        return self._decoded(contracts.LAYOUTS, found, layout_from_document)

    async def live(self) -> DataVersion | None:
        found = await self._by_id(contracts.POINTERS, [contracts.LIVE_POINTER])
        decoded = self._decoded(contracts.POINTERS, found, list_documents.data_version_from_document)
        return decoded.get(contracts.LIVE_POINTER)

    async def top_picks(self, version: str, ids: Sequence[ProfileId]) -> dict[ProfileId, TopPicks]:
        keys = {contracts.top_picks_id(version, profile_id): profile_id for profile_id in ids}
        return await self._listed(contracts.TOP_PICKS, keys, list_documents.top_picks_from_document)

    async def similar(self, version: str, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Neighbour, ...]]:
        keys = {contracts.similar_id(version, title_id): title_id for title_id in ids}
        return await self._listed(contracts.SIMILAR, keys, list_documents.neighbours_from_document)

    async def popular(self, version: str, keys: Sequence[PopularKey]) -> dict[PopularKey, RankedList]:
        by_id = {contracts.popular_id(version, key): key for key in keys}
        return await self._listed(contracts.POPULAR, by_id, list_documents.ranked_list_from_document)

    async def titles(self, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        """Raw titles: the catalog's second source (bff/stores/catalog.py)."""
        found = await self._by_id(contracts.TITLES, ids)
        return self._decoded(contracts.TITLES, found, documents.title_from_document)

    async def episodes(self, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Title, ...]]:
        found = await self._find(contracts.TITLES, {"series_id": {"$in": list(ids)}}, "episodes")
        titles = self._decoded(contracts.TITLES, found, documents.title_from_document).values()
        by_series = _grouped(titles, lambda title: cast("TitleId", title.series_id))
        return {series: tuple(in_watching_order(episodes)) for series, episodes in by_series.items()}

    async def _keep(self, profile_id: ProfileId, events: Sequence[Event]) -> frozenset[str]:
        """Append events to the log; the ids of those it had already."""
        if not events:
            return frozenset()
        now = self._clock()
        stamps = {
            "recorded_at": to_millis(now),
            "expires_at": now + timedelta(days=contracts.EVENT_TTL_DAYS),
        }
        # A batch may name one event twice; the first stays.
        rows: dict[str, Document] = {}
        for event in events:
            key = contracts.event_id(profile_id, event.id)
            rows.setdefault(key, event_documents.event_to_document(event) | {"_id": key} | stamps)
        with self._calls.one("keep"):
            try:
                await self._collection(contracts.EVENTS).insert_many(list(rows.values()), ordered=False)
            except BulkWriteError as error:
                return _duplicates(error, list(rows.values()))
        return frozenset()

    async def _kept(self, profile_id: ProfileId, ids: Iterable[str]) -> Iterable[Event]:
        """These events as they were first sent."""
        keys = [contracts.event_id(profile_id, client_id) for client_id in ids]
        found = await self._by_id(contracts.EVENTS, keys)
        return self._decoded(contracts.EVENTS, found, event_documents.event_from_document).values()

    async def _merge(self, profile_id: ProfileId, update: Document) -> Document:
        """Apply the update to the profile's activity; its revision afterwards."""
        collection = self._collection(contracts.ACTIVITY)
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

    async def everything(self, collection: str) -> list[Document]:
        """Every document of a small collection."""
        return await self._find(collection, {}, collection)

    async def change_each(
        self, collection: str, changes: Sequence[tuple[str, Mapping[str, Any]]], upsert: bool = False
    ) -> None:
        """Make changes that may be made twice, each to the document of its id, in one round trip."""
        updates = [pymongo.UpdateOne({"_id": key}, change, upsert=upsert) for key, change in changes]
        with self._calls.one("change_each"):
            try:
                await self._collection(collection).bulk_write(updates, ordered=False)
            except BulkWriteError as error:
                # Two processes raced to make one document; now it exists, and the rest is made again.
                if any(failure.get("code") != DUPLICATE_KEY for failure in error.details["writeErrors"]):
                    raise
                await self._collection(collection).bulk_write(updates, ordered=False)

    def _collection(self, name: str) -> AsyncIOMotorCollection[Document]:
        return self._database[name]

    async def _find(self, collection: str, query: Document, verb: str) -> list[Document]:
        with self._calls.one(verb), pymongo.timeout(READ_SECONDS):
            return await self._collection(collection).find(query).to_list(length=None)

    async def _by_id(self, collection: str, ids: Iterable[str]) -> list[Document]:
        return await self._find(collection, {"_id": {"$in": list(ids)}}, collection)

    async def _profiles_where(self, query: Document, verb: str) -> tuple[Profile, ...]:
        found = await self._find(contracts.PROFILES, query, verb)
        profiles: Mapping[str, Profile] = self._decoded(
            contracts.PROFILES, found, documents.profile_from_document
        )
        return tuple(sorted(profiles.values(), key=lambda profile: (profile.created_at, profile.id)))

    async def _listed(
        self, collection: str, keys: Mapping[str, K], decode: Callable[[Document], V]
    ) -> dict[K, V]:
        """Documents of one data version under their keys; `keys` maps document id to key."""
        found: Mapping[str, V] = self._decoded(collection, await self._by_id(collection, keys), decode)
        return {keys[document_id]: value for document_id, value in found.items()}

    def _decoded(
        self, collection: str, found: Iterable[Document], decode: Callable[[Document], V]
    ) -> dict[Any, V]:
        decoded: dict[Any, V] = {}
        for document in found:
            try:
                decoded[document["_id"]] = decode(document)
            except ROTTEN as error:
                self._log_once(collection, str(document["_id"]), error)
        return decoded

    def _log_once(self, collection: str, document_id: str, error: Exception) -> None:
        if (collection, document_id) not in self._rotten and len(self._rotten) < 1000:
            self._rotten.add((collection, document_id))
            log.error("%s %r cannot be read and is skipped: %r", collection, document_id[:80], error)


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
