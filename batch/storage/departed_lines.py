"""Takes departed profiles out of gzipped JSON Lines: erased ones go, merged ones get their successor's id.

A file is written anew beside the old one and replaces it whole. If another process replaced the file meanwhile, its
version is read again.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from batch.storage.departures import DepartureBook
from batch.storage.folder_lock import folder_lock
from batch.storage.jsonl_file import JsonlFile, encode_line, read_jsonl
from domain.ids import ProfileId
from domain.viewers.anonymous_sessions import merged_event_id
from domain.viewers.departures import Departure

_PROFILE = re.compile(r'"profile_id":\s*"([^"\\]*)"')

FileState = tuple[int, int, int]


@dataclass(slots=True)
class LineCounts:
    """`left` is what a second reading found."""

    found: int = 0
    left: int = 0


def file_state(path: Path) -> FileState:
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def remove_departed_lines(path: Path, lock: Path, book: DepartureBook) -> LineCounts:
    """`lock` is the folder whose writers wait for each other. Raises OSError, ValueError for a broken file."""
    counts = LineCounts()
    while True:
        state = file_state(path)
        found = count_departed_lines(path, book)
        if not found:
            return counts
        with RewrittenFile(path) as rewritten:
            for line in read_jsonl(path):
                kept = rewrite_line(line, book)
                if kept is not None:
                    rewritten.write(kept)
        with folder_lock(lock):
            if file_state(path) == state:
                rewritten.publish()
                counts.found += found
                break
        rewritten.discard()
    counts.left = count_departed_lines(path, book)
    return counts


class RewrittenFile(JsonlFile):
    """Has a temporary name of its own, so that the file's usual writer is not disturbed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, path.with_name(f"._{path.name}.departed-{os.getpid()}"))

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()


def count_departed_lines(path: Path, book: DepartureBook) -> int:
    return sum(departure_of_line(line, book) is not None for line in read_jsonl(path))


def departure_of_line(line: str, book: DepartureBook) -> Departure | None:
    match = _PROFILE.search(line)
    return book.of(match.group(1)) if match else None


def rewrite_line(line: str, book: DepartureBook) -> str | None:
    """None for an erased profile's. A merged event has the id that the service gives it, too.

    A line that is no event, or lies in quarantine, is dropped: it may name the profile elsewhere in its text.
    """
    departure = departure_of_line(line, book)
    if departure is None:
        return line
    if departure.into is None:
        return None
    try:
        document = json.loads(line)
    except ValueError:
        return None
    if not isinstance(document, dict) or "reason" in document:
        return None
    profile = ProfileId(document["profile_id"])
    if "id" in document:
        document["id"] = merged_event_id(profile, document["id"])
    return encode_line(document | {"profile_id": departure.into})
