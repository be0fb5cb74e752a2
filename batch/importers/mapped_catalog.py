"""Rows that a mapping made of somebody else's catalogue, as a file that the own-data import reads.

Messages name the line of the file that was given, not the line of the row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from batch.importers.imdb_titles import ImdbCatalog
from batch.importers.input_files import Problems
from batch.importers.json_items import read_json_items
from batch.importers.own_data import InputFile
from batch.importers.tmdb_titles import TmdbCatalog, tmdb_ids_of
from domain.errors import BadInput
from domain.serialization import Document

MappedRow = tuple[Path, int, Document]
JSON_ENDINGS = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
ROWS_FILE = "rows.jsonl"


@dataclass(slots=True)
class _SpooledRows:
    """`places` are the lines of the given files, by line of the row; `seen` the digest and line by id."""

    places: list[tuple[Path, int]] = field(default_factory=list)
    seen: dict[str, tuple[bytes, int]] = field(default_factory=dict)

    def place_of(self, _: Path | str, line: int) -> str:
        file, original = self.places[line - 1]
        return f"{file}, line {original}"

    def is_new(self, row_id: str, text: str, place: tuple[Path, int]) -> bool:
        """Raises BadInput for an id that stands for something else already."""
        digest = blake2b(text.encode(), digest_size=16).digest()
        earlier = self.seen.get(row_id)
        if earlier is None:
            self.places.append(place)
            self.seen[row_id] = (digest, len(self.places))
        elif earlier[0] != digest:
            first = self.place_of("", earlier[1])
            raise BadInput(f"id: {row_id!r} is in {first}, already, and otherwise; remove one")
        return earlier is None


def spool_rows(
    rows: Iterable[MappedRow],
    folder: Path,
    mapping: Problems,
    on_share: Callable[[float], None] | None = None,
) -> InputFile:
    """Writes the rows into `folder`, equal ones once: a season may come by itself and with its series.

    `mapping` has what could not be mapped. Raises BrokenRows.
    """
    spooled, path = _SpooledRows(), folder / ROWS_FILE
    with path.open("w", encoding="utf-8") as out:
        for file, line, row in rows:
            text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            try:
                if spooled.is_new(row["id"], text, (file, line)):
                    out.write(text + "\n")
            except BadInput as error:
                mapping.add(file, line, str(error))
    mapping.raise_if_any()
    mapping.raise_if_none_is_left(len(spooled.places))
    if not spooled.places:
        raise BadInput("The files hold no title that may come in; nothing was written.")
    problems = Problems(
        mapping.skip,
        mapping.count,
        list(mapping.listed),
        broken_ids=set(mapping.broken_ids),
        left_out=mapping.left_out,
        place_of=spooled.place_of,
    )
    return InputFile(path, "catalog", problems, on_share=on_share)


def tmdb_rows(catalog: TmdbCatalog, path: Path, problems: Problems) -> Iterator[MappedRow]:
    """An object comes in whole or not at all. Raises BadInput for a file that cannot be read."""
    files = tmdb_files(path)
    for file in files:
        for _, document in read_json_items(file):
            if isinstance(document, dict):
                catalog.note_adult(document)
    for file in files:
        for line, document in read_json_items(file):
            try:
                rows = list(catalog.rows(document)) if isinstance(document, dict) else None
                if rows is None:
                    raise BadInput("is no object of TMDB")
            except BadInput as error:
                problems.add(file, line, str(error))
                problems.broken_ids |= tmdb_ids_of(document)
                continue
            yield from ((file, line, row) for row in rows)
    problems.left_out.update(catalog.left_out)


def tmdb_files(path: Path) -> list[Path]:
    """The file, or the files of the folder and of those in it, by name. Raises BadInput."""
    if not path.is_dir():
        return [path]
    files = sorted(one for one in path.rglob("*") if one.name.endswith(JSON_ENDINGS) and one.is_file())
    if not files:
        raise BadInput(f"{path}: holds no file that ends in .json or .jsonl.")
    return files


def imdb_rows(catalog: ImdbCatalog) -> Iterator[MappedRow]:
    yield from catalog.rows()
    catalog.problems.left_out.update(catalog.left_out)
