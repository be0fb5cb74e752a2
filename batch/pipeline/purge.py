"""Takes departed profiles out of everything that a run reads, keeps or publishes."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from pymongo.database import Database

from batch.pipeline.ledger import Ledger, RunRecord
from batch.storage.departed_files import purge_lines
from batch.storage.departures import departed_since, read_departures, remember_files_done
from domain.serialization import Document
from domain.storage_names import TOP_PICKS
from domain.viewers.removal import FILES, Place

VERSIONS = "versions"
IMPERSONAL_DATASETS = frozenset({"titles", "popularity", "similar_titles"})
"""Of a version's folder. All others name profiles."""


def purge_departed(database: Database[Document], lake: Path, now: datetime) -> list[Place]:
    """What was found and removed, file by file; empty when nothing had to be done."""
    book = read_departures(database)
    if not book:
        return []
    places = purge_lines(lake, book)
    is_waiting = any(departure.files_at is None for departure in book.by_key.values())
    datasets, all_gone = _remove_datasets(database, lake, now) if is_waiting else ([], True)
    if all_gone and not any(place.left for place in places):
        remember_files_done(database, book, now)
    return places + datasets


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
