"""The first reading of a catalogue file: converts every row as the writer will, and finds what cannot be.

Memory holds the series and a few facts of every other title, not the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import bson

from batch.importers.import_options import ImportOptions
from batch.importers.own_data import IdsSeen, InputFile, repeated_id
from batch.importers.own_rows import title_from_row
from batch.importers.row_values import RowNotes
from batch.importers.stored_titles import StoredTitle
from domain.catalog.documents import title_to_document
from domain.catalog.series_facts import EpisodeNumber, number_of
from domain.catalog.titles import Title, TitleKind
from domain.errors import BadInput
from domain.serialization import Document


@dataclass(slots=True)
class CheckedCatalog:
    """`episodes`: id -> (line, series, number). `ids` are all ids of the file, broken rows' too.

    `changed_ids` mean another title than the stored one, and were allowed to.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    ids: set[str] = field(default_factory=set)
    series: dict[str, Title] = field(default_factory=dict)
    episodes: dict[str, tuple[int, str, EpisodeNumber]] = field(default_factory=dict)
    changed_ids: list[str] = field(default_factory=list)

    def episode_numbers(self) -> dict[str, dict[str, EpisodeNumber]]:
        """Series -> the file's episodes' numbers by id."""
        numbers: dict[str, dict[str, EpisodeNumber]] = {}
        for title_id, (_, series_id, number) in self.episodes.items():
            numbers.setdefault(series_id, {})[title_id] = number
        return numbers


def check_catalog(
    file: InputFile, stored: Mapping[str, StoredTitle], options: ImportOptions, now: datetime
) -> CheckedCatalog:
    """Raises BrokenRows."""
    checked, seen, problems = CheckedCatalog(), IdsSeen(), file.problems
    for number, row in file.check_rows():
        checked.ids.add(row["id"])
        earlier = seen.earlier_line(row["id"], number)
        error = repeated_id(row["id"], earlier) if earlier else None
        changed = _changed_meaning(row, stored.get(row["id"]))
        error = error or (None if options.allow_changed_ids else changed)
        title = None if error else _convert(row, now, file, number)
        if error:
            problems.add(file.name, number, error)
        if title is not None:
            _note(checked, title, number)
            checked.changed_ids += [title.id] if changed else []
        else:
            problems.broken_ids.add(row["id"])
    checked.ids |= problems.broken_ids
    _check_series(file, checked, stored, options)
    problems.raise_if_any()
    problems.raise_if_none_is_left(sum(checked.kinds.values()))
    return checked


def _convert(row: Document, now: datetime, file: InputFile, number: int) -> Title | None:
    notes = RowNotes()
    try:
        title = title_from_row(row, now, notes=notes)
        bson.encode(title_to_document(title))
    except (BadInput, ValueError, OverflowError, bson.errors.BSONError) as error:
        file.problems.add(file.name, number, str(error))
        return None
    file.problems.left_out.update(f"unknown genre {word!r:.60}" for word in notes.unknown_genres)
    return title


def _note(checked: CheckedCatalog, title: Title, line: int) -> None:
    checked.kinds[title.kind.value] += 1
    if title.kind == TitleKind.SERIES:
        checked.series[title.id] = title
    elif title.series_id:
        checked.episodes[title.id] = (line, title.series_id, _number_of(title))


def _number_of(title: Title) -> EpisodeNumber:
    return number_of(title.id, title.season, title.episode)


def _changed_meaning(row: Document, known: StoredTitle | None) -> str | None:
    """An id names one thing: viewers' watches refer to it."""
    if known is None:
        return None
    before, after = _meaning(known.kind, known.series_id), _meaning(row["kind"], row.get("series_id"))
    if before == after:
        return None
    return (
        f"id: {row['id']!r} is stored as {before}, and here it is {after}; give the new title another id, or confirm "
        "with --allow-changed-ids that the id now means this"
    )


def _meaning(kind: str, series_id: str | None) -> str:
    return f"an episode of {series_id!r}" if kind == TitleKind.EPISODE else f"a {kind}"


def _check_series(
    file: InputFile, checked: CheckedCatalog, stored: Mapping[str, StoredTitle], options: ImportOptions
) -> None:
    """Episodes need a series that is in the file, or stored and not withdrawn by it."""
    redefined = checked.ids - file.problems.broken_ids
    for title_id, (line, series_id, _) in list(checked.episodes.items()):
        if series_id in checked.series:
            continue
        known = stored.get(series_id)
        if known is None or known.kind != TitleKind.SERIES or series_id in redefined:
            error = f"series_id: there is no series {series_id!r}; add a line for it, or correct the id"
        elif not options.add and known.sources == (options.source,):
            error = (
                f"series_id: this file has no line for the series {series_id!r} and would withdraw it; add the line, "
                "or import a part of an export with --add"
            )
        else:
            continue
        file.problems.add(file.name, line, error)
        del checked.episodes[title_id]
        checked.kinds[TitleKind.EPISODE.value] -= 1


def withdrawn_titles(
    checked: CheckedCatalog, stored: Mapping[str, StoredTitle], options: ImportOptions
) -> list[str]:
    """Titles of the source that a full export lacks; those that others bring, too, lose the source (`gone_titles`).

    A series stays while episodes of another source need it.
    """
    if options.add:
        return []
    missing = [
        title_id
        for title_id, title in stored.items()
        if options.source in title.sources and title_id not in checked.ids
    ]
    gone = set(gone_titles(missing, stored))
    needed = {
        title.series_id for title_id, title in stored.items() if title.series_id and title_id not in gone
    }
    return [title_id for title_id in missing if title_id not in gone or title_id not in needed]


def gone_titles(withdrawn: Iterable[str], stored: Mapping[str, StoredTitle]) -> list[str]:
    """Withdrawn titles that no other source brings: they are deleted."""
    return [title_id for title_id in withdrawn if len(stored[title_id].sources) == 1]


def brought_by(stored: Mapping[str, StoredTitle], source: str) -> int:
    return sum(source in title.sources for title in stored.values())
