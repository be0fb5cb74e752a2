"""Writes of activity and events that lose nothing while a session or a profile is merged or erased.

A merge copies, then deletes what it copied: the record by its revision, events by their ids. If the record was
written meanwhile, it begins again. A writer that comes later finds no record and creates one; a new record is marked,
and whoever sees the mark looks up whether the profile has departed. If so, the writer moves what it wrote to the
profile that has the rest, or removes it when the profile was erased.

So the order of steps matters: a departure is stored before anything is removed, events are written before the record,
and the record is removed before events.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, DuplicateKeyError

from bff.stores.mongo.database import DUPLICATE_KEY, MongoDatabase
from bff.stores.mongo.departures import DepartureStore
from domain import storage_names
from domain.errors import StoreUnavailable
from domain.ids import ProfileId
from domain.ports.stores import RecordResult
from domain.serialization import Document
from domain.timestamps import to_millis
from domain.viewers import documents, event_documents
from domain.viewers.activity import Activity, Changes, merge
from domain.viewers.anonymous_sessions import SESSION_LIFETIME, is_session, merged_event_id, session_changes
from domain.viewers.departures import Departure, ProfileDeparted, departure_key
from domain.viewers.event_documents import event_id
from domain.viewers.events import Event, activity_changes
from domain.viewers.impressions import expired_spans, retained_spans

NEW_RECORD = "unchecked"
"""Of a record that was just created: its profile may have departed. Random, so that a writer takes only the mark away
that it has checked."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What went to `into`, the last of a chain of merged profiles. `revision` is None when there was nothing."""

    activity: Activity
    into: ProfileId | None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """`moved_to`: the profile has departed, and this one has its activity."""

    revision: int
    moved_to: ProfileId | None = None


class ActivityWrites:
    def __init__(self, database: MongoDatabase, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self.departures = DepartureStore(database)

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> RecordResult:
        """Merges the changes of duplicates again, which heals a retry after a crash."""
        duplicates = await self._append_events(profile_id, events)
        if duplicates:
            # A known event counts as it was first sent, unless a merge has just moved it.
            stored = {event.id: event for event in await self._stored_events(profile_id, duplicates)}
            changes = activity_changes(
                stored.get(event.id, event) if event.id in duplicates else event for event in events
            )
        written = await self._apply_changes(profile_id, changes)
        return RecordResult(written.revision, duplicates, changes, written.moved_to)

    async def merge_session(self, session: ProfileId, profile_id: ProfileId) -> RecordResult:
        departure = await self.departures.add(
            Departure(departure_key(session), self._clock(), into=profile_id, is_session=True),
            SESSION_LIFETIME,
        )
        moved = await self.move(session, departure)
        if departure.into == profile_id and moved.revision is not None:
            return RecordResult(moved.revision, frozenset(), session_changes(moved.activity), moved.into)
        # There was nothing, or it belongs to the profile of an earlier merge.
        record = await self._find_activity(profile_id)
        revision = int(record["revision"]) if record else 0
        return RecordResult(revision, frozenset(), Changes(), moved.into)

    async def move(self, source: ProfileId, departure: Departure) -> Moved:
        """Moves what there is of a departed profile to its successor; without one, removes it.

        Raises ProfileDeparted when the successor has been erased.
        """
        moved = Moved(Activity(source), departure.into)
        while True:
            document = await self._find_activity(source)
            if departure.into is not None:
                moved = await self._copy(source, departure.into, document, moved)
            if await self._delete_activity(source, document):
                break
        if departure.into is None:
            await self._delete_events({"profile_id": source})
        return moved

    async def _apply_changes(self, profile_id: ProfileId, changes: Changes) -> _Written:
        """Raises ProfileDeparted for an erased profile, whose data it removes again."""
        after = await self._update_activity(profile_id, self._update_of(profile_id, changes))
        written, mark = _Written(int(after["revision"])), after.get(NEW_RECORD)
        if mark is None:
            return written
        departure = await self.departures.find_one(profile_id)
        if departure is None:
            with self._database.calls.guard("record"):
                await self._database.collection(storage_names.ACTIVITY).update_one(
                    {"_id": profile_id, NEW_RECORD: mark}, {"$unset": {NEW_RECORD: ""}}
                )
            return written
        moved = await self.move(profile_id, departure)
        if moved.into is None:
            raise ProfileDeparted
        return _Written(moved.revision or written.revision, moved.into)

    def _update_of(self, profile_id: ProfileId, changes: Changes) -> Document:
        update: Document = {"$inc": {"revision": 1}, "$setOnInsert": {NEW_RECORD: uuid.uuid4().hex}}
        update |= documents.changes_to_update(changes)
        if changes.impressions:
            update["$bit"] = documents.impressions_to_document(retained_spans(changes.impressions))
            update["$unset"] = {f"shown.{span}": "" for span in expired_spans(changes.impressions)}
        if is_session(profile_id):
            update["$set"] = {"expires_at": self._clock() + SESSION_LIFETIME}
        return update

    async def _update_activity(self, profile_id: ProfileId, update: Document) -> Document:
        with self._database.calls.guard("record"):
            try:
                return await self._upsert_activity(profile_id, update)
            except DuplicateKeyError:
                # Two first events of a profile raced. The document exists now.
                return await self._upsert_activity(profile_id, update)

    async def _upsert_activity(self, profile_id: ProfileId, update: Document) -> Document:
        collection = self._database.collection(storage_names.ACTIVITY)
        fields = {"revision": 1, NEW_RECORD: 1}
        after: Document | None = await collection.find_one_and_update(
            {"_id": profile_id},
            update,
            upsert=True,
            projection=fields,
            return_document=ReturnDocument.AFTER,
        )
        if after is None:
            # The local stand-in returns None for an upsert that lost a race, although it was applied.
            after = await collection.find_one({"_id": profile_id}, fields)
        return after or {"revision": 0}

    async def _find_activity(self, profile_id: ProfileId) -> Document | None:
        with self._database.calls.guard("find_moved"):
            found: Document | None = await self._database.collection(storage_names.ACTIVITY).find_one(
                {"_id": profile_id}
            )
        return found

    async def _copy(
        self, source: ProfileId, target: ProfileId, document: Document | None, before: Moved
    ) -> Moved:
        """Includes the changes of events whose writer has not got round to the record."""
        rows = await self._database.find(storage_names.EVENTS, {"profile_id": source}, "session_events")
        events = self._database.decode_all(
            storage_names.EVENTS, rows, event_documents.event_from_document
        ).values()
        records = self._database.decode_all(
            storage_names.ACTIVITY, [document] if document else [], documents.activity_from_document
        )
        record = records.get(source, Activity(source))
        changes = session_changes(merge(record, activity_changes(events)))
        await self._insert_moved(source, target, rows)
        written = await self._apply_changes(target, changes) if changes else None
        if rows:
            await self._delete_events({"_id": {"$in": [row["_id"] for row in rows]}})
        if written is None:
            return before
        return Moved(merge(before.activity, changes), written.moved_to or target, written.revision)

    async def _delete_activity(self, profile_id: ProfileId, seen: Document | None) -> bool:
        """False when the record has been written since it was seen."""
        if seen is None:
            return True
        with self._database.calls.guard("forget_session"):
            removed = await self._database.collection(storage_names.ACTIVITY).delete_one(
                {"_id": profile_id, "revision": seen.get("revision")}
            )
        return bool(removed.deleted_count)

    async def _delete_events(self, query: Document) -> int:
        with self._database.calls.guard("hand_over"):
            removed = await self._database.collection(storage_names.EVENTS).delete_many(query)
        return removed.deleted_count

    async def _insert_moved(self, source: ProfileId, target: ProfileId, rows: Sequence[Document]) -> None:
        """Keeps `recorded_at`, which drives the archive, so that no event is archived twice."""
        if not rows:
            return
        copies = []
        for row in rows:
            client_event_id = merged_event_id(source, row["id"])
            key = event_id(target, client_event_id)
            copies.append(row | {"_id": key, "id": client_event_id, "profile_id": target})
        with self._database.calls.guard("hand_over"):
            try:
                await self._database.collection(storage_names.EVENTS).insert_many(copies, ordered=False)
            except BulkWriteError as error:
                _duplicate_ids(error, copies)

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
        with self._database.calls.guard("keep"):
            try:
                await self._database.collection(storage_names.EVENTS).insert_many(
                    list(rows.values()), ordered=False
                )
            except BulkWriteError as error:
                return _duplicate_ids(error, list(rows.values()))
        return frozenset()

    async def _stored_events(self, profile_id: ProfileId, ids: Iterable[str]) -> Iterable[Event]:
        """As first sent."""
        keys = [event_id(profile_id, client_id) for client_id in ids]
        raw = await self._database.find_by_id(storage_names.EVENTS, keys)
        return self._database.decode_all(
            storage_names.EVENTS, raw, event_documents.event_from_document
        ).values()


def _duplicate_ids(error: BulkWriteError, rows: Sequence[Document]) -> frozenset[str]:
    """Of events stored before. Raises StoreUnavailable if anything else failed."""
    failures = error.details.get("writeErrors", [])
    others = [failure for failure in failures if failure.get("code") != DUPLICATE_KEY]
    if others or error.details.get("writeConcernErrors"):
        raise StoreUnavailable("mongo", "The events could not be stored.") from error
    return frozenset(str(rows[failure["index"]]["id"]) for failure in failures)
