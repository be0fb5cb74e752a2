"""What the event archive holds: files that can be read, lines that are events, dates, duplicates, quarantine."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from batch.pipeline.doctor import Check, Finding, fail, ok, warn
from batch.storage.event_archive import EVENTS_FOLDER, SUFFIX
from batch.storage.jsonl_file import read_jsonl
from batch.storage.quarantine import QUARANTINE_FOLDER
from domain.timestamps import to_millis

FUTURE_TOLERANCE = timedelta(minutes=5)
MOST_REMEMBERED = 2_000_000
"""Ids. Of a larger archive one in REMEMBERED_SHARE is looked at for duplicates."""

REMEMBERED_SHARE = 16


@dataclass(slots=True)
class ArchiveFigures:
    files: int = 0
    lines: int = 0
    unreadable: list[str] = field(default_factory=list)
    broken: int = 0
    future: int = 0
    undated: int = 0
    duplicates: int = 0
    first_broken: str = ""
    first_future: str = ""


def archive_checks(lake: Path, now: datetime) -> list[tuple[str, Check]]:
    """The archive is read once, for all checks."""
    read: list[ArchiveFigures] = []

    def figures() -> ArchiveFigures:
        if not read:
            read.append(read_figures(lake, now))
        return read[0]

    return [
        ("event archive", lambda: check_files(lake, figures())),
        ("dates of events", lambda: check_dates(figures())),
        ("duplicate events", lambda: check_duplicates(figures())),
        ("quarantine", lambda: check_quarantine(lake)),
    ]


def read_figures(lake: Path, now: datetime) -> ArchiveFigures:
    found, latest = ArchiveFigures(), to_millis(now + FUTURE_TOLERANCE)
    seen: set[int] = set()
    for path in sorted((lake / EVENTS_FOLDER).glob(f"month=*/*{SUFFIX}")):
        found.files += 1
        name = f"{path.parent.name}/{path.name}"
        try:
            for number, line in enumerate(read_jsonl(path), 1):
                found.lines += 1
                _look_at(line, f"{name}, line {number}", latest, seen, found)
        except (OSError, EOFError, zlib.error, UnicodeDecodeError):
            found.unreadable.append(name)
    return found


def _look_at(line: str, place: str, latest: int, seen: set[int], found: ArchiveFigures) -> None:
    try:
        event = json.loads(line)
        key = hash((event["profile_id"], event["id"]))
        at = int(event["occurred_at"])
    except (ValueError, KeyError, TypeError):
        found.broken += 1
        found.first_broken = found.first_broken or place
        return
    if at > latest:
        found.future += 1
        found.first_future = found.first_future or place
    found.undated += at <= 0
    if len(seen) < MOST_REMEMBERED or key % REMEMBERED_SHARE == 0:
        found.duplicates += key in seen
        seen.add(key)


def check_files(lake: Path, found: ArchiveFigures) -> Finding:
    told = f"{found.lines:,} events in {found.files:,} files of {lake / EVENTS_FOLDER}"
    if not found.files:
        return fail("event archive", told, "marquee import events FILE, or marquee sample")
    if found.unreadable:
        fix = "run the command that wrote them again; a run keeps what can be read and names the rest in quarantine"
        return warn("event archive", f"cannot be read to the end: {', '.join(found.unreadable[:3])}", fix)
    if found.broken:
        fix = "the next run moves them to quarantine; import the corrected lines again"
        return warn(
            "event archive", f"{found.broken:,} lines are no events, the first: {found.first_broken}", fix
        )
    return ok("event archive", told)


def check_dates(found: ArchiveFigures) -> Finding:
    if found.future:
        told = f"{found.future:,} events lie in the future, the first: {found.first_future}"
        return warn(
            "dates of events", told, "set this machine's clock, or correct occurred_at and import again"
        )
    if found.undated:
        return warn(
            "dates of events", f"{found.undated:,} are dated 1970 or earlier", "correct and import again"
        )
    return ok("dates of events", "none in the future, none of 1970")


def check_duplicates(found: ArchiveFigures) -> Finding:
    if found.duplicates:
        fix = "one file was imported under two names: remove one by importing an empty file of its name"
        return warn("duplicate events", f"{found.duplicates:,} events are there twice", fix)
    return ok("duplicate events", "none")


def check_quarantine(lake: Path) -> Finding:
    files = sorted((lake / QUARANTINE_FOLDER).glob(f"month=*/*{SUFFIX}"))
    lines = sum(_count(path) for path in files)
    if lines:
        fix = "each has file, line and reason; import the corrected lines again, then delete the file"
        return warn(
            "quarantine", f"{lines:,} lines in {len(files):,} files of {lake / QUARANTINE_FOLDER}", fix
        )
    return ok("quarantine", "empty")


def _count(path: Path) -> int:
    return sum(1 for _ in _readable(path))


def _readable(path: Path) -> Iterator[str]:
    try:
        yield from read_jsonl(path)
    except (OSError, EOFError, zlib.error):
        return
