"""Files of IMDb's data sets: tab-separated, published as .tsv.gz. A backslash and N stand for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from batch.importers.input_files import Problems, read_lines
from domain.errors import BadInput

BASICS = "title.basics"
AKAS = "title.akas"
EPISODES = "title.episode"
RATINGS = "title.ratings"
PRINCIPALS = "title.principals"
NAMES = "name.basics"
NOTHING = "\\N"

Row = dict[str, str]
"""Column -> value; what is not known is left out."""


def find_file(folder: Path, name: str) -> Path | None:
    """The unpacked file, else the published one."""
    candidates = (folder / f"{name}.tsv", folder / f"{name}.tsv.gz", folder / name / "data.tsv")
    return next((path for path in candidates if path.is_file()), None)


def require_basics(folder: Path) -> Path:
    """Raises BadInput."""
    if not folder.is_dir():
        raise BadInput(
            f"{folder}: is not a folder. Give the folder that holds {BASICS}.tsv or {BASICS}.tsv.gz."
        )
    path = find_file(folder, BASICS)
    if path is None:
        raise BadInput(
            f"{folder}: has no {BASICS}.tsv and no {BASICS}.tsv.gz. Give the folder that holds one of them."
        )
    return path


def read_table(path: Path, columns: Sequence[str], problems: Problems) -> Iterator[tuple[int, Row]]:
    """(line, values of all columns); lines with too few columns go to `problems`. Raises BadInput."""
    lines = read_lines(path)
    header = next(lines, "").rstrip("\r\n").split("\t")
    missing = [column for column in columns if column not in header]
    if missing:
        raise BadInput(
            f"{path}: has no column {', '.join(missing)}; its first line is {' '.join(header)[:200]!r}. "
            "Give the file as IMDb publishes it."
        )
    for number, line in enumerate(lines, start=2):
        values = line.rstrip("\r\n").split("\t")
        if len(values) == len(header):
            yield (
                number,
                {
                    name: value
                    for name, value in zip(header, values, strict=True)
                    if value not in (NOTHING, "")
                },
            )
        elif line.strip():
            problems.add(path, number, f"has {len(values)} columns, expected {len(header)}")
