"""Scored title lists that the batch run computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.catalog.regions import global_chain
from domain.ids import Region, TitleId

TOP_PICKS_SIZE = 50
TASTE_SIZE = 30
SIMILAR_SIZE = 40
TRENDING_SIZE = 60
POPULAR_SIZE = 100


class PickSource(StrEnum):
    """Collaborative taste, or popularity in the region."""

    SIMILAR = "similar"
    POPULAR = "popular"


class ListAudience(StrEnum):
    """Whose viewing a popular or trending list counts."""

    ALL = "all"
    KIDS = "kids"


class TrendWindow(StrEnum):
    """Half-lives are in batch/jobs/trending.py."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Pick:
    """`seed` is the title in the profile's history that contributed most.

    `genres` are those of the profile's strongest genres that the title has.
    """

    title_id: TitleId
    score: float
    source: PickSource
    seed: TitleId | None = None
    genres: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopPicks:
    """Lists of one profile, best first; `genres` are the profile's strongest, strongest first.

    `taste` are the next best by taste alone: rows of one genre find few in picks that popularity has chosen.
    """

    picks: tuple[Pick, ...]
    genres: tuple[str, ...]
    computed_at: datetime
    taste: tuple[Pick, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A similar title. `score` is 0..1; `support` counts the accounts that liked both."""

    title_id: TitleId
    score: float
    support: int


@dataclass(frozen=True, slots=True)
class RankedTitle:
    title_id: TitleId
    score: float


@dataclass(frozen=True, slots=True)
class RankedList:
    """`region` is set where a list stands in for one of another region, as `nearest_list` does."""

    entries: tuple[RankedTitle, ...]
    computed_at: datetime
    audience: ListAudience = ListAudience.ALL
    region: Region | None = None


@dataclass(frozen=True, slots=True, order=True)
class PopularKey:
    """`genre` None: all genres."""

    region: Region
    genre: str | None = None
    audience: ListAudience = ListAudience.ALL


MIN_LIST = 6
"""A shorter list says too little of a region."""


def nearest_list(key: PopularKey, lists: Mapping[PopularKey, RankedList]) -> RankedList | None:
    """Of the region, of what it belongs to, or of the world: the first with enough titles, else the longest."""
    found = [
        replace(ranked, region=one)
        for one in global_chain(key.region)
        if (ranked := lists.get(replace(key, region=one))) is not None and ranked.entries
    ]
    enough = next((ranked for ranked in found if len(ranked.entries) >= MIN_LIST), None)
    return enough or max(found, key=lambda ranked: len(ranked.entries), default=None)


@dataclass(frozen=True, slots=True, order=True)
class TrendKey:
    region: Region
    window: TrendWindow
    genre: str | None = None
    audience: ListAudience = ListAudience.ALL


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The published version that all readers use.

    `parts` (dataset -> version) names the datasets that another version brings: one job's output goes live beside
    what the night published.
    """

    version: str
    index: str
    run_id: str
    logical_date: str
    published_at: datetime
    previous: str | None = None
    parts: Mapping[str, str] = field(default_factory=dict, hash=False)

    def version_of(self, dataset: str) -> str:
        return self.parts.get(dataset, self.version)
