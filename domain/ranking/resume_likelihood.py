"""Likelihood that a viewer resumes something now, which places Continue Watching.

Netflix found that recency, progress and hour tell resuming from discovering (Taghavi, Chandrashekar, Baltrunas and
Basilico, "To Be Continued", Netflix Technology Blog, 2016). Their model is trained; the numbers here are ours:

    likelihood = habit * (1 - product over shows of (1 - chance))
    chance     = MAX_CHANCE * stage * 2^(-days since / half life)
    stage      = 0.9 for a series whose last episode was finished, else 0.5 + share watched / 2
    half life  = 10 days for a series, 4 days for a movie
    habit      = 1 at the profile's usual hours, down to MIN_HABIT

Dismissed, disowned, disliked and co-viewed shows do not count, nor do finished movies.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.viewers.activity import Activity
from domain.viewers.continue_watching import ShowProgress, show_progress

MAX_CHANCE = 0.85
NEXT_STAGE = 0.9
SERIES_DAYS = 10.0
MOVIE_DAYS = 4.0
MIN_HABIT = 0.4
HABIT_DAYS = 90
MIN_HABIT_WATCHES = 12
"""With fewer in `HABIT_DAYS` the profile's hours are unknown."""
SPAN_HOURS = 3
"""A watch counts linearly less for hours up to this far away."""


def resume_likelihood(activity: Activity, now: datetime, local_hour: int) -> float:
    """0..1. `local_hour` is 0..23."""
    no_resume = 1.0
    for progress in show_progress(activity, now).values():
        if not progress.household:
            no_resume *= 1.0 - _resume_chance(progress, now)
    return viewing_habit(activity, now, local_hour) * (1.0 - no_resume)


def _resume_chance(progress: ShowProgress, now: datetime) -> float:
    watch = progress.watch
    if not progress.is_open and not watch.series_id:
        return 0.0
    stage = 0.5 + watch.position_share / 2 if progress.is_open else NEXT_STAGE
    days = max(0.0, (now - progress.at) / timedelta(days=1))
    return MAX_CHANCE * stage * float(2.0 ** (-days / (SERIES_DAYS if watch.series_id else MOVIE_DAYS)))


def viewing_habit(activity: Activity, now: datetime, local_hour: int) -> float:
    """MIN_HABIT..1; 1 while unknown."""
    shift = local_hour - now.hour
    hours = [0.0] * 24
    count = 0
    for watch in activity.watched.values():
        if timedelta(0) <= now - watch.at <= timedelta(days=HABIT_DAYS):
            count += 1
            at = (watch.at.hour + shift) % 24
            for away in range(-SPAN_HOURS, SPAN_HOURS + 1):
                hours[(at + away) % 24] += 1 - abs(away) / (SPAN_HOURS + 1)
    if count < MIN_HABIT_WATCHES:
        return 1.0
    return MIN_HABIT + (1 - MIN_HABIT) * hours[local_hour] / max(hours)
