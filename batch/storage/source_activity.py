"""Writes the activity of a source's profiles, beside what the service recorded of them.

A source replaces its own part. The rest is worked out from events: those that the service has stored, and the
archive's files of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pymongo.database import Database

from batch.storage.batching import batched
from batch.storage.departures import find_departed
from batch.storage.document_writer import insert_missing
from batch.storage.event_archive import EventArchive
from batch.storage.event_lines import event_of_line
from batch.storage.known_documents import SCAN_FACTOR, find_by_ids
from batch.storage.source_writer import SourceWriter
from domain.errors import Conflict
from domain.serialization import Document
from domain.storage_names import ACTIVITY, EVENTS
from domain.viewers.activity import merge
from domain.viewers.documents import activity_from_document, activity_to_document
from domain.viewers.event_documents import event_from_document
from domain.viewers.events import Event, activity_changes

ATTEMPTS = 20
ASKED_PROFILES = 100
_PROFILE = re.compile(r'"profile_id": ?"([^"]*)"')


class SourceActivityWriter(SourceWriter):
    """`archive` is the source's own, while it is written."""

    def __init__(self, database: Database[Document], source: str, archive: EventArchive) -> None:
        super().__init__(database, ACTIVITY, source)
        self._archived = self._events_of_others(archive) if self._rest else {}
        self._of_departed: list[Document] = []

    def flush(self) -> None:
        batch, self._batch = self._batch, []
        self._rest.difference_update(document["_id"] for document in batch)
        self.written += len(batch)
        departed = find_departed(self._database, {document["_id"] for document in batch})
        self._of_departed += [document for document in batch if document["_id"] in departed]
        existing = insert_missing(self._database[ACTIVITY], batch)
        for _ in range(ATTEMPTS):
            existing = self._replace_own_parts(existing)
            if not existing:
                return
        raise Conflict(f"The activity of {existing[0]['_id']!r} changes all the time; import again.")

    def withdraw_rest(self, keep: Iterable[str] = ()) -> list[str]:
        """The source's part of a merged profile is its successor's, whose own part has been replaced by then."""
        withdrawn = super().withdraw_rest(keep)
        insert_missing(self._database[ACTIVITY], self._of_departed)
        return withdrawn

    def _replace_own_parts(self, documents: list[Document]) -> list[Document]:
        """Compare and set, since the service may write meanwhile. Returns the documents that were overtaken.

        Events are read after the activity: the service stores them in the other order.
        """
        if not documents:
            return []
        activity, ids = self._database[ACTIVITY], {document["_id"] for document in documents}
        stored = {one["_id"]: one for one in find_by_ids(activity, ids)}
        recorded = self._recorded_events(ids)
        overtaken: list[Document] = []
        for document in documents:
            profile = document["_id"]
            before = stored.get(profile, {})
            others = activity_changes([*self._archived.get(profile, []), *recorded.get(profile, [])])
            merged = activity_to_document(merge(activity_from_document(document), others))
            # The revision only grows, and impressions are counted by the service alone.
            parts = {name: merged[name] for name in merged if name not in ("_id", "revision", "shown")}
            if all(before.get(name, {}) == value for name, value in parts.items()):
                continue
            update = {"$set": {**parts, "source": self._source}, "$inc": {"revision": 1}}
            where = {"_id": profile, "revision": before.get("revision")}
            if not activity.update_one(where, update).matched_count:
                overtaken.append(document)
        return overtaken

    def _recorded_events(self, profiles: set[str]) -> dict[str, list[Event]]:
        events, found = self._database[EVENTS], dict[str, list[Event]]()
        if events.estimated_document_count() <= SCAN_FACTOR * len(profiles):
            queries: list[Document] = [{}]
        else:
            queries = [{"profile_id": {"$in": batch}} for batch in batched(sorted(profiles), ASKED_PROFILES)]
        for query in queries:
            for document in events.find(query):
                if document["profile_id"] in profiles:
                    found.setdefault(document["profile_id"], []).append(event_from_document(document))
        return found

    def _events_of_others(self, archive: EventArchive) -> dict[str, list[Event]]:
        return _events_of(archive.other_lines(), self._rest)


def _events_of(lines: Iterable[str], profiles: set[str]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for line in lines:
        match = _PROFILE.search(line)
        if match is not None and match.group(1) in profiles:
            event = event_of_line(line)
            if event is not None:
                found.setdefault(event.profile_id, []).append(event)
    return found
