"""Negative feedback: a dislike also lowers similar titles for a while.

    penalty(n)   = max over disliked d of  remaining(age of the dislike) x similarity(d, n) / best similarity of d
    remaining(a) = 1 for 14 days, then linear to 0 over the next 140

The feedback fatigue schedule of Twitter's home mixer, its steps made linear. The disliked title itself is filtered
permanently.
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
MAX_DISLIKES = 8
"""Bounds the read of neighbours, which Because You Watched shares."""


def remaining_penalty(age_days: float) -> float:
    if age_days <= FULL_DAYS:
        return 1.0
    return max(0.0, 1.0 - (age_days - FULL_DAYS) / FADING_DAYS)


def active_dislikes(activity: Activity, now: datetime) -> list[TitleId]:
    """Titles whose neighbours `dislike_penalties` needs, latest first."""
    active = [
        (rating.at, title_id)
        for title_id, rating in activity.show_ratings().items()
        if rating.value < 0 and remaining_penalty(_age(rating.at, now)) > 0
    ]
    return [title_id for _, title_id in sorted(active, reverse=True)[:MAX_DISLIKES]]


def dislike_penalties(
    activity: Activity, similar: Mapping[TitleId, Sequence[Neighbour]], now: datetime
) -> dict[TitleId, float]:
    """Title -> 0..1. `similar` holds neighbours best first. A title that the profile likes gets no penalty."""
    penalties: dict[TitleId, float] = {}
    for title_id in active_dislikes(activity, now):
        neighbours = similar.get(title_id, ())
        best = max((neighbour.score for neighbour in neighbours), default=0.0)
        if best <= 0.0:
            continue
        rating = activity.rated[title_id]
        strength = remaining_penalty(_age(rating.at, now)) * -rating.value / best
        for neighbour in neighbours:
            own = activity.rated.get(neighbour.title_id)
            if own is not None and own.value > 0:
                continue
            known = penalties.get(neighbour.title_id, 0.0)
            penalties[neighbour.title_id] = max(known, strength * neighbour.score)
    return penalties


def _age(at: datetime, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds()) / SECONDS_A_DAY
