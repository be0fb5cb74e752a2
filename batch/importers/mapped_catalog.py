"""Rows that a mapping made of somebody else's catalogue, as a file that the own-data import reads.

Messages name the line of the file that was given, not the line of the row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from batch.importers.imdb_titles import ImdbCatalog
from batch.importers.input_files import Problems
from batch.importers.json_items import read_json_items
from batch.importers.own_data import InputFile
from batch.importers.tmdb_titles import TmdbCatalog, tmdb_ids_of
from batch.json_schemas import schema_text
from domain.errors import BadInput
from domain.serialization import Document

MappedRow = tuple[Path, int, Document]
JSON_ENDINGS = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
ROWS_FILE = "rows.jsonl"


def spool_rows(
    rows: Iterable[MappedRow],
    folder: Path,
    mapping: Problems,
    on_share: Callable[[float], None] | None = None,
) -> InputFile:
    """Writes the rows into `folder`. `mapping` has what could not be mapped. Raises BrokenRows."""
    places: list[tuple[Path, int]] = []
    known_fields = json.loads(schema_text("catalog"))["properties"]
    path = folder / ROWS_FILE
    with path.open("w", encoding="utf-8") as out:
        for file, line, row in rows:
            places.append((file, line))
            row = {name: value for name, value in row.items() if name in known_fields}
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    mapping.raise_if_any()
    mapping.raise_if_none_is_left(len(places))
    if not places:
        raise BadInput("The files hold no title that may come in; nothing was written.")

    def place_of(_: Path | str, line: int) -> str:
        file, original = places[line - 1]
        return f"{file}, line {original}"

    problems = Problems(
        mapping.skip,
        mapping.count,
        list(mapping.listed),
        broken_ids=set(mapping.broken_ids),
        left_out=mapping.left_out,
        place_of=place_of,
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
