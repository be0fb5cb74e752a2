"""Reading what people bring: files that may be missing, cut off or wrongly encoded, and rows that are broken.

Broken rows are gathered, not thrown one by one: `Problems` says where each stands. Importers read everything
once before they write anything, so a refused import leaves no trace.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.errors import BadInput

SHOWN = 5


class BrokenRows(BadInput):
    """Rows that cannot be used; the message lists the first ones, a line each."""


@dataclass(slots=True)
class Problems:
    """Broken rows so far. With `skip` they are only counted; else the fifth ends the reading."""

    skip: bool = False
    count: int = 0
    shown: list[str] = field(default_factory=list)

    def add(self, path: Path | str, line: int, what: str) -> None:
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(f"{path}, line {line}: {what}")
        if not self.skip and self.count >= SHOWN:
            self.settle()

    def settle(self) -> None:
        """Call when a file has been read. Raises BrokenRows, unless broken rows are to be skipped."""
        if self.count and not self.skip:
            listed = "\n  ".join(self.shown)
            raise BrokenRows(
                f"broken rows, nothing was written:\n  {listed}\n"
                "Correct them, or leave broken rows out with --skip-bad."
            )


def folder_with(path: Path, names: Sequence[str], what: str) -> None:
    """Raises BadInput when the folder or one of its files is missing."""
    if not path.is_dir():
        raise BadInput(f"{path}: is not a folder. Give the folder that holds {what}.")
    missing = [name for name in names if not (path / name).is_file()]
    if missing:
        raise BadInput(f"{path}: has no {' and no '.join(missing)}. Give the folder that holds {what}.")


def text_lines(path: Path) -> Iterator[str]:
    """Lines of a UTF-8 file, unzipped when its name ends in .gz. Raises BadInput for what cannot be read."""
    try:
        with path.open("rb") as raw:
            stream = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
            yield from io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    except FileNotFoundError as error:
        raise BadInput(f"{path}: there is no such file.") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(f"{path}: is not a whole gzip file; copy or download it again.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: is not UTF-8 text; convert it, for instance with iconv -t UTF-8.") from error
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror or error}.") from error


def csv_rows(path: Path, columns: Sequence[str], problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """(line number, values of `columns`) of a CSV file with a header. Short rows are problems."""
    reader = csv.reader(text_lines(path))
    header = next(reader, None)
    if header is None:
        raise BadInput(f"{path}: is empty; expected a header with the columns {', '.join(columns)}.")
    missing = [column for column in columns if column not in header]
    if missing:
        raise BadInput(f"{path}: has no column {', '.join(missing)}; its header is {','.join(header)[:200]}.")
    places = [header.index(column) for column in columns]
    least = max(places) + 1
    try:
        for row in reader:
            if len(row) >= least:
                yield reader.line_num, [row[place] for place in places]
            elif row:
                problems.add(path, reader.line_num, f"has {len(row)} columns, expected {len(header)}")
    except csv.Error as error:
        raise BadInput(f"{path}, line {reader.line_num}: is not CSV: {error}.") from error


def separated_rows(path: Path, columns: int, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """(line number, values) of a file whose columns are separated by "::"."""
    for number, line in enumerate(text_lines(path), start=1):
        values = line.rstrip("\r\n").split("::")
        if len(values) == columns:
            yield number, values
        elif line.strip():
            problems.add(path, number, f'has {len(values)} columns separated by "::", expected {columns}')
