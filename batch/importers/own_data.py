"""People's own catalogue, profiles and events: JSON Lines, checked whole before the first write.

Standard input is kept in a temporary file, because a file is read twice: once to check, once to load.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pymongo import UpdateOne
from pymongo.database import Database

from batch.importers.own_lines import KnownTitle, event_from_row, profile_from_row, title_from_row
from batch.importers.reading import Problems, text_lines
from batch.json_schemas import Checker, json_row
from batch.storage.bulk_load import BulkWriter, ensure_indexes, ensure_layout
from batch.storage.event_archive import EventArchive
from domain.catalog.documents import title_to_document
from domain.catalog.titles import Title, TitleKind
from domain.errors import BadInput
from domain.ids import ProfileId, Region
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, ACTIVITY, PROFILES, TITLES
from domain.viewers.documents import account_to_document, changes_to_document, profile_to_document
from domain.viewers.event_documents import event_to_document
from domain.viewers.events import Event, changes_of

SOURCE = "own"
CHUNK = 1000
Item = TypeVar("Item")


@contextmanager
def own_file(name: str) -> Iterator[Path]:
    """The file to read; "-" is standard input."""
    if name != "-":
        yield Path(name)
        return
    with tempfile.TemporaryDirectory(prefix="marquee-") as folder:
        kept = Path(folder) / "standard-input"
        with kept.open("wb") as out:
            shutil.copyfileobj(sys.stdin.buffer, out)
        yield kept


@dataclass(frozen=True, slots=True)
class OwnFile:
    """One file of one kind; broken rows of the first reading go to `problems`."""

    path: Path
    kind: str
    problems: Problems
    shown: str = ""
    """What to call it in sentences, where that is not its path."""

    @property
    def name(self) -> Path | str:
        return self.shown or self.path

    def rows(self, problems: Problems) -> Iterator[tuple[int, Document]]:
        """(line number, row) of every row that fits the schema."""
        checker = Checker(self.kind)
        empty = True
        for number, line in enumerate(text_lines(self.path), start=1):
            if not line.strip():
                continue
            empty = False
            row, fault = json_row(line)
            fault = fault or checker.fault(row)
            if fault is None and row is not None:
                yield number, row
            else:
                problems.add(self.name, number, fault or "is empty")
        if empty:
            raise BadInput(f"{self.name}: is empty.")


def load_catalog(database: Database[Document], file: OwnFile, now: datetime) -> dict[str, int]:
    series = {row["id"]: row for _, row in file.rows(Problems(skip=True)) if row["kind"] == TitleKind.SERIES}
    stored = {
        document["_id"]: document for document in database[TITLES].find({"kind": TitleKind.SERIES.value})
    }
    known = stored | series
    places: dict[str, set[tuple[int, int]]] = {}

    def titles(problems: Problems) -> Iterator[Title]:
        for number, row in file.rows(problems):
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
            places.setdefault(title.series_id, set()).add((title.season or 0, title.episode or 0))
    file.problems.settle()
    ensure_indexes(database)
    ensure_layout(database)
    with BulkWriter(database, TITLES, SOURCE) as writer:
        for title in titles(Problems(skip=True)):
            writer.add([title_to_document(_with_counts(title, places.get(title.id, set())))])
    return {"titles": count, "broken_rows": file.problems.count}


def _with_counts(title: Title, places: set[tuple[int, int]]) -> Title:
    if title.kind != TitleKind.SERIES or not places:
        return title
    return replace(title, season_count=len({season for season, _ in places}), episode_count=len(places))


def load_profiles(database: Database[Document], file: OwnFile, now: datetime) -> dict[str, int]:
    regions: dict[str, str] = {}
    count = 0
    for number, row in file.rows(file.problems):
        region = regions.setdefault(row["account_id"], row["region"])
        if region != row["region"]:
            what = f"region: account {row['account_id']!r} lives in {region} on an earlier line"
            file.problems.add(file.name, number, what)
            continue
        try:
            profile_from_row(row, now)
            count += 1
        except BadInput as error:
            file.problems.add(file.name, number, str(error))
    file.problems.settle()
    ensure_indexes(database)
    with (
        BulkWriter(database, ACCOUNTS, SOURCE) as accounts,
        BulkWriter(database, PROFILES, SOURCE) as profiles,
    ):
        known: set[str] = set()
        for _, row in file.rows(Problems(skip=True)):
            try:
                account, profile = profile_from_row(row, now)
            except BadInput:
                continue
            if regions[account.id] == account.region:
                accounts.add([account_to_document(account)] if account.id not in known else [])
                known.add(account.id)
                profiles.add([profile_to_document(profile)])
    return {"profiles": count, "accounts": len(known), "broken_rows": file.problems.count}


def load_events(database: Database[Document], lake: Path, file: OwnFile, now: datetime) -> dict[str, int]:
    """Events go to the archive and into the activity records; the same file twice changes nothing."""
    count = sum(len(events) for events in _events(database, file, file.problems, now))
    file.problems.settle()
    ensure_indexes(database)
    name = f"own-{_fingerprint(file.path)}"
    with EventArchive(lake, name) as archive:
        for events in _events(database, file, Problems(skip=True), now):
            archive.add(event_to_document(event) for event in events)
            _merge(database, events)
    return {"events": count, "broken_rows": file.problems.count}


def _events(
    database: Database[Document], file: OwnFile, problems: Problems, now: datetime
) -> Iterator[list[Event]]:
    for chunk in chunks(file.rows(problems), CHUNK):
        titles = _known_titles(database, {row["title_id"] for _, row in chunk})
        regions = _regions(database, {row["profile_id"] for _, row in chunk})
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


def _known_titles(database: Database[Document], ids: set[str]) -> dict[str, KnownTitle]:
    fields = {"kind": 1, "series_id": 1, "runtime_seconds": 1, "credits_seconds": 1}
    return {
        one["_id"]: KnownTitle(
            TitleKind(one["kind"]),
            one.get("series_id"),
            one.get("runtime_seconds"),
            one.get("credits_seconds"),
        )
        for one in database[TITLES].find({"_id": {"$in": sorted(ids)}}, fields)
    }


def _regions(database: Database[Document], profile_ids: set[str]) -> dict[str, Region]:
    """Region by profile id."""
    query = {"_id": {"$in": sorted(profile_ids)}}
    homes = {one["_id"]: one["account_id"] for one in database[PROFILES].find(query, {"account_id": 1})}
    accounts = database[ACCOUNTS].find({"_id": {"$in": sorted(set(homes.values()))}}, {"region": 1})
    regions = {one["_id"]: Region(one["region"]) for one in accounts}
    return {profile: regions[account] for profile, account in homes.items() if account in regions}


def _merge(database: Database[Document], events: list[Event]) -> None:
    by_profile: dict[ProfileId, list[Event]] = {}
    for event in events:
        by_profile.setdefault(event.profile_id, []).append(event)
    updates = [
        UpdateOne(
            {"_id": profile},
            {"$max": changes_to_document(changes_of(theirs)), "$inc": {"revision": 1}},
            upsert=True,
        )
        for profile, theirs in by_profile.items()
    ]
    if updates:
        database[ACTIVITY].bulk_write(updates, ordered=False)


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def _fingerprint(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=8)
    with path.open("rb") as raw:
        while block := raw.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
