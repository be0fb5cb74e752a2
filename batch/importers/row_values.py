"""Values that rows of several kinds have: genres and instants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from domain.catalog.genres import canonical_genres
from domain.catalog.regions import region_problem
from domain.errors import BadInput
from domain.ids import Region
from domain.timestamps import from_iso


class RowNotes:
    """What a row's conversion left out. One object takes the notes of many rows, one after the other."""

    def __init__(self) -> None:
        self.unknown_genres: list[str] = []


def parse_genres(words: Iterable[str], notes: RowNotes | None = None) -> tuple[str, ...]:
    """Words of the vocabulary; the others go to `notes`."""
    genres, unknown = canonical_genres(words)
    if notes is not None:
        notes.unknown_genres.extend(unknown)
    return genres


def region_from_row(field: str, code: str) -> Region:
    """Raises BadInput that names the field and the region that was probably meant."""
    problem = region_problem(code)
    if problem is not None:
        raise BadInput(f"{field}: {problem}")
    return Region(code)


def parse_instant(name: str, text: str) -> datetime:
    try:
        instant = from_iso(text)
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from error
    if not datetime(1900, 1, 1, tzinfo=UTC) <= instant < datetime(2200, 1, 1, tzinfo=UTC):
        raise BadInput(f"{name}: {text} is not between 1900 and 2200")
    return instant
