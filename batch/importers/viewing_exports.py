"""Reads a viewing export of Netflix, Trakt or Letterboxd. The header tells which it is."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from batch.importers.export_dates import DateOrder
from batch.importers.input_files import Problems, read_lines
from batch.importers.json_items import json_items
from batch.importers.letterboxd_export import WATCHLIST, is_letterboxd, letterboxd_entries
from batch.importers.netflix_export import is_netflix, netflix_entries, netflix_order
from batch.importers.trakt_export import is_trakt, trakt_entries
from batch.importers.viewing_entries import ViewingEntry
from domain.errors import BadInput

Convert = Callable[[int, list[str]], Iterator[ViewingEntry]]


class ExportFormat(StrEnum):
    """As in `--format`."""

    NETFLIX = "netflix"
    TRAKT = "trakt"
    LETTERBOXD = "letterboxd"
    LETTERBOXD_WATCHLIST = "letterboxd-watchlist"


LETTERBOXD = (ExportFormat.LETTERBOXD, ExportFormat.LETTERBOXD_WATCHLIST)
KNOWN = (
    "Netflix's has the columns Title and Date, Letterboxd's Date, Name, Year and Letterboxd URI; "
    "Trakt's is a JSON list. Say which it is with --format."
)
NETFLIX_REPORT = (
    "is the report of all data that Netflix keeps. Give the viewing activity of one profile: on Netflix, Account, "
    "the profile, Viewing activity, Download all."
)


@dataclass(frozen=True, slots=True)
class ExportFile:
    """`format` and `dates` as the command line says, None to find out."""

    path: Path
    name: str
    problems: Problems
    format: ExportFormat | None = None
    dates: DateOrder | None = None


def read_export(file: ExportFile, now: datetime) -> tuple[ExportFormat, list[ViewingEntry]]:
    """Entries in the file's order, each once. Raises BadInput for a file that is none, BrokenRows for its lines."""
    lines = list(read_lines(file.path, name=file.name))
    first = next((line.strip() for line in lines if line.strip()), "")
    if not first:
        raise BadInput(f"{file.name}: is empty.")
    if file.format is ExportFormat.TRAKT or (file.format is None and first[0] in "[{"):
        found, entries = ExportFormat.TRAKT, _trakt(file, "".join(lines), now)
    else:
        found, entries = _csv(file, lines, now)
    file.problems.raise_if_any()
    return found, list({(entry.kind, entry.key): entry for entry in reversed(entries)}.values())[::-1]


def _csv(file: ExportFile, lines: Sequence[str], now: datetime) -> tuple[ExportFormat, list[ViewingEntry]]:
    reader = csv.reader(lines)
    try:
        header = [column.strip() for column in next(reader)]
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise BadInput(f"{file.name}, line {reader.line_num}: is not CSV: {error}.") from error
    if not rows:
        raise BadInput(f"{file.name}: has a header and no entry.")
    found = _format_of(file, header)
    if found in LETTERBOXD:
        is_watchlist = found is ExportFormat.LETTERBOXD_WATCHLIST
        return found, _converted(
            file, rows, lambda line, row: letterboxd_entries(line, header, row, is_watchlist, now)
        )
    order = _netflix_order(file, [row for _, row in rows])
    return found, _converted(file, rows, lambda line, row: netflix_entries(line, row, order, now))


def _netflix_order(file: ExportFile, rows: Sequence[Sequence[str]]) -> DateOrder:
    try:
        return netflix_order(rows, file.dates)
    except BadInput as error:
        raise BadInput(f"{file.name}: {error}.") from error


def _format_of(file: ExportFile, header: Sequence[str]) -> ExportFormat:
    if is_letterboxd(header) and file.format in (None, *LETTERBOXD):
        is_watchlist = WATCHLIST.search(file.path.name) is not None
        return file.format or (ExportFormat.LETTERBOXD_WATCHLIST if is_watchlist else ExportFormat.LETTERBOXD)
    if file.format in LETTERBOXD:
        raise BadInput(f"{file.name}: has no header of Letterboxd: {KNOWN}")
    if {"Profile Name", "Start Time"} <= set(header):
        raise BadInput(f"{file.name}: {NETFLIX_REPORT}")
    if is_netflix(header) or (file.format is ExportFormat.NETFLIX and len(header) == 2):
        return ExportFormat.NETFLIX
    raise BadInput(
        f"{file.name}: begins with {','.join(header)[:100]!r}, which is no export known here. {KNOWN}"
    )


def _converted(
    file: ExportFile, rows: Sequence[tuple[int, list[str]]], convert: Convert
) -> list[ViewingEntry]:
    entries: list[ViewingEntry] = []
    for line, row in rows:
        try:
            entries.extend(convert(line, row))
        except BadInput as error:
            file.problems.add(file.name, line, str(error))
    return entries


def _trakt(file: ExportFile, text: str, now: datetime) -> list[ViewingEntry]:
    entries: list[ViewingEntry] = []
    for number, (line, item) in enumerate(json_items(text, file.name), start=1):
        try:
            if not is_trakt(item):
                raise BadInput("has no watched_at or rated_at with its type; leave it out")
            entries.extend(trakt_entries(line, item, now))
        except BadInput as error:
            file.problems.add(file.name, line, f"entry {number}: {error}")
    return entries
