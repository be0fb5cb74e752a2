"""Merges imported events into the activity of their profiles, in large batches."""

from __future__ import annotations

from collections.abc import Iterable

from pymongo import UpdateOne
from pymongo.database import Database

from batch.storage.document_writer import insert_missing
from batch.storage.known_documents import find_by_ids
from domain.ids import ProfileId
from domain.serialization import Document
from domain.storage_names import ACTIVITY
from domain.viewers.activity import Activity, Changes, merge
from domain.viewers.documents import activity_to_document, changes_to_update
from domain.viewers.events import Event, activity_changes

ENTRY_MAPS = ("watched", "household", "listed", "rated", "dismissed", "disowned")
BATCH_EVENTS = 100_000
"""In memory. A profile's events of a batch are one write, so larger batches write less."""


class ActivityBatch:
    """Entries merge by their instants, so repeated and reordered batches give the same activity."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._by_profile: dict[ProfileId, list[Event]] = {}
        self._count = 0

    def add(self, event: Event) -> None:
        self._by_profile.setdefault(event.profile_id, []).append(event)
        self._count += 1
        if self._count >= BATCH_EVENTS:
            self.flush()

    def flush(self) -> None:
        changes = {profile: activity_changes(events) for profile, events in self._by_profile.items()}
        self._by_profile, self._count = {}, 0
        merge_into_activity(self._database, changes)


def merge_into_activity(database: Database[Document], changes: dict[ProfileId, Changes]) -> None:
    """New profiles' documents are inserted, several times faster than updates."""
    activity = database[ACTIVITY]
    stored = {one["_id"] for one in find_by_ids(activity, changes.keys(), {"_id": 1})}
    new = [
        activity_to_document(merge(Activity(profile), changes[profile]))
        for profile in changes
        if profile not in stored
    ]
    # The service may have written in between.
    stored |= {document["_id"] for document in insert_missing(activity, new)}
    updates = [
        UpdateOne({"_id": profile}, activity_update(changes[profile]), upsert=True)
        for profile in changes
        if profile in stored
    ]
    if updates:
        activity.bulk_write(updates, ordered=False)


def activity_update(changes: Changes) -> Document:
    """Operators that merge `changes` into a stored activity."""
    return changes_to_update(changes) | {"$inc": {"revision": 1}}


def activity_paths(changes: Changes) -> Document:
    """Dotted path -> value that the changes alone would store."""
    operators = changes_to_update(changes).values()
    return {path: value for paths in operators for path, value in paths.items()}


def forget_titles(database: Database[Document], ids: Iterable[str]) -> None:
    """Takes titles out of everyone's activity: their ids are going to mean other titles."""
    for title_id in ids:
        paths = [f"{name}.{title_id}" for name in ENTRY_MAPS]
        update: Document = {"$unset": dict.fromkeys(paths, ""), "$inc": {"revision": 1}}
        database[ACTIVITY].update_many({"$or": [{path: {"$exists": True}} for path in paths]}, update)
