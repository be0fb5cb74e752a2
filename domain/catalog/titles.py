"""Movies, series and episodes in one shape. Instants are UTC, durations whole seconds."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from domain.catalog.licences import LicenceWindow as LicenceWindow
from domain.catalog.licences import Stretch, current_stretch
from domain.catalog.maturity_ratings import age_label
from domain.catalog.own_images import OwnImage
from domain.catalog.regions import days_between, region_chain
from domain.catalog.trailers import Trailer
from domain.ids import Region, TitleId


class TitleKind(StrEnum):
    MOVIE = "movie"
    SERIES = "series"
    EPISODE = "episode"


@dataclass(frozen=True, slots=True)
class Title:
    """Metadata of one movie, series or episode.

    `maturity_age` is the age it suits (0: everybody); None is unrated, which kids profiles never see.
    `region_ages` holds ages of regions whose board differs: use `maturity_age_in`.
    `region_labels` holds the labels that those boards gave: use `maturity_label_in`.
    `palette` is three colours "#rrggbb", dark to light.
    `popularity` is 0..1, relative to the most watched title of the data version.
    `plans` lists the plans that include it; empty means all.
    `airs_before` is the season and episode before which a special (season 0) is watched.
    `other_names` are searched below the name and never shown as the name.
    `work_id` and `imdb_id` name the work. `same_work` holds the other titles of this work, `same_series` those of the
    series' work, as the index was built.
    `last_episode` is the last number of a double episode; `air_date` the day an episode aired.
    `credits_seconds` is where the credits begin and the title counts as watched.
    `derived` names fields that an importer derived.
    `images` and `trailers` are the operator's own; `series_images` are those of an episode's series, for shapes in
    which the episode has none.
    `older_copy` is this title as a copy has it whose visibility differs: only who may see both may see it.
    `memo` caches values derived from the title alone. A title never changes, so they stay valid.
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
    region_labels: tuple[tuple[Region, str], ...] = ()
    credits_seconds: int | None = None
    other_names: tuple[str, ...] = ()
    work_id: str | None = None
    same_work: tuple[TitleId, ...] = ()
    same_series: tuple[TitleId, ...] = ()
    last_episode: int | None = None
    air_date: date | None = None
    airs_before: tuple[int, int] | None = None
    derived: tuple[str, ...] = ()
    images: tuple[OwnImage, ...] = ()
    series_images: tuple[OwnImage, ...] = ()
    trailers: tuple[Trailer, ...] = ()
    older_copy: Title | None = None
    memo: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def show_id(self) -> TitleId:
        """One card per show."""
        return self.series_id or self.id

    @property
    def card_key(self) -> TitleId:
        """One card per show, also where several deliveries of it are in the catalogue."""
        others = self.same_series if self.series_id else self.same_work
        return min(self.show_id, *others) if others else self.show_id

    def is_among(self, ids: frozenset[TitleId]) -> bool:
        """Whether the title, its series, or another delivery of either is."""
        if self.id in ids or self.series_id in ids:
            return True
        return not ids.isdisjoint(self.same_work) or not ids.isdisjoint(self.same_series)

    def maturity_age_in(self, region: Region) -> int | None:
        """The age of the region or the nearest one it belongs to, else the general one."""
        ages = dict(self.region_ages)
        found = next((one for one in region_chain(region) if one in ages), None) if ages else None
        return self.maturity_age if found is None else ages[found]

    def maturity_label_in(self, region: Region) -> str:
        """The label that a board gave there: "TV-14". Without one the age: "14+"; "NR" is unrated."""
        ages, labels = dict(self.region_ages), dict(self.region_labels)
        for one in region_chain(region):
            if one in labels:
                return labels[one]
            if one in ages:
                return age_label(ages[one])
        return age_label(self.maturity_age)

    def current_stretch(self, region: Region | None, now: datetime) -> Stretch | None:
        """The time without a gap in which it may be shown now; None: it may not. Region None: anywhere."""
        return current_stretch(self.windows, region, now)

    def leaves_at(self, region: Region | None, now: datetime) -> datetime | None:
        """End of the stretch that holds now. None without an end, and for a title that is not open now."""
        stretch = current_stretch(self.windows, region, now)
        return stretch.ends_at if stretch else None

    def is_new(self, now: datetime, region: Region | str, days: int) -> bool:
        """Launched today or in the `days` calendar days of the market before; what has not launched is not new."""
        return self.launched_at <= now and days_between(self.launched_at, now, region) <= days


EpisodeNumber: TypeAlias = tuple[int, int, int, int]
"""Season, episode, 0 for a special that airs before that episode (else 1), and the special's own number."""


def season_number(title: Title) -> int:
    """Catalogs number specials as season 0. Without a season: the year it aired, else 1."""
    if title.season is not None:
        return title.season
    return 1 if title.air_date is None else title.air_date.year


def is_in_run(title: Title) -> bool:
    """A special belongs to the run when it says before which episode it airs."""
    return title.season != 0 or title.airs_before is not None


def place_in_run(title: Title) -> EpisodeNumber:
    number = episode_place(title)
    if title.season == 0 and title.airs_before is not None:
        return (*title.airs_before, 0, number)
    return season_number(title), number, 1, 0


def episode_place(title: Title) -> int:
    """Its number, else its place in the year: 1130 is 30 November. 0 without either."""
    if title.episode is not None:
        return title.episode
    return 0 if title.air_date is None else title.air_date.month * 100 + title.air_date.day


def number_to_keep(
    season: int | None, episode: int | None, air_date: date | None
) -> tuple[int | None, int | None]:
    """Season and episode that tell an episode's place once it has left the catalogue: of a daily show the year and
    the day, as `season_number` and `episode_place` say."""
    if air_date is None:
        return season, episode
    day = air_date.month * 100 + air_date.day
    return air_date.year if season is None else season, day if episode is None else episode


def in_watching_order(episodes: Sequence[Title]) -> list[Title]:
    """First to last, specials without a place in the run at the end."""
    return sorted(episodes, key=lambda title: (not is_in_run(title), place_in_run(title), title.id))
