"""Imports a customer's viewing events."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pymongo import UpdateOne
from pymongo.database import Database

from batch.importers.event_rows import EventTitle, event_from_row
from batch.importers.input_files import Problems
from batch.importers.own_data import InputFile
from batch.storage.batching import batched
from batch.storage.bulk_load import ensure_indexes
from batch.storage.event_archive import EventArchive
from domain.catalog.titles import TitleKind
from domain.errors import BadInput
from domain.ids import ProfileId, Region
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, ACTIVITY, PROFILES, TITLES
from domain.viewers.documents import changes_to_update
from domain.viewers.event_documents import event_to_document
from domain.viewers.events import Event, activity_changes

CHUNK = 1000


def load_events(database: Database[Document], lake: Path, file: InputFile, now: datetime) -> dict[str, int]:
    """The same file twice changes nothing."""
    count = sum(len(events) for events in _read_events(database, file, file.problems, now))
    file.problems.raise_if_any()
    ensure_indexes(database)
    name = f"own-{_content_hash(file.path)}"
    with EventArchive(lake, name) as archive:
        for events in _read_events(database, file, Problems(skip=True), now):
            archive.add(event_to_document(event) for event in events)
            _update_activity(database, events)
    return {"events": count, "broken_rows": file.problems.count}


def _read_events(
    database: Database[Document], file: InputFile, problems: Problems, now: datetime
) -> Iterator[list[Event]]:
    for chunk in batched(file.read_rows(problems), CHUNK):
        titles = _find_titles(database, {row["title_id"] for _, row in chunk})
        regions = _find_regions(database, {row["profile_id"] for _, row in chunk})
        events: list[Event] = []
        for number, row in chunk:
            title, region = titles.get(row["title_id"]), regions.get(row["profile_id"])
            if title is None or region is None:
                name = "title_id" if title is None else "profile_id"
                problems.add(file.name, number, f"{name}: {row[name]!r} has not been imported")
                continue
            try:
                events.append(event_from_row(row, title, region, now))
            except BadInput as error:
                problems.add(file.name, number, str(error))
        yield events


def _find_titles(database: Database[Document], ids: set[str]) -> dict[str, EventTitle]:
    names = ("kind", "series_id", "runtime_seconds", "credits_seconds", "season", "episode")
    return {
        one["_id"]: EventTitle(
            TitleKind(one["kind"]),
            one.get("series_id"),
            one.get("runtime_seconds"),
            one.get("credits_seconds"),
            one.get("season"),
            one.get("episode"),
        )
        for one in database[TITLES].find({"_id": {"$in": sorted(ids)}}, dict.fromkeys(names, 1))
    }


def _find_regions(database: Database[Document], profile_ids: set[str]) -> dict[str, Region]:
    query = {"_id": {"$in": sorted(profile_ids)}}
    account_ids = {one["_id"]: one["account_id"] for one in database[PROFILES].find(query, {"account_id": 1})}
    accounts = database[ACCOUNTS].find({"_id": {"$in": sorted(set(account_ids.values()))}}, {"region": 1})
    regions = {one["_id"]: Region(one["region"]) for one in accounts}
    return {profile: regions[account] for profile, account in account_ids.items() if account in regions}


def _update_activity(database: Database[Document], events: list[Event]) -> None:
    by_profile: dict[ProfileId, list[Event]] = {}
    for event in events:
        by_profile.setdefault(event.profile_id, []).append(event)
    updates = [
        UpdateOne(
            {"_id": profile},
            changes_to_update(activity_changes(profile_events)) | {"$inc": {"revision": 1}},
            upsert=True,
        )
        for profile, profile_events in by_profile.items()
    ]
    if updates:
        database[ACTIVITY].bulk_write(updates, ordered=False)


def _content_hash(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=8)
    with path.open("rb") as raw:
        while block := raw.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
