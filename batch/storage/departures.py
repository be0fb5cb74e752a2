"""Profiles that are gone, as writers of batch must know: erased ones, and those merged into another.

Whatever brings such a profile again is stopped where documents are inserted. What a merged profile did goes to its
successor.
"""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pymongo.collection import Collection
from pymongo.database import Database

from batch.storage.known_documents import find_by_ids
from domain.serialization import Document
from domain.storage_names import ACTIVITY, DEPARTURES, PROFILES
from domain.timestamps import to_millis
from domain.viewers.anonymous_sessions import session_changes
from domain.viewers.departures import (
    DEPARTURE_LIFETIME,
    Departure,
    departure_from_document,
    departure_key,
)
from domain.viewers.documents import activity_from_document, changes_to_update

PROFILES_ALONE = {"session": {"$exists": False}}


@dataclass(slots=True)
class DepartureBook:
    """All departures of profiles. `of` computes a digest once per id."""

    by_key: dict[str, Departure]
    _known: dict[str, Departure | None] = field(default_factory=dict)

    def of(self, profile_id: str) -> Departure | None:
        if profile_id not in self._known:
            self._known[profile_id] = self.by_key.get(departure_key(profile_id))
        return self._known[profile_id]

    def __bool__(self) -> bool:
        return bool(self.by_key)


def read_departures(database: Database[Document]) -> DepartureBook:
    found = map(departure_from_document, database[DEPARTURES].find(PROFILES_ALONE))
    return DepartureBook({departure.key: departure for departure in found})


def find_departed(database: Database[Document], ids: Ids[str]) -> dict[str, Departure]:
    """Renews those that it finds: while something brings an id again, it must be known."""
    departures = database[DEPARTURES]
    if not ids or departures.find_one(PROFILES_ALONE, {"_id": 1}) is None:
        return {}
    by_key = {departure_key(one): one for one in ids}
    found = {
        by_key[one["_id"]]: departure_from_document(one)
        for one in find_by_ids(departures, by_key)
        if not one.get("session")
    }
    if found:
        keys = [departure.key for departure in found.values()]
        expires_at = datetime.now(UTC) + DEPARTURE_LIFETIME
        departures.update_many({"_id": {"$in": keys}}, {"$set": {"expires_at": expires_at}})
    return found


def without_departed(collection: Collection[Document], documents: list[Document]) -> list[Document]:
    """The documents to insert: none of a departed profile, whose activity its successor gets."""
    if collection.name not in (PROFILES, ACTIVITY) or not documents:
        return documents
    departed = find_departed(collection.database, [document["_id"] for document in documents])
    if not departed:
        return documents
    if collection.name == ACTIVITY:
        _give_to_successors(collection, documents, departed)
    return [document for document in documents if document["_id"] not in departed]


def _give_to_successors(
    activity: Collection[Document], documents: Iterable[Document], departed: dict[str, Departure]
) -> None:
    for document in documents:
        departure = departed.get(document["_id"])
        if departure is None or departure.into is None:
            continue
        update = changes_to_update(session_changes(activity_from_document(document)))
        if update:
            successor = {"_id": departure.into}
            activity.update_one(successor, update | {"$inc": {"revision": 1}}, upsert=True)


def remember_files_done(database: Database[Document], book: DepartureBook, now: datetime) -> int:
    """Returns how many departures had waited for it."""
    keys = [key for key, departure in book.by_key.items() if departure.files_at is None]
    changed = database[DEPARTURES].update_many({"_id": {"$in": keys}}, {"$set": {"files_at": to_millis(now)}})
    return changed.modified_count


def departed_since(book: DepartureBook, since: datetime) -> list[Departure]:
    """Clocks may differ, so an hour more."""
    return [one for one in book.by_key.values() if (since - one.at).total_seconds() < 3600]
