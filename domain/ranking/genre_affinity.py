"""Genre affinity of a profile now: its latest activity, then the genres of the batch run.

    total(g) = sum over the latest shows s with genre g of  weight(s) 2^(-age / 14 days) / genres of s
             + 1 / (1 + place of g among the batch run's genres)  +  1 if the profile named g a favourite
    affinity(g) = total(g) / greatest |total|, so -1 .. 1

Weights are those of domain/viewers/interaction_weights.py plus ratings. They halve in 14 days (batch run: 60), so
this week's taste shows before tonight's run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from heapq import nlargest

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.recommendations.lists import TopPicks
from domain.viewers.activity import Activity
from domain.viewers.interaction_weights import CEILING, FLOOR, share_weight
from domain.viewers.loved_titles import own_watches

MAX_RECENT = 20
HALF_LIFE_DAYS = 14.0
SECONDS_A_DAY = 86_400.0
HALF_PERSONAL_EVIDENCE = 10


def personal_share(evidence: int) -> float:
    """Weight of the profile's taste against popularity: n / (n + 10).

    The Bayesian average of n observations against a prior worth ten.
    """
    return evidence / (evidence + HALF_PERSONAL_EVIDENCE)


def evidence_count(activity: Activity) -> int:
    """Watched plus rated titles."""
    return len(activity.watched) + len(activity.rated)


def recent_show_weights(activity: Activity, now: datetime) -> dict[TitleId, float]:
    """Show -> decayed weight. `genre_affinity` needs the titles of these shows."""
    watched = nlargest(MAX_RECENT, own_watches(activity).items(), key=lambda item: (item[1].at, item[0]))
    rated = nlargest(MAX_RECENT, activity.show_ratings().items(), key=lambda item: (item[1].at, item[0]))
    weights: dict[TitleId, float] = {}
    for title_id, watch in watched:
        show = TitleId(watch.series_id) if watch.series_id else title_id
        decayed = share_weight(watch.share) * _decay(watch.at, now)
        weights[show] = max(weights.get(show, FLOOR), decayed)
    for title_id, rating in rated:
        weights[title_id] = weights.get(title_id, 0.0) + rating.value * _decay(rating.at, now)
    return {show: min(CEILING, max(FLOOR, weight)) for show, weight in weights.items()}


def genre_affinity(
    show_weights: Mapping[TitleId, float],
    titles: Mapping[TitleId, Title],
    picks: TopPicks | None,
    favourites: Sequence[str] = (),
) -> dict[str, float]:
    """Genre -> -1..1. Shows missing from `titles` do not count."""
    totals: dict[str, float] = {}
    for show, weight in show_weights.items():
        title = titles.get(show)
        for genre in title.genres if title else ():
            totals[genre] = totals.get(genre, 0.0) + weight / len(title.genres)  # type: ignore[union-attr]
    for place, genre in enumerate(picks.genres if picks else ()):
        totals[genre] = totals.get(genre, 0.0) + 1.0 / (1 + place)
    for genre in favourites:
        totals[genre] = totals.get(genre, 0.0) + 1.0
    greatest = max(map(abs, totals.values()), default=0.0)
    return {genre: weight / greatest for genre, weight in totals.items()} if greatest else {}


def _decay(at: datetime, now: datetime) -> float:
    age = max(0.0, (now - at).total_seconds()) / SECONDS_A_DAY
    return float(2.0 ** (-age / HALF_LIFE_DAYS))
