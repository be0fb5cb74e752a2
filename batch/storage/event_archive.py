"""The event archive: gzipped JSON Lines, `<lake>/events/month=YYYY-MM/<name>.jsonl.gz`.

A line is `domain.viewers.event_documents.event_to_document`. Files appear whole or not at all.
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
    """Writes a file per month, all called `name`, and on exit replaces earlier ones. An error discards them."""

    def __init__(self, lake: Path, name: str) -> None:
        self._folder = lake / EVENTS_FOLDER
        self._name = f"{name}.jsonl.gz"
        self._files: dict[str, JsonlFile] = {}
        self._months = MonthCache()
        self.lines = 0

    def add(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self._file(self._months.month_of(document["occurred_at"])).write(encode_line(document))
            self.lines += 1

    def add_lines(self, month: str, text: str, count: int) -> None:
        """`text` holds `count` encoded lines of one month ("2026-11")."""
        self._file(month).write(text)
        self.lines += count

    def _file(self, month: str) -> JsonlFile:
        file = self._files.get(month)
        if file is None:
            file = self._files[month] = JsonlFile(self._folder / f"month={month}" / self._name)
        return file

    def __enter__(self) -> EventArchive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        files, self._files = self._files, {}
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


class MonthCache:
    """ "2026-11" of an instant, cached per day for speed."""

    _DAY = 86_400_000

    def __init__(self) -> None:
        self._by_day: dict[int, str] = {}

    def month_of(self, millis: int) -> str:
        day = millis // self._DAY
        month = self._by_day.get(day)
        if month is None:
            month = f"{datetime.fromtimestamp(day * 86_400, UTC):%Y-%m}"
            self._by_day[day] = month
        return month
