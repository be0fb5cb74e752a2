"""Readers for import files. Unreadable files raise BadInput.

Importers read everything once before they write, so a refused import writes nothing.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.errors import BadInput

MAX_LISTED = 5
REPORTED_LINES = 1000
GZIP_START = b"\x1f\x8b"
UTF_16 = "is UTF-16 text; convert it, for instance with iconv -f UTF-16 -t UTF-8"
OTHER_STARTS = {
    b"PK\x03\x04": "is a ZIP archive or a spreadsheet; give a file of the archive, or the table as CSV in UTF-8",
    b"BZh": "is compressed with bzip2; unpack it, or compress it with gzip",
    b"\xfd7zXZ": "is compressed with xz; unpack it, or compress it with gzip",
    b"\x28\xb5\x2f\xfd": "is compressed with Zstandard; unpack it, or compress it with gzip",
    b"\xff\xfe": UTF_16,
    b"\xfe\xff": UTF_16,
}
MAX_START = max(len(begin) for begin in OTHER_STARTS)


class BrokenRows(BadInput):
    """The message lists the first broken rows, one per line."""


@dataclass(slots=True)
class Problems:
    """Without `skip`, MAX_LISTED broken rows end the reading.

    `broken_lines` lets a second reading leave out the same lines; what stands on them is not missing, so `broken_ids`
    are not withdrawn. `left_out` counts values that were left out of rows
    that stayed, such as unknown genres.
    """

    skip: bool = False
    count: int = 0
    listed: list[str] = field(default_factory=list)
    broken_lines: set[int] = field(default_factory=set)
    broken_ids: set[str] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)
    place_of: Callable[[Path | str, int], str] = "{}, line {}".format
    """Where a person finds a line: of rows that a mapping made, in the file that it was made from."""

    def add(self, path: Path | str, line: int, message: str) -> None:
        self.count += 1
        self.broken_lines.add(line)
        if len(self.listed) < MAX_LISTED:
            self.listed.append(f"{self.place_of(path, line)}: {message}")
        if not self.skip and self.count >= MAX_LISTED:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        """Call it after each file. Raises BrokenRows unless they are skipped."""
        if self.count and not self.skip:
            raise BrokenRows(
                f"broken rows, nothing was written:\n  {self._shown()}\n"
                "Correct them, or skip broken rows with --skip-bad."
            )

    def raise_if_none_is_left(self, valid_rows: int) -> None:
        """Skipping every row imports nothing, and a full export of nothing would withdraw everything."""
        if self.count and not valid_rows:
            raise BrokenRows(
                f"every row is broken, nothing was written:\n  {self._shown()}\n"
                "Correct the file; --skip-bad needs at least one row that is right."
            )

    def warnings(self) -> list[str]:
        """Sentences, the most frequent value first."""
        return [f"{value} ({count:,} times)" for value, count in self.left_out.most_common(MAX_LISTED)]

    def _shown(self) -> str:
        return "\n  ".join(self.listed)


def require_files(path: Path, names: Sequence[str], message: str) -> None:
    if not path.is_dir():
        raise BadInput(f"{path}: is not a folder. Give the folder that holds {message}.")
    missing = [name for name in names if not (path / name).is_file()]
    if missing:
        raise BadInput(f"{path}: has no {' and no '.join(missing)}. Give the folder that holds {message}.")


def read_lines(
    path: Path, on_bytes: Callable[[int], None] | None = None, name: Path | str = ""
) -> Iterator[str]:
    """Lines of a UTF-8 file, gzipped or not, whatever it is called. `name` is its name in messages.

    `on_bytes` hears how many bytes of the file have been read.
    """
    name = name or path
    try:
        with path.open("rb") as raw:
            stream = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == GZIP_START else raw
            lines = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
            if on_bytes is None:
                yield from lines
            else:
                for number, line in enumerate(lines):
                    if number % REPORTED_LINES == 0:
                        on_bytes(raw.tell())
                    yield line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(f"{name}: is not a whole gzip file; copy or download it again.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{name}: {_why_no_text(path)}.") from error
    except OSError as error:
        raise unreadable(name, error) from error


def _why_no_text(path: Path) -> str:
    with path.open("rb") as raw:
        start = raw.read(MAX_START)
    for begin, what in OTHER_STARTS.items():
        if start.startswith(begin):
            return what
    return "is not UTF-8 text; convert it, for instance with iconv -t UTF-8"


def unreadable(name: Path | str, error: OSError) -> BadInput:
    if isinstance(error, FileNotFoundError):
        return BadInput(f"{name}: there is no such file.")
    return BadInput(f"{name}: cannot be read: {error.strerror or error}.")


def read_csv_rows(path: Path, columns: Sequence[str], problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """(line number, values of `columns`); short rows go to `problems`."""
    reader = csv.reader(read_lines(path))
    header = next(reader, None)
    if header is None:
        raise BadInput(f"{path}: is empty; expected a header with the columns {', '.join(columns)}.")
    missing = [column for column in columns if column not in header]
    if missing:
        raise BadInput(f"{path}: has no column {', '.join(missing)}; its header is {','.join(header)[:200]}.")
    indexes = [header.index(column) for column in columns]
    min_length = max(indexes) + 1
    try:
        for row in reader:
            if len(row) >= min_length:
                yield reader.line_num, [row[index] for index in indexes]
            elif row:
                problems.add(path, reader.line_num, f"has {len(row)} columns, expected {len(header)}")
    except csv.Error as error:
        raise BadInput(f"{path}, line {reader.line_num}: is not CSV: {error}.") from error


def read_separated_rows(path: Path, columns: int, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """(line number, values), separated by "::"."""
    for number, line in enumerate(read_lines(path), start=1):
        values = line.rstrip("\r\n").split("::")
        if len(values) == columns:
            yield number, values
        elif line.strip():
            problems.add(path, number, f'has {len(values)} columns separated by "::", expected {columns}')
