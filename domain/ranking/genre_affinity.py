"""Which genres a profile leans to right now: its latest evenings first, the night shift's word behind them.

    lean(g) = sum over the latest shows s with genre g of  said(s) 2^(-age / 14 days) / genres of s
            + 1 / (1 + place of g among the night shift's genres)  +  1 if the person named g
    affinity(g) = lean(g) / greatest |lean|, so -1 .. 1

`said` is the table of domain/viewers/interaction_weights.py: finishing 1, an early stop -0.5, a verdict -1 ..
1 on top. The
night shift halves a weight in 60 days; this one in 14, so that this week's taste shows before tonight's run.
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

LATEST = 20
HALF_LIFE_DAYS = 14.0
SECONDS_A_DAY = 86_400.0
HALF_WAY = 10
"""With so much evidence half of what counts is personal."""


def personal_share(evidence: int) -> float:
    """How far a profile's own taste counts against everybody's: n / (n + 10), from 0 towards 1 without a step.

    The weight of n observations against a prior worth ten, as in the Bayesian average.
    """
    return evidence / (evidence + HALF_WAY)


def evidence_of(activity: Activity) -> int:
    """Titles that this profile has watched, or rated."""
    return len(activity.watched) + len(activity.rated)


def latest_shows(activity: Activity, now: datetime) -> dict[TitleId, float]:
    """What the latest things it did say of their shows, faded. Their titles are wanted for `affinity`."""
    watched = nlargest(LATEST, own_watches(activity).items(), key=lambda item: (item[1].at, item[0]))
    rated = nlargest(LATEST, activity.rated.items(), key=lambda item: (item[1].at, item[0]))
    said: dict[TitleId, float] = {}
    for title_id, watch in watched:
        show = TitleId(watch.series_id) if watch.series_id else title_id
        faded = share_weight(watch.share) * _fade(watch.at, now)
        said[show] = max(said.get(show, FLOOR), faded)
    for title_id, rating in rated:
        said[title_id] = said.get(title_id, 0.0) + rating.value * _fade(rating.at, now)
    return {show: min(CEILING, max(FLOOR, weight)) for show, weight in said.items()}


def affinity(
    said: Mapping[TitleId, float],
    titles: Mapping[TitleId, Title],
    picks: TopPicks | None,
    favourites: Sequence[str] = (),
) -> dict[str, float]:
    """Genre -> -1..1. `said` comes from `latest_shows`; shows that are not in `titles` say nothing."""
    lean: dict[str, float] = {}
    for show, weight in said.items():
        title = titles.get(show)
        for genre in title.genres if title else ():
            lean[genre] = lean.get(genre, 0.0) + weight / len(title.genres)  # type: ignore[union-attr]
    for place, genre in enumerate(picks.genres if picks else ()):
        lean[genre] = lean.get(genre, 0.0) + 1.0 / (1 + place)
    for genre in favourites:
        lean[genre] = lean.get(genre, 0.0) + 1.0
    greatest = max(map(abs, lean.values()), default=0.0)
    return {genre: weight / greatest for genre, weight in lean.items()} if greatest else {}


def _fade(at: datetime, now: datetime) -> float:
    age = max(0.0, (now - at).total_seconds()) / SECONDS_A_DAY
    return float(2.0 ** (-age / HALF_LIFE_DAYS))
