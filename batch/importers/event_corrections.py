"""Replaces the events of a file that is imported again: what changed, and what the activity is without the old ones.

Activity entries keep the greatest evidence and forget the rest. So an entry that came from a withdrawn or corrected
event is worked out again from everything that is known of the profile: the archive, the new file, and events that the
service has recorded since. Entries with greater evidence stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain

from pymongo import UpdateOne
from pymongo.database import Database

from batch.importers.activity_import import activity_paths, activity_update
from batch.storage.batching import batched
from batch.storage.event_archive import EventArchive
from batch.storage.event_lines import event_of_line, line_fault, parse_line
from batch.storage.known_documents import SCAN_FACTOR, find_by_ids
from domain.errors import Conflict
from domain.ids import ProfileId
from domain.serialization import Document
from domain.storage_names import ACTIVITY, EVENTS
from domain.viewers.event_documents import event_from_document
from domain.viewers.events import Event, activity_changes

GROUP = 2000
"""Profiles whose histories are in memory together; each group reads the archive once."""

TOGETHER = 500
"""Profiles whose activity is read and written in one call."""

ATTEMPTS = 20
_PROFILE = re.compile(r'"profile_id": ?"([^"]*)"')


@dataclass(slots=True)
class EarlierEvents:
    """What the file brought before. `affected`: profiles with a corrected or withdrawn event. `lines`: digests."""

    count: int = 0
    unchanged: int = 0
    corrected: int = 0
    withdrawn: int = 0
    affected: set[ProfileId] = field(default_factory=set)
    lines: set[bytes] = field(default_factory=set)


def compare_with_earlier(
    archive: EventArchive, keys: set[bytes], lines: set[bytes], add: bool
) -> EarlierEvents:
    """`keys` and `lines` are the new file's. With `add`, events that it lacks are written to the archive again."""
    earlier = EarlierEvents()
    for line in archive.earlier_lines():
        digest = line_digest(line)
        if digest in earlier.lines:
            continue
        earlier.count += 1
        earlier.lines.add(digest)
        if digest in lines:
            earlier.unchanged += 1
            continue
        event = parse_line(line)
        if event is None or line_fault(line) is not None:
            continue
        if key_digest(event["profile_id"], event["id"]) in keys:
            earlier.corrected += 1
        elif add:
            archive.add_line(event["occurred_at"], line)
            continue
        else:
            earlier.withdrawn += 1
        earlier.affected.add(event["profile_id"])
    return earlier


def key_digest(profile_id: str, event_id: str) -> bytes:
    return blake2b(f"{profile_id}:{event_id}".encode(), digest_size=8).digest()


def line_digest(line: str) -> bytes:
    return blake2b(line.encode(errors="surrogateescape"), digest_size=8).digest()


def correct_activity(
    database: Database[Document], archive: EventArchive, profiles: Iterable[ProfileId]
) -> None:
    """Before the archive's new files replace the earlier ones. Raises Conflict if a profile never stands still."""
    for group in batched(sorted(profiles), GROUP):
        wanted = set(group)
        old = _events_by_profile(archive.earlier_lines(), wanted)
        rest = _events_by_profile(chain(archive.other_lines(), archive.written_lines()), wanted)
        for profiles_together in batched(group, TOGETHER):
            _correct_together(database, profiles_together, old, rest)


def _events_by_profile(lines: Iterable[str], wanted: set[ProfileId]) -> dict[ProfileId, list[Event]]:
    found: dict[ProfileId, list[Event]] = {}
    for line in lines:
        match = _PROFILE.search(line)
        if match is None or match.group(1) in wanted:
            event = event_of_line(line)
            if event is not None and event.profile_id in wanted:
                found.setdefault(event.profile_id, []).append(event)
    return found


def _correct_together(
    database: Database[Document],
    profiles: Sequence[ProfileId],
    old: Mapping[ProfileId, list[Event]],
    rest: Mapping[ProfileId, list[Event]],
) -> None:
    """Compare and set: the service may write meanwhile. A correction that was made may be made again."""
    for _ in range(ATTEMPTS if len(profiles) == 1 else 1):
        stored = {one["_id"]: one for one in find_by_ids(database[ACTIVITY], profiles)}
        recorded = _recorded_events(database, profiles)
        updates = [
            _update_of(
                profile,
                stored.get(profile),
                old.get(profile, []),
                [*rest.get(profile, []), *recorded.get(profile, [])],
            )
            for profile in profiles
        ]
        result = database[ACTIVITY].bulk_write(updates, ordered=False)
        if result.matched_count + result.upserted_count >= len(profiles):
            return
    if len(profiles) == 1:
        raise Conflict(
            f"The activity of profile {profiles[0]!r} changes all the time; import the file again."
        )
    for profile in profiles:
        _correct_together(database, [profile], old, rest)


def _recorded_events(
    database: Database[Document], profiles: Sequence[ProfileId]
) -> dict[ProfileId, list[Event]]:
    found: dict[ProfileId, list[Event]] = {}
    events, wanted = database[EVENTS], set(profiles)
    is_small = events.estimated_document_count() <= SCAN_FACTOR * len(profiles)
    query = {} if is_small else {"profile_id": {"$in": list(profiles)}}
    for document in events.find(query):
        if document["profile_id"] in wanted:
            event = event_from_document(document)
            found.setdefault(event.profile_id, []).append(event)
    return found


def _update_of(
    profile: ProfileId, stored: Document | None, old: list[Event], known: list[Event]
) -> UpdateOne:
    changes = activity_changes(known)
    if stored is None:
        return UpdateOne({"_id": profile}, activity_update(changes), upsert=True)
    update = _correction(
        stored, activity_paths(activity_changes(old)), activity_paths(changes), activity_update(changes)
    )
    return UpdateOne({"_id": profile, "revision": stored.get("revision")}, update)


def _correction(
    stored: Document, before: Mapping[str, object], known: Mapping[str, object], update: Document
) -> Document:
    """`update` merges everything known. Values that came from the old events alone are set anew, or go.

    An entry of which nothing is known goes whole, or not at all: something else than events has written it.
    """
    replaced: Document = {}
    removed: Document = {}
    known_entries = {_entry_of(path) for path in known}
    for entry in {_entry_of(path) for path in before} - known_entries:
        if _value_at(stored, entry) == _entry_value(before, entry):
            removed[entry] = ""
    for path, old in before.items():
        if _entry_of(path) in known_entries and _value_at(stored, path) == old and known.get(path) != old:
            if path in known:
                replaced[path] = known[path]
            else:
                removed[path] = ""
    corrected: Document = {}
    for operator, paths in update.items():
        if kept := {path: value for path, value in paths.items() if path not in replaced}:
            corrected[operator] = kept
    if replaced:
        corrected["$set"] = replaced
    if removed:
        corrected["$unset"] = removed
    return corrected


def _entry_of(path: str) -> str:
    """ "watched.tt1.at" and "watched.tt1" -> "watched.tt1"."""
    return ".".join(path.split(".")[:2])


def _entry_value(paths: Mapping[str, object], entry: str) -> object:
    """The whole entry; paths may lead to single registers of it."""
    registers = {
        path.rpartition(".")[2]: value for path, value in paths.items() if path.startswith(f"{entry}.")
    }
    return registers or paths[entry]


def _value_at(document: Document, path: str) -> object:
    value: object = document
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value
