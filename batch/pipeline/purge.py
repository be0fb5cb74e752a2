"""Takes departed profiles out of files: the event archive, the truth of the sample, and datasets of past runs.

A file is searched when it is new or changed, and all of them when a profile has departed since. So whatever brings
an erased profile's events again, an import or a restored backup, is undone before Spark reads them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pymongo.database import Database

from batch.pipeline.ledger import Ledger, RunRecord
from batch.storage.departed_lines import file_state, remove_departed_lines
from batch.storage.departures import DepartureBook, departed_since, read_departures, remember_files_done
from batch.storage.event_archive import EVENTS_FOLDER
from batch.storage.file_replacement import finish_replacements
from domain.serialization import Document
from domain.storage_names import TOP_PICKS
from domain.viewers.removal import FILES, Place

CHECKED_FILE = "_departed.json"
LINE_FILES = (f"{EVENTS_FOLDER}/month=*/*.jsonl.gz", "truth/*.jsonl.gz")
VERSIONS = "versions"
IMPERSONAL_DATASETS = frozenset({"titles", "popularity", "similar_titles"})
"""Of a version's folder. All others name profiles."""


def purge_departed(database: Database[Document], lake: Path, now: datetime) -> list[Place]:
    """What was found and removed, file by file; empty when nothing had to be done."""
    book = read_departures(database)
    if not book:
        return []
    finish_replacements(lake / EVENTS_FOLDER)
    checked = _CheckedFiles(lake, book)
    places = []
    for path in checked.to_search():
        counts = remove_departed_lines(path, lake / EVENTS_FOLDER, book)
        checked.add(path)
        if counts.found:
            name = str(path.relative_to(lake))
            places.append(Place(FILES, name, counts.found, counts.found - counts.left, counts.left))
    is_waiting = any(departure.files_at is None for departure in book.by_key.values())
    datasets, all_gone = _remove_datasets(database, lake, now) if is_waiting else ([], True)
    checked.save()
    if all_gone and not any(place.left for place in places):
        remember_files_done(database, book, now)
    return places + datasets


class _CheckedFiles:
    """Which files were searched for which departures."""

    def __init__(self, lake: Path, book: DepartureBook) -> None:
        self._lake = lake
        self._path = lake / CHECKED_FILE
        self._keys = sorted(f"{key}>{one.into or ''}" for key, one in book.by_key.items())
        known = self._read()
        is_current = set(self._keys) <= set(known.get("departures", ()))
        self._files: dict[str, list[int]] = known.get("files", {}) if is_current else {}

    def to_search(self) -> Iterator[Path]:
        for pattern in LINE_FILES:
            for path in sorted(self._lake.glob(pattern)):
                if self._files.get(str(path.relative_to(self._lake))) != list(file_state(path)):
                    yield path

    def add(self, path: Path) -> None:
        self._files[str(path.relative_to(self._lake))] = list(file_state(path))

    def save(self) -> None:
        files = {name: state for name, state in self._files.items() if (self._lake / name).exists()}
        self._lake.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f".{CHECKED_FILE}.new")
        draft.write_text(json.dumps({"departures": self._keys, "files": files}) + "\n", "utf-8")
        draft.replace(self._path)

    def _read(self) -> Document:
        try:
            known = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}


def _remove_datasets(database: Database[Document], lake: Path, now: datetime) -> tuple[list[Place], bool]:
    """Nothing reads them after their run. Those of a run under way stay until it ends: then False."""
    busy = {run.version for run in Ledger(database).alive_runs(now)}
    places, all_gone = [], True
    for folder in sorted((lake / VERSIONS).glob("*/*")):
        if folder.name in IMPERSONAL_DATASETS or not folder.is_dir():
            continue
        if folder.parent.name in busy:
            all_gone = False
            continue
        files = sum(each.is_file() for each in folder.rglob("*"))
        shutil.rmtree(folder, ignore_errors=True)
        left = sum(each.is_file() for each in folder.rglob("*"))
        places.append(Place(FILES, str(folder.relative_to(lake)), files, files - left, left))
    return places, all_gone


def remove_departed_picks(database: Database[Document], run: RunRecord) -> None:
    """Before a version is published: profiles that left while it was computed."""
    book = read_departures(database)
    if not departed_since(book, run.started_at):
        return
    picks = database[TOP_PICKS]
    of_version = picks.find({"version": run.version}, {"profile_id": 1}, batch_size=1000)
    gone = [document["_id"] for document in of_version if book.of(document["profile_id"]) is not None]
    if gone:
        picks.delete_many({"_id": {"$in": gone}})


def departed_during(database: Database[Document], run: RunRecord) -> int:
    """How many picks of a version may be missing because their profiles have left."""
    return len(departed_since(read_departures(database), run.started_at))
