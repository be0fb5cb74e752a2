"""Which files are searched for departed profiles: the event archive, and the truth of the sample.

A file is searched when it is new or changed, and all of them when a profile has departed since. So whatever brings
an erased profile's events again, an import or a restored backup, is undone before Spark reads them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pymongo.database import Database

from batch.storage.departed_lines import LineCounts, file_state, remove_departed_lines
from batch.storage.departures import DepartureBook, read_departures
from batch.storage.event_archive import EVENTS_FOLDER
from batch.storage.file_replacement import finish_replacements
from batch.storage.folder_lock import is_quiet
from batch.storage.jsonl_file import READ_ERRORS
from batch.storage.quarantine import QUARANTINE_FOLDER, move_bad_lines
from domain.serialization import Document
from domain.viewers.removal import FILES, Place

CHECKED_FILE = "_departed.json"
LINE_FILES = (
    f"{EVENTS_FOLDER}/month=*/*.jsonl.gz",
    f"{QUARANTINE_FOLDER}/month=*/*.jsonl.gz",
    "truth/*.jsonl.gz",
)
UNFINISHED_FILES = tuple(str(Path(pattern).parent / "._*.part") for pattern in LINE_FILES)


def purge_lines(lake: Path, book: DepartureBook) -> list[Place]:
    """The files in which something was found."""
    if not book:
        return []
    finish_replacements(lake / EVENTS_FOLDER)
    remove_leftovers(lake)
    checked = _CheckedFiles(lake, book)
    places = []
    for path in checked.to_search():
        counts = _remove_lines(lake, path, book)
        checked.add(path)
        if counts.found:
            name = str(path.relative_to(lake))
            places.append(Place(FILES, name, counts.found, counts.found - counts.left, counts.left))
    checked.save()
    return places


def _remove_lines(lake: Path, path: Path, book: DepartureBook) -> LineCounts:
    """A file of the archive that was cut off is recovered first."""
    try:
        return remove_departed_lines(path, lake / EVENTS_FOLDER, book)
    except READ_ERRORS:
        if not path.is_relative_to(lake / EVENTS_FOLDER):
            raise
        move_bad_lines(lake, path)
        return remove_departed_lines(path, lake / EVENTS_FOLDER, book)


def remove_leftovers(lake: Path) -> None:
    """What killed writers left unfinished holds people's events, too. Files of a living writer stay."""
    with is_quiet(lake) as nobody_writes:
        if nobody_writes:
            for pattern in UNFINISHED_FILES:
                for path in lake.glob(pattern):
                    path.unlink(missing_ok=True)


@contextmanager
def departed_kept_out(database: Database[Document] | None, lake: Path) -> Iterator[None]:
    """Around an import that works out activity from the archive, and writes files of its own."""
    if database is not None:
        purge_lines(lake, read_departures(database))
    yield
    if database is not None:
        purge_lines(lake, read_departures(database))


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
        draft = self._path.with_name(f".{CHECKED_FILE}.{os.getpid()}")
        draft.write_text(json.dumps({"departures": self._keys, "files": files}) + "\n", "utf-8")
        draft.replace(self._path)

    def _read(self) -> Document:
        try:
            known = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}
