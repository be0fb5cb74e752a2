"""What rating data sets lack, worked out from what they have: always the same way, and named in `derived`.

Draws come from a hash of the title's id, so a title gets the same runtime, licences and colours from every
import. Nothing here claims to be true; docs/importing-data.md says how each field is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.catalog.artwork_palettes import palette_for
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import Region, TitleId

REGIONS = tuple(Region(code) for code in ("US", "GB", "DE", "FR", "ES", "BR", "IN", "JP"))
REGION_SHARES = (0.34, 0.13, 0.13, 0.10, 0.07, 0.09, 0.09, 0.05)
OPENED = datetime(1990, 1, 1, tzinfo=UTC)
"""No title was on the service before, so old films share one launch day."""

DERIVED = ("kind", "language", "runtime_seconds", "maturity_age", "windows", "launched_at", "palette")
_DARK = {"Crime", "War", "Thriller", "Film Noir"}
_MILD = {"Action", "Adventure", "Fantasy", "Science Fiction", "Mystery", "Western", "Drama", "Comedy"}
_GENTLE = {"Romance", "Music", "Sport", "Biography", "History"}
_MINUTES = (("Short", 6, 28), ("Family", 78, 104), ("Animation", 74, 100), ("Documentary", 68, 112),
            ("War", 100, 158), ("History", 100, 158), ("Biography", 98, 146))  # fmt: skip


def draw(key: str, purpose: str) -> float:
    """0..1, spread evenly over keys, always the same for the same arguments."""
    digest = hashlib.blake2b(f"{purpose}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


@dataclass(frozen=True, slots=True)
class Facts:
    """What a data set says of a film."""

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


def title_of(facts: Facts, newest: datetime, shift: timedelta) -> Title:
    """The whole title. `newest` is the data's last instant, `shift` how far its history has been moved."""
    launched_at = launch_of(facts.id, facts.year, newest) + shift
    runtime = runtime_of(facts.id, facts.genres)
    return Title(
        id=facts.id,
        kind=TitleKind.MOVIE,
        name=facts.name,
        year=facts.year,
        synopsis=facts.synopsis,
        synopsis_source=facts.synopsis_source,
        genres=facts.genres,
        cast=facts.cast,
        language=facts.language or "en",
        audio_languages=(facts.language or "en",),
        runtime_seconds=runtime,
        maturity_age=maturity_of(facts.id, facts.genres, facts.adult),
        windows=windows_of(facts.id, launched_at, newest + shift),
        launched_at=launched_at,
        palette=palette_for(facts.id, facts.genres),
        imdb_id=facts.imdb_id,
        derived=DERIVED,
    )


def runtime_of(key: str, genres: Sequence[str]) -> int:
    """Seconds, in whole minutes, from the range usual for the first telling genre."""
    low, high = next(((low, high) for genre, low, high in _MINUTES if genre in genres), (86, 132))
    return 60 * (low + int(draw(key, "runtime") * (high - low + 1)))


def maturity_of(key: str, genres: Sequence[str], adult: bool = False) -> int | None:
    """An age from the genres; None (unrated) when they do not say enough."""
    have = set(genres)
    if adult:
        return 18
    if "Family" in have:
        if "Horror" in have:
            return 12
        return 0 if "Animation" in have and not have & _DARK else 6
    if "Horror" in have:
        return 18 if draw(key, "maturity") < 0.25 else 16
    if have & _DARK:
        return 16
    return 12 if have & (_MILD | _GENTLE) else None


def launch_of(key: str, year: int | None, newest: datetime) -> datetime:
    """A day of the film's year, at the latest the day before the data ends."""
    if year is None:
        return OPENED
    first = datetime(year, 1, 1, 8, tzinfo=UTC)
    last = newest.replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=1)
    room = min(364, (last - first).days) if year >= newest.year else 364
    day = first + timedelta(days=int(draw(key, "launch") * max(1, room)))
    return max(OPENED, min(day, last))


def windows_of(key: str, launched_at: datetime, newest: datetime) -> tuple[LicenceWindow, ...]:
    """Nine in ten everywhere for good; a few only in some regions, a few that end within a month."""
    share = draw(key, "licence")
    if share < 0.90:
        return (LicenceWindow(REGIONS, launched_at),)
    if share < 0.96:
        some = tuple(region for region in REGIONS if draw(f"{key}:{region}", "licence") < 0.6)
        return (LicenceWindow(some or REGIONS[:1], launched_at),)
    days = 2 + int(draw(key, "licence end") * 28)
    midnight = newest.replace(hour=0, minute=0, second=0, microsecond=0)
    return (LicenceWindow(REGIONS, launched_at, midnight + timedelta(days=days)),)


def region_of(key: str) -> Region:
    share = draw(key, "region")
    for region, part in zip(REGIONS, REGION_SHARES, strict=True):
        share -= part
        if share < 0:
            return region
    return REGIONS[0]
