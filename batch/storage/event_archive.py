"""The event archive: gzipped JSON Lines in month folders, `<lake>/events/month=YYYY-MM/<name>.jsonl.gz`.

One line is `domain.viewers.event_documents.event_to_document`. Spark reads the folder; importers, the sample and the
nightly run write it. A writer's files appear when it closes, or not at all (batch/storage/jsonl_file.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from batch.storage.jsonl_file import JsonlFile, encode_line
from domain.serialization import Document

EVENTS_FOLDER = "events"


class EventArchive:
    """Writes one file per month, all called `name`; replaces files of that name from an earlier run.

    Use as a context manager: leaving it normally publishes the files, leaving it by an error discards them.
    """

    def __init__(self, lake: Path, name: str) -> None:
        self._folder = lake / EVENTS_FOLDER
        self._name = f"{name}.jsonl.gz"
        self._open: dict[str, JsonlFile] = {}
        self._months = Months()
        self.lines = 0

    def add(self, documents: Iterable[Document]) -> None:
        """Append event documents, in any order of time."""
        for document in documents:
            self._file(self._months.of(document["occurred_at"])).write(encode_line(document))
            self.lines += 1

    def add_lines(self, month: str, text: str, count: int) -> None:
        """Append `count` lines that `encode_line` made elsewhere, all of one month ("2026-11")."""
        self._file(month).write(text)
        self.lines += count

    def _file(self, month: str) -> JsonlFile:
        file = self._open.get(month)
        if file is None:
            file = self._open[month] = JsonlFile(self._folder / f"month={month}" / self._name)
        return file

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
            file.publish()
            stale.discard(file.path)
        for path in stale:
            path.unlink()


class Months:
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
