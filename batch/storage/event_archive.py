"""The event archive: gzipped JSON Lines, `<lake>/events/month=YYYY-MM/<name>.jsonl.gz`.

A line is `domain.viewers.event_documents.event_to_document`. Files appear whole or not at all, and all months of a
name together (batch/storage/file_replacement.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from batch.storage.file_replacement import finish_replacements, replace_together
from batch.storage.folder_lock import writing_in
from batch.storage.jsonl_file import JsonlFile, encode_line, read_jsonl, readable_lines, temporary_path
from domain.serialization import Document

EVENTS_FOLDER = "events"
SUFFIX = ".jsonl.gz"


class EventArchive:
    """Writes a file per month, all called `name`, and on exit replaces earlier ones. An error discards them.

    Files of the names in `replaces` go at the same time.
    """

    def __init__(self, lake: Path, name: str, replaces: Sequence[str] = ()) -> None:
        self._folder = lake / EVENTS_FOLDER
        self._names = tuple(f"{one}{SUFFIX}" for one in (name, *replaces))
        self._files: dict[str, JsonlFile] = {}
        self._months = MonthCache()
        self._is_over = False
        self._writing = ExitStack()
        self.lines = 0

    def add(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self._file(self._months.month_of(document["occurred_at"])).write(encode_line(document))
            self.lines += 1

    def add_line(self, occurred_at: int, line: str) -> None:
        """`line` is an encoded event of that instant (ms)."""
        self._file(self._months.month_of(occurred_at)).write(line)
        self.lines += 1

    def add_lines(self, month: str, text: str, count: int) -> None:
        """`text` holds `count` encoded lines of one month ("2026-11")."""
        self._file(month).write(text)
        self.lines += count

    def finish(self) -> None:
        """No more lines come; what was written can be read."""
        for file in self._files.values():
            file.close()

    def written_lines(self) -> Iterator[str]:
        """After `finish`, before the files appear."""
        for _, file in sorted(self._files.items()):
            yield from read_jsonl(file.temporary)

    def earlier_lines(self) -> Iterator[str]:
        """Of the files that will be replaced, up to where they can be read."""
        for path in self._earlier_files():
            yield from readable_lines(path)

    def other_lines(self) -> Iterator[str]:
        """Of all other files of the archive, up to where they can be read."""
        for path in sorted(self._folder.glob(f"month=*/*{SUFFIX}")):
            if path.name not in self._names:
                yield from readable_lines(path)

    def abandon(self) -> None:
        """The earlier files stay."""
        for file in self._files.values():
            file.abandon()
        self._is_over = True

    def publish(self) -> None:
        """The files replace the earlier ones."""
        self.finish()
        written = [file.path for file in self._files.values()]
        stale = [path for path in self._earlier_files() if path not in written]
        replace_together(self._folder, self._names[0], written, stale)
        self._is_over = True

    def _earlier_files(self) -> list[Path]:
        return [path for name in self._names for path in sorted(self._folder.glob(f"month=*/{name}"))]

    def _file(self, month: str) -> JsonlFile:
        file = self._files.get(month)
        if file is None:
            file = self._files[month] = JsonlFile(self._folder / f"month={month}" / self._names[0])
        return file

    def __enter__(self) -> EventArchive:
        self._writing.enter_context(writing_in(self._folder.parent))
        finish_replacements(self._folder)
        for left in self._folder.glob(f"month=*/{temporary_path(Path(self._names[0])).name}"):
            left.unlink()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._writing:
            if self._is_over:
                return
            if kind is None:
                self.publish()
            else:
                self.abandon()


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
