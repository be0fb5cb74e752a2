"""Start times of a profile's sessions."""

from __future__ import annotations

from bisect import bisect
from functools import cache
from itertools import accumulate
from math import ceil
from random import Random

from batch.sample.viewers import Habits, SimulationPeriod
from domain.viewers.profiles import Profile

VIEWINGS_PER_SESSION = 1.25
"""Measured mean; converts viewings to sessions."""

_DAYS = {
    "evening": (1.0, 1.0, 1.0, 1.0, 1.2, 1.5, 1.4),
    "late": (1.0, 1.0, 1.0, 1.1, 1.6, 1.6, 1.0),
    "day": (1.2, 1.2, 1.2, 1.2, 1.0, 0.9, 0.9),
    "weekend": (0.3, 0.2, 0.2, 0.3, 1.0, 5.0, 2.0),
    "kids": (0.9, 0.9, 1.1, 0.9, 1.2, 1.8, 1.8),
}
"""Monday to Sunday."""

_HOURS = {
    "evening": {17: 1, 18: 2, 19: 5, 20: 9, 21: 8, 22: 4, 23: 1},
    "late": {0: 4, 1: 2, 20: 2, 21: 4, 22: 7, 23: 7},
    "day": {9: 2, 10: 3, 11: 3, 12: 4, 13: 5, 14: 4, 15: 3, 16: 2, 20: 2},
    "weekend": {10: 2, 11: 2, 14: 4, 15: 4, 16: 3, 19: 4, 20: 7, 21: 6, 22: 3},
    "kids": {6: 2, 7: 4, 8: 3, 12: 1, 15: 2, 16: 5, 17: 6, 18: 5, 19: 1},
}
"""By local hour."""


def session_starts(random: Random, profile: Profile, habits: Habits, period: SimulationPeriod) -> list[float]:
    """Sorted, in seconds since 1970."""
    sessions = ceil(habits.viewings / VIEWINGS_PER_SESSION) if habits.viewings > 0 else 0
    earliest = max(period.start, profile.created_at).timestamp()
    first_day = period.start.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    until = period.until.timestamp()
    days = _day_weights(habits.rhythm, period.start.weekday(), period.days + 1)
    hours, hour_weights = _hour_weights(habits.rhythm)
    starts: list[float] = []
    for _ in range(sessions):
        day = bisect(days, random.random() * days[-1])
        hour = hours[bisect(hour_weights, random.random() * hour_weights[-1])]
        at = first_day + day * 86_400 + (hour + random.random()) * 3_600 - habits.utc_offset_minutes * 60
        if not earliest <= at < until:
            at = earliest + random.random() * (until - earliest)
        starts.append(round(at, 3))
    return sorted(starts)


@cache
def _day_weights(rhythm: str, first_weekday: int, days: int) -> list[float]:
    """Cumulative. The last day weighs a fifth more than the first."""
    return list(
        accumulate(_DAYS[rhythm][(first_weekday + day) % 7] * (0.9 + 0.2 * day / days) for day in range(days))
    )


@cache
def _hour_weights(rhythm: str) -> tuple[tuple[int, ...], list[float]]:
    hours = _HOURS[rhythm]
    return tuple(hours), list(accumulate(float(weight) for weight in hours.values()))
