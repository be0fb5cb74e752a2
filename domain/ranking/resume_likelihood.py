"""How likely a viewer is to resume something now, which decides how high Continue Watching stands.

Viewers open the service either to carry on or to discover. Netflix found that how recently and how far a show
was watched, and the hour of the day, tell the two apart, and places the row by that (Taghavi, Chandrashekar,
Baltrunas and Basilico, "To Be Continued", Netflix Technology Blog, 2016). Theirs is a trained model; without
its data ours is a formula of the same signals, whose numbers are our judgement:

    likelihood = habit * (1 - product over shows of (1 - chance))
    chance     = MOST * stage * 2^(-days since / half life)
    stage      = 0.9 for a series whose last episode was finished, else 0.5 + share watched / 2
    half life  = 10 days for a series, 4 days for a movie: a season draws people back longer than a film
    habit      = 1 at the hours at which the profile usually watches, down to QUIET at those it never does

Shows that were dismissed, disowned, disliked or watched only with others do not count, nor finished movies.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.viewers.activity import Activity
from domain.viewers.continue_watching import ShowProgress, latest_by_show

MOST = 0.85
NEXT_STAGE = 0.9
SERIES_DAYS = 10.0
MOVIE_DAYS = 4.0
QUIET = 0.4
HABIT_DAYS = 90
HABIT_LEAST = 12
"""Watches of the last `HABIT_DAYS` below which nothing is known of a profile's hours."""
SPAN_HOURS = 3
"""A watch speaks for its own hour and, less and less, for those up to this far from it."""


def resume_likelihood(activity: Activity, now: datetime, local_hour: int) -> float:
    """0..1. `local_hour` (0..23) is the hour of `now` where the viewer is."""
    unlikely = 1.0
    for standing in latest_by_show(activity, now).values():
        if not standing.household:
            unlikely *= 1.0 - _chance(standing, now)
    return habit(activity, now, local_hour) * (1.0 - unlikely)


def _chance(standing: ShowProgress, now: datetime) -> float:
    watch = standing.watch
    if watch.finished and not watch.series_id:
        return 0.0
    stage = NEXT_STAGE if watch.finished else 0.5 + watch.share / 2
    days = max(0.0, (now - standing.at) / timedelta(days=1))
    return MOST * stage * float(2.0 ** (-days / (SERIES_DAYS if watch.series_id else MOVIE_DAYS)))


def habit(activity: Activity, now: datetime, local_hour: int) -> float:
    """How usual it is for this profile to watch at this hour: QUIET..1, and 1 while too little is known."""
    shift = local_hour - now.hour
    hours = [0.0] * 24
    count = 0
    for watch in activity.watched.values():
        if timedelta(0) <= now - watch.at <= timedelta(days=HABIT_DAYS):
            count += 1
            at = (watch.at.hour + shift) % 24
            for away in range(-SPAN_HOURS, SPAN_HOURS + 1):
                hours[(at + away) % 24] += 1 - abs(away) / (SPAN_HOURS + 1)
    if count < HABIT_LEAST:
        return 1.0
    return QUIET + (1 - QUIET) * hours[local_hour] / max(hours)
