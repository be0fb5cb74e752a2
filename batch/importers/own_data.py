"""Files of a customer's own catalogue, profiles and events: JSON Lines.

Files are read twice, to check and to load, so standard input and pipes are copied into a temporary file.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from batch.importers.empty_values import without_empty_values
from batch.importers.input_files import Problems, read_lines
from batch.json_schemas import RowValidator, parse_row, required_fields
from domain.errors import BadInput
from domain.serialization import Document

SOURCE = "own"


@contextmanager
def open_input(name: str) -> Iterator[Path]:
    """ "-" is standard input. It and other pipes (`<(zcat ...)`, /dev/stdin) can be read once, so they are copied."""
    path = Path(name)
    is_pipe = path.exists() and not path.is_file() and not path.is_dir()
    if name != "-" and not is_pipe:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="marquee-") as folder:
        copy = Path(folder) / "standard-input"
        with copy.open("wb") as out:
            if is_pipe:
                with path.open("rb") as pipe:
                    shutil.copyfileobj(pipe, out)
            else:
                shutil.copyfileobj(sys.stdin.buffer, out)
        yield copy


def display_name(name: str) -> str:
    """What messages call the input `name` of the command line."""
    return "standard input" if name == "-" else name


@dataclass(frozen=True, slots=True)
class InputFile:
    """The first reading checks and reports to `problems`; a second one leaves out the same lines."""

    path: Path
    kind: str
    problems: Problems
    display_name: str = ""
    on_share: Callable[[float], None] | None = None
    """Hears the share of the file that has been read, 0..1."""

    @property
    def name(self) -> Path | str:
        return self.display_name or self.path

    def check_rows(self) -> Iterator[tuple[int, Document]]:
        """Valid rows with their line numbers; broken ones go to `problems`."""
        validator, required = RowValidator(self.kind), required_fields(self.kind)
        is_empty = True
        for number, line in self._numbered_lines():
            is_empty = False
            row, error = parse_row(line)
            if row is not None:
                row = without_empty_values(row, required)
                error = validator.find_error(row)
            if error is None and row is not None:
                yield number, row
            else:
                self.problems.add(self.name, number, error or "is empty")
                if row is not None and isinstance(row.get("id"), str):
                    self.problems.broken_ids.add(row["id"])
        if is_empty:
            raise BadInput(f"{self.name}: is empty.")

    def read_again(self) -> Iterator[tuple[int, Document]]:
        """The rows that the check found valid, without checking them again."""
        required, broken = required_fields(self.kind), self.problems.broken_lines
        for number, line in self._numbered_lines():
            if number in broken:
                continue
            row, _ = parse_row(line)
            if row is not None:
                yield number, without_empty_values(row, required)

    def _numbered_lines(self) -> Iterator[tuple[int, str]]:
        """Without blank ones."""
        for number, line in enumerate(read_lines(self.path, self._share_listener(), self.name), start=1):
            if line.strip():
                yield number, line

    def _share_listener(self) -> Callable[[int], None] | None:
        on_share = self.on_share
        if on_share is None or not self.path.is_file():
            return None
        size = max(1, self.path.stat().st_size)
        return lambda count: on_share(min(1.0, count / size))


class IdsSeen:
    """Finds an id that a file uses twice. Ids may be joined ("profile:event"); memory holds eight bytes of each."""

    def __init__(self) -> None:
        self._lines: dict[bytes, int] = {}

    def earlier_line(self, row_id: str, line: int) -> int | None:
        """The line that used `row_id` before; else None, and `line` is noted."""
        first = self._lines.setdefault(blake2b(row_id.encode(), digest_size=8).digest(), line)
        return None if first == line else first


def repeated_id(row_id: str, line: int) -> str:
    return f"id: {row_id!r} is on line {line} already; give each line an id of its own, or remove one"
