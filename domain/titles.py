"""A title: anything that can stand on a card. Movies, series and episodes share one shape.

Instants are aware datetimes in UTC; durations are whole seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import Region, TitleId


class TitleKind(StrEnum):
    MOVIE = "movie"
    SERIES = "series"
    EPISODE = "episode"


@dataclass(frozen=True, slots=True)
class Window:
    """A licence: where and when a title may be shown. `starts_at` is in, `ends_at` is out (None: no end)."""

    regions: tuple[Region, ...]
    starts_at: datetime
    ends_at: datetime | None = None

    def holds(self, region: Region, now: datetime) -> bool:
        started = self.starts_at <= now
        return started and region in self.regions and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True)
class Title:
    """Content metadata of one movie, series or episode.

    `maturity_age` is the age it suits (0 for everybody); None means unrated, which no kids profile sees.
    `palette` is three colours "#rrggbb", dark to light, for the generated artwork.
    `popularity` is 0..1, relative to the most watched title of the data version that served it.
    `plans` are the plans of which an account needs one to see it; empty: every plan has it.
    `derived` names the fields that an importer worked out because the source did not have them.
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
    windows: tuple[Window, ...]
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
    derived: tuple[str, ...] = ()

    @property
    def show_id(self) -> TitleId:
        """The series of an episode; the title itself otherwise. One card per show."""
        return self.series_id or self.id

    def window(self, region: Region, now: datetime) -> Window | None:
        """The licence under which the title may be shown here and now; of several, the one that ends last."""
        open_now = [window for window in self.windows if window.holds(region, now)]
        endless = [window for window in open_now if window.ends_at is None]
        if endless:
            return endless[0]
        return max(open_now, key=lambda window: window.ends_at or window.starts_at, default=None)


def in_watching_order(episodes: Sequence[Title]) -> list[Title]:
    """Episodes of one series, first to last."""
    return sorted(episodes, key=lambda title: (title.season or 0, title.episode or 0, title.id))
