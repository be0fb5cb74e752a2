"""A title: anything that can stand on a card. Movies, series and episodes share one shape.

Instants are aware datetimes in UTC; durations are whole seconds.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.ids import Region, TitleId


class TitleKind(StrEnum):
    MOVIE = "movie"
    SERIES = "series"
    EPISODE = "episode"


@dataclass(frozen=True, slots=True)
class LicenceWindow:
    """A licence: where and when a title may be shown. `starts_at` is in, `ends_at` is out (None: no end)."""

    regions: tuple[Region, ...]
    starts_at: datetime
    ends_at: datetime | None = None

    def holds(self, region: Region, now: datetime) -> bool:
        return region in self.regions and self.open_at(now)

    def open_at(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True)
class Title:
    """Content metadata of one movie, series or episode.

    `maturity_age` is the age it suits (0 for everybody); None means unrated, which no kids profile sees.
    `region_ages` has the ages of regions whose own board said otherwise: ask `age_in`.
    `palette` is three colours "#rrggbb", dark to light, for the generated artwork.
    `popularity` is 0..1, relative to the most watched title of the data version that served it.
    `plans` are the plans of which an account needs one to see it; empty: every plan has it.
    `credits_seconds` is where the credits begin, when the catalogue knows: there the title counts as watched.
    `derived` names the fields that an importer worked out because the source did not have them.
    `memo` is room for whoever works something out from the title alone: a title never changes, another takes its
    place, so what is kept here is right for as long as anybody holds it. Whoever puts a thing there knows what it is.
    """

    id: TitleId
    kind: TitleKind
    name: str
    year: int | None
    synopsis: str
    genres: tuple[str, ...]
    cast: tuple[str, ...]
    language: str
    runtime_seconds: int | None
    maturity_age: int | None
    windows: tuple[LicenceWindow, ...]
    launched_at: datetime
    palette: tuple[str, str, str]
    synopsis_source: str | None = None
    audio_languages: tuple[str, ...] = ()
    franchise: str | None = None
    imdb_id: str | None = None
    series_id: TitleId | None = None
    series_name: str | None = None
    season: int | None = None
    episode: int | None = None
    season_count: int | None = None
    episode_count: int | None = None
    popularity: float = 0.0
    plans: tuple[str, ...] = ()
    region_ages: tuple[tuple[Region, int], ...] = ()
    credits_seconds: int | None = None
    derived: tuple[str, ...] = ()
    memo: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def show_id(self) -> TitleId:
        """The series of an episode; the title itself otherwise. One card per show."""
        return self.series_id or self.id

    def age_in(self, region: Region) -> int | None:
        """The age it suits by the board of this region; None: unrated there."""
        for rated_in, age in self.region_ages:
            if rated_in == region:
                return age
        return self.maturity_age

    def window(self, region: Region, now: datetime) -> LicenceWindow | None:
        """The licence under which the title may be shown here and now; of several, the one that ends last."""
        latest: LicenceWindow | None = None
        for window in self.windows:
            if not window.holds(region, now):
                continue
            if window.ends_at is None:
                return window
            if latest is None or latest.ends_at is None or window.ends_at > latest.ends_at:
                latest = window
        return latest

    def leaves_at(self, region: Region | None, now: datetime) -> datetime | None:
        """When the last licence it has here (None: anywhere) ends, those to come among them: a title that is
        renewed does not leave. None without an end, and for a title that is not open now."""
        here = [window for window in self.windows if region is None or region in window.regions]
        ends = [window.ends_at for window in here if window.ends_at is not None]
        if len(ends) < len(here) or not any(window.open_at(now) for window in here):
            return None
        return max(ends)


def is_special(title: Title) -> bool:
    """Specials are season 0, as catalogues number them; an episode without a season belongs to the first."""
    return title.season == 0


def in_watching_order(episodes: Sequence[Title]) -> list[Title]:
    """Episodes of one series, first to last, its specials behind them."""
    return sorted(
        episodes,
        key=lambda title: (
            is_special(title),
            1 if title.season is None else title.season,
            title.episode or 0,
            title.id,
        ),
    )
