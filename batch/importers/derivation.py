"""Derives the fields that rating data sets lack; a title lists them in `derived`.

Draws hash the title's id, so every import gives equal values. docs/importing-data.md documents each field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.catalog.artwork_palettes import palette_for
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import Region, TitleId
from domain.seeded_random import draw_with_prefix

REGIONS = tuple(Region(code) for code in ("US", "GB", "DE", "FR", "ES", "BR", "IN", "JP"))
REGION_SHARES = (0.34, 0.13, 0.13, 0.10, 0.07, 0.09, 0.09, 0.05)
SERVICE_START = datetime(1990, 1, 1, tzinfo=UTC)
"""Titles of earlier years share this day."""

DERIVED = ("kind", "language", "runtime_seconds", "maturity_age", "windows", "launched_at", "palette")
_DARK = {"Crime", "War", "Thriller", "Film Noir"}
_MILD = {"Action", "Adventure", "Fantasy", "Science Fiction", "Mystery", "Western", "Drama", "Comedy"}
_GENTLE = {"Romance", "Music", "Sport", "Biography", "History"}
_MINUTES = (("Short", 6, 28), ("Family", 78, 104), ("Animation", 74, 100), ("Documentary", 68, 112),
            ("War", 100, 158), ("History", 100, 158), ("Biography", 98, 146))  # fmt: skip


def draw(key: str, purpose: str) -> float:
    """Uniform in 0..1. Changing the recipe alters imported titles."""
    return draw_with_prefix(purpose, separator=":", size=8)(key)


@dataclass(frozen=True, slots=True)
class FilmRecord:
    id: TitleId
    name: str
    year: int | None
    genres: tuple[str, ...]
    imdb_id: str | None
    language: str | None = None
    adult: bool = False
    synopsis: str = ""
    synopsis_source: str | None = None
    cast: tuple[str, ...] = ()


def derive_title(record: FilmRecord, newest: datetime, shift: timedelta) -> Title:
    """`newest` is the last instant of the data, `shift` how far its history is moved."""
    launched_at = derive_launch(record.id, record.year, newest) + shift
    runtime = derive_runtime(record.id, record.genres)
    return Title(
        id=record.id,
        kind=TitleKind.MOVIE,
        name=record.name,
        year=record.year,
        synopsis=record.synopsis,
        synopsis_source=record.synopsis_source,
        genres=record.genres,
        cast=record.cast,
        language=record.language or "en",
        audio_languages=(record.language or "en",),
        runtime_seconds=runtime,
        maturity_age=derive_maturity_age(record.id, record.genres, record.adult),
        windows=derive_windows(record.id, launched_at, newest + shift),
        launched_at=launched_at,
        palette=palette_for(record.id, record.genres),
        imdb_id=record.imdb_id,
        derived=DERIVED,
    )


def derive_runtime(key: str, genres: Sequence[str]) -> int:
    """Seconds, by the first genre that has a range."""
    low, high = next(((low, high) for genre, low, high in _MINUTES if genre in genres), (86, 132))
    return 60 * (low + int(draw(key, "runtime") * (high - low + 1)))


def derive_maturity_age(key: str, genres: Sequence[str], adult: bool = False) -> int | None:
    """None (unrated) when no genre decides."""
    present = set(genres)
    if adult:
        return 18
    if "Family" in present:
        if "Horror" in present:
            return 12
        return 0 if "Animation" in present and not present & _DARK else 6
    if "Horror" in present:
        return 18 if draw(key, "maturity") < 0.25 else 16
    if present & _DARK:
        return 16
    return 12 if present & (_MILD | _GENTLE) else None


def derive_launch(key: str, year: int | None, newest: datetime) -> datetime:
    """A day of the film's year, before the data ends."""
    if year is None:
        return SERVICE_START
    first = datetime(year, 1, 1, 8, tzinfo=UTC)
    last = newest.replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=1)
    day_count = min(364, (last - first).days) if year >= newest.year else 364
    day = first + timedelta(days=int(draw(key, "launch") * max(1, day_count)))
    return max(SERVICE_START, min(day, last))


def derive_windows(key: str, launched_at: datetime, newest: datetime) -> tuple[LicenceWindow, ...]:
    """90 % everywhere without end, 6 % in some regions, 4 % ending within a month."""
    share = draw(key, "licence")
    if share < 0.90:
        return (LicenceWindow((), launched_at),)
    if share < 0.96:
        some = tuple(region for region in REGIONS if draw(f"{key}:{region}", "licence") < 0.6)
        return (LicenceWindow(some or REGIONS[:1], launched_at),)
    days = 2 + int(draw(key, "licence end") * 28)
    midnight = newest.replace(hour=0, minute=0, second=0, microsecond=0)
    return (LicenceWindow((), launched_at, midnight + timedelta(days=days)),)


def derive_region(key: str) -> Region:
    share = draw(key, "region")
    for region, part in zip(REGIONS, REGION_SHARES, strict=True):
        share -= part
        if share < 0:
            return region
    return REGIONS[0]
