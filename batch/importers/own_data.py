"""Imports a customer's catalogue, profiles and events from JSON Lines.

Files are read twice, to check and to load, so standard input is copied into a temporary file.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pymongo import UpdateOne
from pymongo.database import Database

from batch.importers.input_files import Problems, read_lines
from batch.importers.own_rows import EventTitle, event_from_row, profile_from_row, title_from_row
from batch.json_schemas import RowValidator, parse_row
from batch.storage.batching import batched
from batch.storage.bulk_load import BulkWriter, ensure_default_layout, ensure_indexes
from batch.storage.event_archive import EventArchive
from domain.catalog.documents import title_to_document
from domain.catalog.titles import Title, TitleKind
from domain.errors import BadInput
from domain.ids import ProfileId, Region
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, ACTIVITY, PROFILES, TITLES
from domain.viewers.documents import account_to_document, changes_to_document, profile_to_document
from domain.viewers.event_documents import event_to_document
from domain.viewers.events import Event, activity_changes

SOURCE = "own"
CHUNK = 1000


@contextmanager
def open_input(name: str) -> Iterator[Path]:
    """ "-" is standard input."""
    if name != "-":
        yield Path(name)
        return
    with tempfile.TemporaryDirectory(prefix="marquee-") as folder:
        copy = Path(folder) / "standard-input"
        with copy.open("wb") as out:
            shutil.copyfileobj(sys.stdin.buffer, out)
        yield copy


@dataclass(frozen=True, slots=True)
class InputFile:
    """The first pass reports to `problems`."""

    path: Path
    kind: str
    problems: Problems
    display_name: str = ""

    @property
    def name(self) -> Path | str:
        return self.display_name or self.path

    def read_rows(self, problems: Problems) -> Iterator[tuple[int, Document]]:
        """Valid rows with their line numbers."""
        validator = RowValidator(self.kind)
        is_empty = True
        for number, line in enumerate(read_lines(self.path), start=1):
            if not line.strip():
                continue
            is_empty = False
            row, error = parse_row(line)
            error = error or validator.find_error(row)
            if error is None and row is not None:
                yield number, row
            else:
                problems.add(self.name, number, error or "is empty")
        if is_empty:
            raise BadInput(f"{self.name}: is empty.")


def load_catalog(database: Database[Document], file: InputFile, now: datetime) -> dict[str, int]:
    series = {
        row["id"]: row for _, row in file.read_rows(Problems(skip=True)) if row["kind"] == TitleKind.SERIES
    }
    stored = {
        document["_id"]: document for document in database[TITLES].find({"kind": TitleKind.SERIES.value})
    }
    known = stored | series
    episode_numbers: dict[str, set[tuple[int, int]]] = {}

    def titles(problems: Problems) -> Iterator[Title]:
        for number, row in file.read_rows(problems):
            show = known.get(row.get("series_id", ""))
            if row["kind"] == TitleKind.EPISODE and show is None:
                problems.add(file.name, number, f"series_id: there is no series {row['series_id']!r}")
                continue
            try:
                yield title_from_row(row, now, show)
            except BadInput as error:
                problems.add(file.name, number, str(error))

    count = 0
    for title in titles(file.problems):
        count += 1
        if title.series_id:
            episode_numbers.setdefault(title.series_id, set()).add((title.season or 0, title.episode or 0))
    file.problems.raise_if_any()
    ensure_indexes(database)
    ensure_default_layout(database)
    with BulkWriter(database, TITLES, SOURCE) as writer:
        for title in titles(Problems(skip=True)):
            writer.add([title_to_document(_with_counts(title, episode_numbers.get(title.id, set())))])
    return {"titles": count, "broken_rows": file.problems.count}


def _with_counts(title: Title, numbers: set[tuple[int, int]]) -> Title:
    if title.kind != TitleKind.SERIES or not numbers:
        return title
    return replace(title, season_count=len({season for season, _ in numbers}), episode_count=len(numbers))


def load_profiles(database: Database[Document], file: InputFile, now: datetime) -> dict[str, int]:
    regions: dict[str, str] = {}
    count = 0
    for number, row in file.read_rows(file.problems):
        region = regions.setdefault(row["account_id"], row["region"])
        if region != row["region"]:
            message = f"region: account {row['account_id']!r} lives in {region} on an earlier line"
            file.problems.add(file.name, number, message)
            continue
        try:
            profile_from_row(row, now)
            count += 1
        except BadInput as error:
            file.problems.add(file.name, number, str(error))
    file.problems.raise_if_any()
    ensure_indexes(database)
    with (
        BulkWriter(database, ACCOUNTS, SOURCE) as accounts,
        BulkWriter(database, PROFILES, SOURCE) as profiles,
    ):
        known: set[str] = set()
        for _, row in file.read_rows(Problems(skip=True)):
            try:
                account, profile = profile_from_row(row, now)
            except BadInput:
                continue
            if regions[account.id] == account.region:
                accounts.add([account_to_document(account)] if account.id not in known else [])
                known.add(account.id)
                profiles.add([profile_to_document(profile)])
    return {"profiles": count, "accounts": len(known), "broken_rows": file.problems.count}


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
    fields = {"kind": 1, "series_id": 1, "runtime_seconds": 1, "credits_seconds": 1}
    return {
        one["_id"]: EventTitle(
            TitleKind(one["kind"]),
            one.get("series_id"),
            one.get("runtime_seconds"),
            one.get("credits_seconds"),
        )
        for one in database[TITLES].find({"_id": {"$in": sorted(ids)}}, fields)
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
            {"$max": changes_to_document(activity_changes(profile_events)), "$inc": {"revision": 1}},
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
