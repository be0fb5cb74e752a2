"""A thumbs-down reaches further than its title: titles like it are damped for a while, then come back.

    damping(n) = max over disliked d of  left(age of the dislike) x similarity(d, n) / best similarity of d
    left(age)  = 1 for 14 days, then down in a straight line to 0 over the next 140

The schedule is that of the feedback fatigue in Twitter's home mixer (14 days, then 140), its steps made a
line. The disliked title itself is filtered for good (Activity.disliked_ids); this is about its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.ids import TitleId
from domain.recommendations.lists import Neighbour
from domain.viewers.activity import Activity

FULL_DAYS = 14.0
FADING_DAYS = 140.0
SECONDS_A_DAY = 86_400.0
REMEMBERED = 8
"""Dislikes whose neighbours are looked up, the latest first: bounded, and shared with Because You Watched."""


def left(age_days: float) -> float:
    """Share of the damping that is left, 1..0."""
    if age_days <= FULL_DAYS:
        return 1.0
    return max(0.0, 1.0 - (age_days - FULL_DAYS) / FADING_DAYS)


def dislikes_that_count(activity: Activity, now: datetime) -> list[TitleId]:
    """The titles whose neighbours `damped` wants, latest dislike first."""
    fresh = [
        (rating.at, title_id)
        for title_id, rating in activity.rated.items()
        if rating.value < 0 and left(_age(rating.at, now)) > 0
    ]
    return [title_id for _, title_id in sorted(fresh, reverse=True)[:REMEMBERED]]


def dislike_penalties(
    activity: Activity, similar: Mapping[TitleId, Sequence[Neighbour]], now: datetime
) -> dict[TitleId, float]:
    """How much each title is damped, 0..1. `similar` holds the neighbours of `dislikes_that_count`, best first.

    A title that the profile said it likes is never damped: its own word counts more than a resemblance.
    """
    damping: dict[TitleId, float] = {}
    for title_id in dislikes_that_count(activity, now):
        neighbours = similar.get(title_id, ())
        best = max((neighbour.score for neighbour in neighbours), default=0.0)
        if best <= 0.0:
            continue
        rating = activity.rated[title_id]
        strength = left(_age(rating.at, now)) * -rating.value / best
        for neighbour in neighbours:
            own = activity.rated.get(neighbour.title_id)
            if own is not None and own.value > 0:
                continue
            known = damping.get(neighbour.title_id, 0.0)
            damping[neighbour.title_id] = max(known, strength * neighbour.score)
    return damping


def _age(at: datetime, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds()) / SECONDS_A_DAY
