"""Lines of the event archive that are no events, kept apart: `<lake>/quarantine/month=YYYY-MM/<name>.jsonl.gz`.

A line of it has file and number of the bad line, the reason and its text. The archive's file is written anew without
them, so one bad line stops no night. Departed profiles' lines are dropped from it like from the archive.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from batch.storage.departed_lines import RewrittenFile, file_state
from batch.storage.event_archive import EVENTS_FOLDER
from batch.storage.event_lines import line_fault
from batch.storage.folder_lock import folder_lock
from batch.storage.jsonl_file import READ_ERRORS, JsonlFile, read_jsonl
from domain.serialization import Document

QUARANTINE_FOLDER = "quarantine"
CUT_OFF = "the file cannot be read further: it was cut off, or is no gzip file"
_PROFILE = re.compile(r'"profile_id":\s*"([^"\\]*)"')


@dataclass(frozen=True, slots=True)
class BadLine:
    """`file` is relative to the data folder's lake; lines count from 1."""

    file: str
    line: int
    reason: str
    text: str


def quarantine_path(lake: Path, file: Path) -> Path:
    return lake / QUARANTINE_FOLDER / file.relative_to(lake / EVENTS_FOLDER)


def find_bad_lines(lake: Path, file: Path, unreadable: Collection[str] = ()) -> Iterator[BadLine]:
    """`unreadable`: texts that Spark could not read, without line ends."""
    for bad in _judged_lines(lake, file, unreadable):
        if isinstance(bad, BadLine):
            yield bad


def move_bad_lines(lake: Path, file: Path, unreadable: Collection[str] = ()) -> list[BadLine]:
    """Moves them from a file of the archive into quarantine. Empty if there are none, or the file was replaced."""
    state = file_state(file)
    moved: list[BadLine] = []
    with RewrittenFile(file) as rewritten:
        for line in _judged_lines(lake, file, unreadable):
            if isinstance(line, BadLine):
                moved.append(line)
            else:
                rewritten.write(line)
    with folder_lock(lake / EVENTS_FOLDER):
        if not moved or file_state(file) != state:
            rewritten.discard()
            return []
        _append(quarantine_path(lake, file), moved)
        rewritten.publish()
    return moved


def recover_cut_off_files(lake: Path) -> list[BadLine]:
    """Keeps what can be read of files that were cut off. Reads the whole archive."""
    moved: list[BadLine] = []
    for file in sorted((lake / EVENTS_FOLDER).glob("month=*/*.jsonl.gz")):
        if _is_cut_off(file):
            moved += move_bad_lines(lake, file)
    return moved


def _is_cut_off(file: Path) -> bool:
    try:
        for _ in read_jsonl(file):
            pass
    except READ_ERRORS:
        return True
    return False


def _judged_lines(lake: Path, file: Path, unreadable: Collection[str]) -> Iterator[str | BadLine]:
    name, number = str(file.relative_to(lake)), 0
    lines = read_jsonl(file)
    while True:
        number += 1
        try:
            line = next(lines)
        except StopIteration:
            return
        except READ_ERRORS:
            yield BadLine(name, number, CUT_OFF, "")
            return
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        reason = line_fault(line) or ("not of the event schema" if text in unreadable else None)
        if reason is None:
            yield line
        else:
            yield BadLine(name, number, reason, text)


def _append(path: Path, lines: list[BadLine]) -> None:
    earlier = list(read_jsonl(path)) if path.exists() else []
    with JsonlFile(path) as file:
        for line in earlier:
            file.write(line)
        file.add(map(_to_document, lines))


def _to_document(bad: BadLine) -> Document:
    profile = _PROFILE.search(bad.text)
    owner: Document = {"profile_id": profile.group(1)} if profile else {}
    return {**owner, "file": bad.file, "line": bad.line, "reason": bad.reason, "text": bad.text}
