"""What a profile did and was shown, what it took off its rows, and what it disowned. One record per profile.

Every entry carries the instant of the event that made it, and entries merge by "the greater wins". That is
a join of semilattices: events may arrive late, twice or out of order and the record comes out the same
(Shapiro et al., "Conflict-free Replicated Data Types", 2011, the last-writer-wins element set).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from domain.ids import ProfileId, TitleId
from domain.viewers.impressions import Memory, united

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


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


@dataclass(frozen=True, slots=True, order=True)
class Dismissal:
    """A show taken off Continue Watching until `until`, or until it is played after `at`: whichever is first."""

    at: datetime
    until: datetime = FOREVER


@dataclass(frozen=True, slots=True, order=True)
class Disowning:
    """ "This was not me": what was watched of a show up to `at` says nothing of this profile.

    False takes an earlier disowning back, and is remembered for the same reason as a removal from My List.
    """

    at: datetime
    disowned: bool


Entry = TypeVar("Entry", Watch, Listing, Rating, Dismissal, Disowning)


@dataclass(frozen=True, slots=True)
class Activity:
    """`revision` grows with every recorded change, so caches keyed by it can never be stale.

    `watched` is what the profile watched itself; `household` what was watched with others, which is history
    but no taste. `dismissed` and `disowned` are keyed by show: a movie, or a series for all its episodes.
    """

    profile_id: ProfileId
    revision: int = 0
    watched: Mapping[TitleId, Watch] = field(default_factory=dict)
    listed: Mapping[TitleId, Listing] = field(default_factory=dict)
    rated: Mapping[TitleId, Rating] = field(default_factory=dict)
    shown: Memory = field(default_factory=dict)
    """What it was shown, and on which days; see domain/viewers/impressions.py."""
    household: Mapping[TitleId, Watch] = field(default_factory=dict)
    dismissed: Mapping[TitleId, Dismissal] = field(default_factory=dict)
    disowned: Mapping[TitleId, Disowning] = field(default_factory=dict)

    def standing(self, title_id: TitleId) -> Watch | None:
        """Where this title was left, by this profile alone or with others; None when it was never played."""
        found = (self.watched.get(title_id), self.household.get(title_id))
        return max((watch for watch in found if watch is not None), default=None)

    def is_disowned(self, title_id: TitleId, watch: Watch) -> bool:
        """True when the viewer said "this was not me" of this watch: of all of the show, up to that moment."""
        said = self.disowned.get(show_of(title_id, watch))
        return said is not None and said.disowned and watch.at <= said.at

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
    household: Mapping[TitleId, Watch] = field(default_factory=dict)
    dismissed: Mapping[TitleId, Dismissal] = field(default_factory=dict)
    disowned: Mapping[TitleId, Disowning] = field(default_factory=dict)

    def __bool__(self) -> bool:
        own = self.watched or self.listed or self.rated or self.shown
        return bool(own or self.household or self.dismissed or self.disowned)


def merge(activity: Activity, changes: Changes) -> Activity:
    """The record after these changes, its revision one higher. The given record is left as it is."""
    return Activity(
        profile_id=activity.profile_id,
        revision=activity.revision + 1,
        watched=greatest(activity.watched, changes.watched),
        listed=greatest(activity.listed, changes.listed),
        rated=greatest(activity.rated, changes.rated),
        shown=united(activity.shown, changes.shown),
        household=greatest(activity.household, changes.household),
        dismissed=greatest(activity.dismissed, changes.dismissed),
        disowned=greatest(activity.disowned, changes.disowned),
    )


def greatest(ours: Mapping[TitleId, Entry], theirs: Mapping[TitleId, Entry]) -> dict[TitleId, Entry]:
    """Union of two maps; where both have a key the greater entry stays."""
    merged = dict(ours)
    for key, entry in theirs.items():
        known = merged.get(key)
        merged[key] = entry if known is None else max(known, entry)
    return merged


def show_of(title_id: TitleId, watch: Watch) -> TitleId:
    """The series of an episode, else the title itself."""
    return TitleId(watch.series_id) if watch.series_id else title_id
