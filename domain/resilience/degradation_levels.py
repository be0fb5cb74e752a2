"""Chooses how much work a page may cost from measured page times. Clocks are monotonic seconds.

    FULL -> FEWER_ROWS -> NO_RERANK -> CACHED      one step at a time, in both directions

The measure is an exponential moving average. The level gets worse while it is above the target for several pages, and
better while it is well below (hysteresis). A failed trial of a better level doubles the wait for the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class ServiceLevel(StrEnum):
    """Best first."""

    FULL = "full"
    FEWER_ROWS = "fewer_rows"
    NO_RERANK = "no_rerank"
    CACHED = "cached"


LEVELS = tuple(ServiceLevel)
TARGET_SECONDS = 0.5
HALF_LIFE_SECONDS = 1.0
CALM_SHARE = 0.5
"""Of the target."""

WORSE_AFTER_SECONDS = 2.0
WORSE_AFTER_PAGES = 10
"""Above the target. Only the first pages of a store outage are slow, and that is no overload."""

BETTER_AFTER_SECONDS = 4.0
MAX_CALM_SECONDS = 64.0
"""Calm needed before a better level; doubled by each failed trial, up to the maximum."""

IDLE_SECONDS = 10.0
"""Without a page for so long the level is FULL."""


@dataclass(frozen=True, slots=True)
class Load:
    """`average` of page seconds. `is_trial`: the level was tried after calm and has not proved itself."""

    target: float = TARGET_SECONDS
    level: ServiceLevel = ServiceLevel.FULL
    average: float = 0.0
    measured_at: float | None = None
    hot_since: float | None = None
    hot_pages: int = 0
    calm_since: float | None = None
    calm_seconds: float = BETTER_AFTER_SECONDS
    is_trial: bool = False


def level_at(load: Load, now: float) -> ServiceLevel:
    return ServiceLevel.FULL if _is_idle(load, now) else load.level


def record_page(load: Load, seconds: float, now: float) -> Load:
    """`now`: when the page was ready."""
    if load.measured_at is None or _is_idle(load, now):
        fresh = Load(load.target, average=seconds, measured_at=now)
        return _evaluate(fresh, seconds, now)
    # At least a hundredth of a second, or pages of one instant would not count.
    elapsed = max(0.01, now - load.measured_at)
    weight = 1 - 0.5 ** (elapsed / HALF_LIFE_SECONDS)
    average = load.average + weight * (seconds - load.average)
    return _evaluate(replace(load, average=average, measured_at=max(now, load.measured_at)), seconds, now)


def _is_idle(load: Load, now: float) -> bool:
    return load.measured_at is None or now - load.measured_at >= IDLE_SECONDS


def _evaluate(load: Load, seconds: float, now: float) -> Load:
    if load.average > load.target:
        return _evaluate_hot(load, seconds, now)
    load = replace(load, hot_since=None, hot_pages=0)
    if load.average > load.target * CALM_SHARE:
        return replace(load, calm_since=None)
    return _evaluate_calm(load, now)


def _evaluate_hot(load: Load, seconds: float, now: float) -> Load:
    since = now if load.hot_since is None else load.hot_since
    pages = load.hot_pages + (seconds > load.target)
    load = replace(load, hot_since=since, hot_pages=pages, calm_since=None)
    worst = load.level == LEVELS[-1]
    if worst or load.hot_pages < WORSE_AFTER_PAGES or now - since < WORSE_AFTER_SECONDS:
        return load
    calm_seconds = min(load.calm_seconds * 2, MAX_CALM_SECONDS) if load.is_trial else load.calm_seconds
    worse = LEVELS[LEVELS.index(load.level) + 1]
    # The average restarts: only the new level's own pages judge it.
    return Load(load.target, worse, load.target, load.measured_at, calm_seconds=calm_seconds)


def _evaluate_calm(load: Load, now: float) -> Load:
    since = now if load.calm_since is None else load.calm_since
    load = replace(load, calm_since=since)
    if now - since < load.calm_seconds:
        return load
    if load.level == LEVELS[0]:
        # Calm at full service ends the effect of failed trials.
        return replace(load, calm_seconds=BETTER_AFTER_SECONDS, is_trial=False)
    better = LEVELS[LEVELS.index(load.level) - 1]
    return replace(load, level=better, calm_since=None, is_trial=True)
