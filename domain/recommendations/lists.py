"""What the night shift computes and the service reads: lists of titles with scores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ProfileId, Region, TitleId

TOP_PICKS_SIZE = 50
SIMILAR_SIZE = 40
TRENDING_SIZE = 60
POPULAR_SIZE = 100


class PickSource(StrEnum):
    """Where a pick came from: taste shared with others, or plain popularity in the region."""

    SIMILAR = "similar"
    POPULAR = "popular"


class TrendWindow(StrEnum):
    """How far back a trending list looks; the half-lives stand in batch/jobs/trending.py."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Pick:
    """`seed` is the title in the profile's history that spoke most for this one, when one did.

    `genres` are those of the profile's strongest genres that the title has.
    """

    title_id: TitleId
    score: float
    source: PickSource
    seed: TitleId | None = None
    genres: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopPicks:
    """Up to 50 picks of one profile, best first; `genres` are its strongest genres, strongest first."""

    profile_id: ProfileId
    picks: tuple[Pick, ...]
    genres: tuple[str, ...]
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A similar title. `score` is 0..1; `support` counts the profiles who liked both."""

    title_id: TitleId
    score: float
    support: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A title in a trending or popular list, best first; `count` is how many profiles watched it."""

    title_id: TitleId
    score: float
    count: int


@dataclass(frozen=True, slots=True)
class RankedList:
    entries: tuple[Ranked, ...]
    computed_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class PopularKey:
    """`genre` None: all genres."""

    region: Region
    genre: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class TrendKey:
    region: Region
    window: TrendWindow
    genre: str | None = None


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The pointer's content: which version every reader uses, in all three stores, until it moves again."""

    version: str
    index: str
    run_id: str
    logical_date: str
    published_at: datetime
    previous: str | None = None
