"""Entries of viewing exports, as all formats have them in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from domain.errors import BadInput

EARLIEST = date(1990, 1, 1)
"""As for events of the service."""


class EntryKind(StrEnum):
    WATCHED = "watched"
    RATED = "rated"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand an entry: a movie, or with `is_episode` an episode of the series `name`.

    `imdb_id` and `tmdb_id` are the title's own, `show_imdb_id` and `show_tmdb_id` those of an episode's series.
    """

    name: str
    year: int | None = None
    is_episode: bool = False
    season: int | None = None
    episode: int | None = None
    episode_name: str | None = None
    imdb_id: str | None = None
    tmdb_id: int | None = None
    show_imdb_id: str | None = None
    show_tmdb_id: int | None = None


@dataclass(frozen=True, slots=True)
class ViewingEntry:
    """`text` is how a list names it, `key` what makes it one entry: the same in every export of a person.

    `at` is None when the export does not know the time. `readings` are tried in order. `stars` of a
    rating is 0.5..5.
    """

    line: int
    text: str
    kind: EntryKind
    at: datetime | None
    key: str
    readings: tuple[Reading, ...]
    stars: float | None = None


def instant_of_day(day: date, now: datetime, name: str) -> datetime:
    """Noon UTC: the same day nearly everywhere. All entries of a day share it. Raises BadInput."""
    if day > now.date():
        raise BadInput(f"{name}: {day} lies in the future; correct it, or check the clock of this machine")
    if day < EARLIEST:
        raise BadInput(f"{name}: {day} lies before {EARLIEST}; leave the line out")
    return min(datetime.combine(day, time(12), UTC), now)
