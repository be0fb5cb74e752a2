"""The event archive: gzipped JSON Lines in month folders, `<lake>/events/month=YYYY-MM/<name>.jsonl.gz`.

One line is `domain.documents.event_to_document`. Spark reads the folder; importers, the sample and the
nightly run write it. A writer's files appear all at once when it closes: until then they carry a hidden, temporary
name that Spark passes over, so a killed writer leaves nothing that anybody would read.
"""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from domain.documents import Document

EVENTS_FOLDER = "events"
_LEVEL = 3
"""Of gzip: four fifths of the best level's saving in a quarter of its time."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class EventArchive:
    """Writes one file per month, all called `name`; replaces files of that name from an earlier run.

    Use as a context manager: leaving it normally publishes the files, leaving it by an error discards them.
    """

    def __init__(self, lake: Path, name: str) -> None:
        self._folder = lake / EVENTS_FOLDER
        self._name = f"{name}.jsonl.gz"
        self._open: dict[str, _MonthFile] = {}
        self._months = _Months()
        self.lines = 0

    def add(self, documents: Iterable[Document]) -> None:
        """Append event documents, in any order of time."""
        for document in documents:
            month = self._months.of(document["occurred_at"])
            file = self._open.get(month)
            if file is None:
                file = self._open[month] = _MonthFile(self._folder / f"month={month}", self._name)
            file.write(_encode(document) + "\n")
            self.lines += 1

    def __enter__(self) -> EventArchive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        files, self._open = self._open, {}
        for file in files.values():
            file.close()
        if kind is not None:
            for file in files.values():
                file.discard()
            return
        stale = set(self._folder.glob(f"month=*/{self._name}"))
        for file in files.values():
            stale.discard(file.publish())
        for path in stale:
            path.unlink()


class _MonthFile:
    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._final = folder / name
        self._temporary = folder / f"._{name}.part"
        # A fixed time and no file name in the gzip header: the same events make the same bytes.
        self._raw = self._temporary.open("wb")
        self._zip = gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=self._raw, mtime=0)
        self._text = io.TextIOWrapper(io.BufferedWriter(self._zip, 1 << 16), encoding="utf-8", newline="\n")
        self.write = self._text.write

    def close(self) -> None:
        self._text.close()
        self._raw.close()

    def publish(self) -> Path:
        self._temporary.replace(self._final)
        return self._final

    def discard(self) -> None:
        self._temporary.unlink(missing_ok=True)


class _Months:
    """ "2026-11" of an instant, remembering one answer per day: events come by the million."""

    _DAY = 86_400_000

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, millis: int) -> str:
        day = millis // self._DAY
        month = self._known.get(day)
        if month is None:
            month = f"{datetime.fromtimestamp(day * 86_400, UTC):%Y-%m}"
            self._known[day] = month
        return month


def write_jsonl(path: Path, documents: Iterable[dict[str, Any]]) -> int:
    """Write a gzipped JSON Lines file that appears whole or not at all. Returns its number of lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = _MonthFile(path.parent, path.name)
    lines = 0
    try:
        for document in documents:
            file.write(_encode(document) + "\n")
            lines += 1
    except BaseException:
        file.close()
        file.discard()
        raise
    file.close()
    file.publish()
    return lines
