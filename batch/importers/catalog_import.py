"""Imports a customer's titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from pymongo.database import Database

from batch.importers.input_files import Problems
from batch.importers.own_data import SOURCE, InputFile
from batch.importers.own_rows import title_from_row
from batch.storage.bulk_load import BulkWriter, ensure_default_layout, ensure_indexes
from domain.catalog.documents import title_to_document
from domain.catalog.titles import Title, TitleKind
from domain.errors import BadInput
from domain.serialization import Document
from domain.storage_names import TITLES


def load_catalog(database: Database[Document], file: InputFile, now: datetime) -> dict[str, int]:
    series = {
        row["id"]: row for _, row in file.read_rows(Problems(skip=True)) if row["kind"] == TitleKind.SERIES
    }
    stored = {
        document["_id"]: document for document in database[TITLES].find({"kind": TitleKind.SERIES.value})
    }
    known = stored | series
    episode_numbers: dict[str, set[tuple[int, int]]] = {}

    def titles(problems: Problems) -> Iterator[Title]:
        for number, row in file.read_rows(problems):
            show = known.get(row.get("series_id", ""))
            if row["kind"] == TitleKind.EPISODE and show is None:
                problems.add(file.name, number, f"series_id: there is no series {row['series_id']!r}")
                continue
            try:
                yield title_from_row(row, now, show)
            except BadInput as error:
                problems.add(file.name, number, str(error))

    count = 0
    for title in titles(file.problems):
        count += 1
        if title.series_id:
            episode_numbers.setdefault(title.series_id, set()).add((title.season or 0, title.episode or 0))
    file.problems.raise_if_any()
    ensure_indexes(database)
    ensure_default_layout(database)
    with BulkWriter(database, TITLES, SOURCE) as writer:
        for title in titles(Problems(skip=True)):
            writer.add([title_to_document(_with_counts(title, episode_numbers.get(title.id, set())))])
    return {"titles": count, "broken_rows": file.problems.count}


def _with_counts(title: Title, numbers: set[tuple[int, int]]) -> Title:
    if title.kind != TitleKind.SERIES or not numbers:
        return title
    return replace(title, season_count=len({season for season, _ in numbers}), episode_count=len(numbers))
