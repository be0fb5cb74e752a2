"""Gates: whether a row kind can have titles for a profile. A closed gate saves the row's store calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.viewers.activity import Activity

LITTLE_KNOWN = 5
"""With fewer titles watched or rated, onboarding asks for taste."""


@dataclass(frozen=True, slots=True)
class Gate:
    """`why_closed` completes "The row was not tried: ..."."""

    is_open: Callable[[Activity], bool]
    why_closed: str


def _has_watched(activity: Activity) -> bool:
    return bool(activity.watched or activity.household)


def _has_seeds(activity: Activity) -> bool:
    return bool(activity.watched or activity.rated)


def _has_liked(activity: Activity) -> bool:
    return any(rating.value > 0 for rating in activity.rated.values())


def _has_finished(activity: Activity) -> bool:
    return any(watch.finished for watch in activity.watched.values())


def is_little_known(activity: Activity) -> bool:
    return len(activity.watched) + len(activity.rated) < LITTLE_KNOWN


def _has_list(activity: Activity) -> bool:
    return any(listing.added for listing in activity.listed.values())


HAS_WATCHED = Gate(_has_watched, "nothing was watched yet")
HAS_SEEDS = Gate(_has_seeds, "nothing was watched or rated yet")
HAS_LIKED = Gate(_has_liked, "nothing was liked yet")
HAS_FINISHED = Gate(_has_finished, "nothing was finished yet")
IS_LITTLE_KNOWN = Gate(is_little_known, "it is for profiles of whom little is known")
HAS_LIST = Gate(_has_list, "nothing is on My List")
