"""Values that rows of several kinds have: genres and instants."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.catalog.genres import canonical_genre
from domain.catalog.regions import region_problem
from domain.errors import BadInput
from domain.ids import Region
from domain.timestamps import from_iso


def parse_genres(words: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    genres: dict[str, None] = {}
    for word in words:
        genre = canonical_genre(word)
        if genre is None:
            raise BadInput(f"genres: {word!r} is not in Marquee's list; see docs/importing-data.md")
        genres[genre] = None
    return tuple(genres)


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
