"""The activity record of a profile.

Entries carry their event's instant; the greater one wins. Watches merge register by register (watches.py). Both are
joins of semilattices: late, repeated or reordered events give the same record (Shapiro et al., "Conflict-free
Replicated Data Types", 2011, the last-writer-wins element set).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from domain.ids import ProfileId, TitleId
from domain.viewers.impressions import ImpressionHistory, merge_impressions
from domain.viewers.watches import Watch, merge_watches

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Listing:
    """Membership of My List. Removals are stored, so that a late addition cannot undo them."""

    at: datetime
    added: bool


@dataclass(frozen=True, slots=True, order=True)
class Rating:
    """`value` is -1 (dislike) .. 1 (like); stars map linearly, three to 0. `series_id` is an episode's, else ""."""

    at: datetime
    value: float
    series_id: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Dismissal:
    """Hides a show from Continue Watching until `until`, or until played after `at`."""

    at: datetime
    until: datetime = FOREVER


@dataclass(frozen=True, slots=True, order=True)
class Disowning:
    """ "This was not me": watches of a show up to `at` do not count for this profile.

    False revokes it, and is stored for the same reason as a removal from My List.
    """

    at: datetime
    disowned: bool


Entry = TypeVar("Entry", Listing, Rating, Dismissal, Disowning)


@dataclass(frozen=True, slots=True)
class Activity:
    """`revision` grows with every change, so caches keyed by it are never stale.

    `household` holds co-viewing, which does not count for taste. `dismissed` and `disowned` are keyed by show: a
    movie, or a series for all its episodes.
    """

    profile_id: ProfileId
    revision: int = 0
    watched: Mapping[TitleId, Watch] = field(default_factory=dict)
    listed: Mapping[TitleId, Listing] = field(default_factory=dict)
    rated: Mapping[TitleId, Rating] = field(default_factory=dict)
    impressions: ImpressionHistory = field(default_factory=dict)
    household: Mapping[TitleId, Watch] = field(default_factory=dict)
    dismissed: Mapping[TitleId, Dismissal] = field(default_factory=dict)
    disowned: Mapping[TitleId, Disowning] = field(default_factory=dict)

    def joined_watch(self, title_id: TitleId) -> Watch | None:
        """Own and co-viewed together, disowned viewing included; None when never played."""
        own, shared = self.watched.get(title_id), self.household.get(title_id)
        if own is None or shared is None:
            return own or shared
        return merge_watches(own, shared)

    def owned_watch(self, title_id: TitleId, watch: Watch) -> Watch | None:
        """What of the watch is not disowned; None when nothing is left."""
        disowning = self.disowned.get(show_of(title_id, watch)) if self.disowned else None
        return watch.since(disowning.at) if disowning is not None and disowning.disowned else watch

    def owned_watches(self, title_id: TitleId) -> Watch | None:
        """`joined_watch` without disowned viewing."""
        watch = self.joined_watch(title_id)
        return self.owned_watch(title_id, watch) if watch is not None else None

    def show_ratings(self) -> dict[TitleId, Rating]:
        """Ratings of movies and series. One of an episode is the episode's and says nothing of its series.

        Earlier builds stored no series with a rating; there the watch of the episode tells.
        """
        return {
            title_id: rating
            for title_id, rating in self.rated.items()
            if not rating.series_id and not self._is_watched_episode(title_id)
        }

    def _is_watched_episode(self, title_id: TitleId) -> bool:
        watch = self.watched.get(title_id) or self.household.get(title_id)
        return watch is not None and bool(watch.series_id)

    def disliked_ids(self) -> frozenset[TitleId]:
        """Movies, series and episodes."""
        return frozenset(title_id for title_id, rating in self.rated.items() if rating.value < 0)

    def my_list(self) -> list[TitleId]:
        """Last added first."""
        added = [(listing.at, title_id) for title_id, listing in self.listed.items() if listing.added]
        return [title_id for _, title_id in sorted(added, reverse=True)]


@dataclass(frozen=True, slots=True)
class Changes:
    """The effect of some events; `merge` applies it in any order, any number of times."""

    watched: Mapping[TitleId, Watch] = field(default_factory=dict)
    listed: Mapping[TitleId, Listing] = field(default_factory=dict)
    rated: Mapping[TitleId, Rating] = field(default_factory=dict)
    impressions: ImpressionHistory = field(default_factory=dict)
    household: Mapping[TitleId, Watch] = field(default_factory=dict)
    dismissed: Mapping[TitleId, Dismissal] = field(default_factory=dict)
    disowned: Mapping[TitleId, Disowning] = field(default_factory=dict)

    def __bool__(self) -> bool:
        own = self.watched or self.listed or self.rated or self.impressions
        return bool(own or self.household or self.dismissed or self.disowned)


def merge(activity: Activity, changes: Changes) -> Activity:
    """A new record, its revision one higher."""
    return Activity(
        profile_id=activity.profile_id,
        revision=activity.revision + 1,
        watched=merge_histories(activity.watched, changes.watched),
        listed=merge_entries(activity.listed, changes.listed),
        rated=merge_entries(activity.rated, changes.rated),
        impressions=merge_impressions(activity.impressions, changes.impressions),
        household=merge_histories(activity.household, changes.household),
        dismissed=merge_entries(activity.dismissed, changes.dismissed),
        disowned=merge_entries(activity.disowned, changes.disowned),
    )


def merge_entries(ours: Mapping[TitleId, Entry], theirs: Mapping[TitleId, Entry]) -> dict[TitleId, Entry]:
    """Of two entries for a key the greater stays."""
    merged = dict(ours)
    for key, entry in theirs.items():
        known = merged.get(key)
        merged[key] = entry if known is None else max(known, entry)
    return merged


def merge_histories(ours: Mapping[TitleId, Watch], theirs: Mapping[TitleId, Watch]) -> dict[TitleId, Watch]:
    merged = dict(ours)
    for title_id, watch in theirs.items():
        known = merged.get(title_id)
        merged[title_id] = watch if known is None else merge_watches(known, watch)
    return merged


def show_of(title_id: TitleId, watch: Watch) -> TitleId:
    """The series of an episode, else the title itself."""
    return TitleId(watch.series_id) if watch.series_id else title_id
