"""What a profile did and was shown: watch history, My List, ratings, impressions. One record per profile.

Every entry carries the instant of the event that made it, and entries merge by "the greater wins". That is
a join of semilattices: events may arrive late, twice or out of order and the record comes out the same
(Shapiro et al., "Conflict-free Replicated Data Types", 2011, the last-writer-wins element set).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from domain.ids import ProfileId, TitleId
from domain.impressions import Memory, united


@dataclass(frozen=True, slots=True, order=True)
class Watch:
    """Where a profile stands in a title. Fields stand in merge order: later, finished, further."""

    at: datetime
    finished: bool
    position_seconds: int
    duration_seconds: int
    series_id: str = ""
    """The series of an episode, "" otherwise: a comparable stand-in for None."""

    @property
    def share(self) -> float:
        """Share watched, 0..1."""
        if self.finished:
            return 1.0
        return min(1.0, self.position_seconds / self.duration_seconds) if self.duration_seconds else 0.0


@dataclass(frozen=True, slots=True, order=True)
class Listing:
    """Membership of My List; a removal is remembered, so that a late addition cannot bring the title back."""

    at: datetime
    added: bool


@dataclass(frozen=True, slots=True, order=True)
class Rating:
    """`value` is -1 (dislike) .. 1 (like); stars are mapped linearly, three stars to 0."""

    at: datetime
    value: float


Entry = TypeVar("Entry", Watch, Listing, Rating)


@dataclass(frozen=True, slots=True)
class Activity:
    """`revision` grows with every recorded change, so caches keyed by it can never be stale."""

    profile_id: ProfileId
    revision: int = 0
    watched: Mapping[TitleId, Watch] = field(default_factory=dict)
    listed: Mapping[TitleId, Listing] = field(default_factory=dict)
    rated: Mapping[TitleId, Rating] = field(default_factory=dict)
    shown: Memory = field(default_factory=dict)
    """What it was shown, and on which days; see domain/impressions.py."""

    def seen_ids(self) -> frozenset[TitleId]:
        """Titles and series this profile has begun or finished: never recommended to it again."""
        series = {TitleId(watch.series_id) for watch in self.watched.values() if watch.series_id}
        return frozenset(self.watched) | series

    def disliked_ids(self) -> frozenset[TitleId]:
        return frozenset(title_id for title_id, rating in self.rated.items() if rating.value < 0)

    def my_list(self) -> list[TitleId]:
        """Titles on My List, last added first."""
        added = [(listing.at, title_id) for title_id, listing in self.listed.items() if listing.added]
        return [title_id for _, title_id in sorted(added, reverse=True)]


@dataclass(frozen=True, slots=True)
class Changes:
    """What some events do to an activity record; merged by `merge`, in any order, any number of times."""

    watched: Mapping[TitleId, Watch] = field(default_factory=dict)
    listed: Mapping[TitleId, Listing] = field(default_factory=dict)
    rated: Mapping[TitleId, Rating] = field(default_factory=dict)
    shown: Memory = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.watched or self.listed or self.rated or self.shown)


def merge(activity: Activity, changes: Changes) -> Activity:
    """The record after these changes, its revision one higher. The given record is left as it is."""
    return Activity(
        profile_id=activity.profile_id,
        revision=activity.revision + 1,
        watched=greatest(activity.watched, changes.watched),
        listed=greatest(activity.listed, changes.listed),
        rated=greatest(activity.rated, changes.rated),
        shown=united(activity.shown, changes.shown),
    )


def greatest(ours: Mapping[TitleId, Entry], theirs: Mapping[TitleId, Entry]) -> dict[TitleId, Entry]:
    """Union of two maps; where both have a key the greater entry stays."""
    merged = dict(ours)
    for key, entry in theirs.items():
        known = merged.get(key)
        merged[key] = entry if known is None else max(known, entry)
    return merged
