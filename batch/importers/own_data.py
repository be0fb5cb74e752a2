"""Files of a customer's own catalogue, profiles and events: JSON Lines.

Files are read twice, to check and to load, so standard input is copied into a temporary file.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from batch.importers.input_files import Problems, read_lines
from batch.json_schemas import RowValidator, parse_row
from domain.errors import BadInput
from domain.serialization import Document

SOURCE = "own"


@contextmanager
def open_input(name: str) -> Iterator[Path]:
    """ "-" is standard input."""
    if name != "-":
        yield Path(name)
        return
    with tempfile.TemporaryDirectory(prefix="marquee-") as folder:
        copy = Path(folder) / "standard-input"
        with copy.open("wb") as out:
            shutil.copyfileobj(sys.stdin.buffer, out)
        yield copy


@dataclass(frozen=True, slots=True)
class InputFile:
    """The first pass reports to `problems`."""

    path: Path
    kind: str
    problems: Problems
    display_name: str = ""

    @property
    def name(self) -> Path | str:
        return self.display_name or self.path

    def read_rows(self, problems: Problems) -> Iterator[tuple[int, Document]]:
        """Valid rows with their line numbers."""
        validator = RowValidator(self.kind)
        is_empty = True
        for number, line in enumerate(read_lines(self.path), start=1):
            if not line.strip():
                continue
            is_empty = False
            row, error = parse_row(line)
            error = error or validator.find_error(row)
            if error is None and row is not None:
                yield number, row
            else:
                problems.add(self.name, number, error or "is empty")
        if is_empty:
            raise BadInput(f"{self.name}: is empty.")
