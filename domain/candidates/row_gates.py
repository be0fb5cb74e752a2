"""May this row be tried for this profile at all? A closed gate costs no store call."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.layouts.model import RowSource, RowSpec
from domain.viewers.activity import Activity

Gate = Callable[[RowSpec, Activity], bool]

LITTLE_KNOWN = 5
"""Titles watched or rated below which a profile is asked what it likes."""


def has_watched(_spec: RowSpec, activity: Activity) -> bool:
    return bool(activity.watched or activity.household)


def has_seeds(_spec: RowSpec, activity: Activity) -> bool:
    return bool(activity.watched or activity.rated)


def has_liked(_spec: RowSpec, activity: Activity) -> bool:
    return any(rating.value > 0 for rating in activity.rated.values())


def has_finished(_spec: RowSpec, activity: Activity) -> bool:
    return any(watch.finished for watch in activity.watched.values())


def is_little_known(_spec: RowSpec, activity: Activity) -> bool:
    return len(activity.watched) + len(activity.rated) < LITTLE_KNOWN


def has_list(_spec: RowSpec, activity: Activity) -> bool:
    return any(listing.added for listing in activity.listed.values())


GATES: Mapping[RowSource, Gate] = {
    RowSource.CONTINUE_WATCHING: has_watched,
    RowSource.BECAUSE_YOU_WATCHED: has_seeds,
    RowSource.BECAUSE_YOU_LIKED: has_liked,
    RowSource.MY_LIST: has_list,
    RowSource.WATCH_AGAIN: has_finished,
    RowSource.ONBOARDING: is_little_known,
}
"""Sources that are not listed are always tried."""

WHY_CLOSED: Mapping[Gate, str] = {
    has_watched: "nothing was watched yet",
    has_seeds: "nothing was watched or rated yet",
    has_liked: "nothing was liked yet",
    has_finished: "nothing was finished yet",
    is_little_known: "it is for profiles of whom little is known",
    has_list: "nothing is on My List",
}


def is_open(spec: RowSpec, activity: Activity) -> bool:
    gate = GATES.get(spec.source)
    return gate is None or gate(spec, activity)


def why_closed(source: RowSource) -> str:
    """Why a row of this source was not tried for a profile whose gate is closed."""
    return WHY_CLOSED[GATES[source]]
