"""MongoDB: accounts, profiles, activity, titles, nightly lists, and the live data version. Each read is one `find`
for all its keys."""

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
from domain.ports.stores import RecordResult
from domain.recommendations import documents as list_documents
from domain.recommendations.keys import popular_id, similar_id, top_picks_id
from domain.recommendations.lists import DataVersion, Neighbour, PopularKey, RankedList, TopPicks
from domain.resilience.timeouts import DEFAULT_TIMEOUTS, StoreTimeouts
from domain.serialization import Document
from domain.timestamps import to_millis
from domain.viewers import documents, event_documents
from domain.viewers.activity import Activity, Changes
from domain.viewers.anonymous_sessions import SESSION_LIFETIME, is_session, merged_event_id, session_changes
from domain.viewers.event_documents import event_id
from domain.viewers.events import Event, activity_changes
from domain.viewers.impressions import expired_spans, retained_spans
from domain.viewers.profiles import Account, Preferences, Profile

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
        self._clock = clock

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
            await self.database.collection(storage_names.PROFILES).update_one({"_id": profile_id}, changes)

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
        """Merges the changes of duplicates again, which heals a retry after a crash."""
        duplicates = await self._append_events(profile_id, events)
        if duplicates:
            new_events = [event for event in events if event.id not in duplicates]
            changes = activity_changes([*new_events, *await self._stored_events(profile_id, duplicates)])
        revision = await self._apply_changes(profile_id, changes)
        return RecordResult(revision=revision, duplicates=duplicates, changes=changes)

    async def merge_session(self, session: ProfileId, profile_id: ProfileId) -> RecordResult:
        """Deletes the session last, so that a crash loses nothing."""
        activity = (await self.activities([session])).get(session)
        changes = session_changes(activity) if activity else Changes()
        revision = await self._apply_changes(profile_id, changes)
        await self._transfer_events(session, profile_id)
        with self.database.calls.guard("forget_session"):
            await self.database.collection(storage_names.ACTIVITY).delete_one({"_id": session})
        return RecordResult(revision=revision, duplicates=frozenset(), changes=changes)

    async def _apply_changes(self, profile_id: ProfileId, changes: Changes) -> int:
        """Returns the activity's new revision."""
        update: Document = {"$inc": {"revision": 1}}
        if maxima := documents.changes_to_document(changes):
            update["$max"] = maxima
        if changes.impressions:
            update["$bit"] = documents.impressions_to_document(retained_spans(changes.impressions))
            update["$unset"] = {f"shown.{span}": "" for span in expired_spans(changes.impressions)}
        if is_session(profile_id):
            update["$set"] = {"expires_at": self._clock() + SESSION_LIFETIME}
        with self.database.calls.guard("record"):
            try:
                updated = await self._update_activity(profile_id, update)
            except DuplicateKeyError:
                # Two first events of a profile raced. The document exists now.
                updated = await self._update_activity(profile_id, update)
        return int(updated["revision"])

    async def _transfer_events(self, session: ProfileId, profile_id: ProfileId) -> None:
        """Keeps `recorded_at`, which drives the archive, so that no event is archived twice."""
        from_session = {"profile_id": session}
        rows = []
        for document in await self.database.find(storage_names.EVENTS, from_session, "session_events"):
            client_event_id = merged_event_id(session, document["id"])
            key = event_id(profile_id, client_event_id)
            rows.append(document | {"_id": key, "id": client_event_id, "profile_id": profile_id})
        if not rows:
            return
        events = self.database.collection(storage_names.EVENTS)
        with self.database.calls.guard("hand_over"):
            try:
                await events.insert_many(rows, ordered=False)
            except BulkWriteError as error:
                _duplicate_ids(error, rows)
            await events.delete_many(from_session)

    async def live(self) -> DataVersion | None:
        raw = await self.database.find_by_id(storage_names.POINTERS, [storage_names.LIVE_POINTER])
        decoded = self.database.decode_all(
            storage_names.POINTERS, raw, list_documents.data_version_from_document
        )
        return decoded.get(storage_names.LIVE_POINTER)

    async def readable(self) -> dict[str, DataVersion]:
        """Unswept versions: published ones, and staged ones whose run succeeded."""
        readable = {"swept": False, "$or": [{"published": True}, {"status": "succeeded"}]}
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

    async def episodes(self, ids: Sequence[TitleId]) -> dict[TitleId, tuple[Title, ...]]:
        raw = await self.database.find(storage_names.TITLES, {"series_id": {"$in": list(ids)}}, "episodes")
        titles = self.database.decode_all(storage_names.TITLES, raw, title_from_document).values()
        by_series = _group_by(titles, lambda title: cast("TitleId", title.series_id))
        return {series: tuple(in_watching_order(episodes)) for series, episodes in by_series.items()}

    async def _append_events(self, profile_id: ProfileId, events: Sequence[Event]) -> frozenset[str]:
        """Returns the ids of duplicates."""
        if not events:
            return frozenset()
        now = self._clock()
        times = {
            "recorded_at": to_millis(now),
            "expires_at": now + timedelta(days=storage_names.EVENT_TTL_DAYS),
        }
        # A batch may repeat an event; the first counts.
        rows: dict[str, Document] = {}
        for event in events:
            key = event_id(profile_id, event.id)
            rows.setdefault(key, event_documents.event_to_document(event) | {"_id": key} | times)
        with self.database.calls.guard("keep"):
            try:
                await self.database.collection(storage_names.EVENTS).insert_many(
                    list(rows.values()), ordered=False
                )
            except BulkWriteError as error:
                return _duplicate_ids(error, list(rows.values()))
        return frozenset()

    async def _stored_events(self, profile_id: ProfileId, ids: Iterable[str]) -> Iterable[Event]:
        """As first sent."""
        keys = [event_id(profile_id, client_id) for client_id in ids]
        raw = await self.database.find_by_id(storage_names.EVENTS, keys)
        return self.database.decode_all(
            storage_names.EVENTS, raw, event_documents.event_from_document
        ).values()

    async def _update_activity(self, profile_id: ProfileId, update: Document) -> Document:
        collection = self.database.collection(storage_names.ACTIVITY)
        after: Document | None = await collection.find_one_and_update(
            {"_id": profile_id},
            update,
            upsert=True,
            projection={"revision": 1},
            return_document=ReturnDocument.AFTER,
        )
        if after is None:
            # The local stand-in returns None for an upsert that lost a race, although it was applied.
            after = await collection.find_one({"_id": profile_id}, {"revision": 1})
        return after or {"revision": 0}

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


def _duplicate_ids(error: BulkWriteError, rows: Sequence[Document]) -> frozenset[str]:
    """Of events stored before. Raises StoreUnavailable if anything else failed."""
    failures = error.details.get("writeErrors", [])
    others = [failure for failure in failures if failure.get("code") != DUPLICATE_KEY]
    if others or error.details.get("writeConcernErrors"):
        raise StoreUnavailable("mongo", "The events could not be stored.") from error
    return frozenset(str(rows[failure["index"]]["id"]) for failure in failures)
