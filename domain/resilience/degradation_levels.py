"""How much a page may cost while the service is overloaded: chosen from measured page times.

    FULL -> FEWER_ROWS -> NO_RERANK -> CACHED      one step at a time, in both directions

The measure is an average of page times in which what is a second old counts half (`HALF_LIFE`). It gets
worse when the average stays above the target over several pages, so that one slow page decides nothing, and
better when it stays well below (hysteresis). A better level that could not be held is tried again later each
time. Pure: the clock is an argument, monotonic seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class ServiceLevel(StrEnum):
    """What pages are like, best first."""

    FULL = "full"
    FEWER_ROWS = "fewer_rows"
    NO_RERANK = "no_rerank"
    CACHED = "cached"


LEVELS = tuple(ServiceLevel)
TARGET_SECONDS = 0.5
HALF_LIFE = 1.0
CALM = 0.5
"""Share of the target below which pages count as quick."""

WORSE_AFTER = 2.0
PAGES = 10
"""For so many seconds the average is above the target, and so many pages are, before a worse level is taken. The
first pages of an outage wait for a dead store and are slow, those after them are not: that is no overload."""

BETTER_AFTER = 4.0
MOST_PATIENT = 64.0
"""Seconds of calm before a better level is tried: the first, doubled after each failed try, up to this."""

IDLE = 10.0
"""Without a page for so many seconds the service is taken to be well."""


@dataclass(frozen=True, slots=True)
class Load:
    """`average` page seconds, as of `measured_at`. `hot_since` and `calm_since` are None while it is neither.

    `patience` is how long calm must last before the next better level; `tried` says that this level is a try.
    """

    target: float = TARGET_SECONDS
    level: ServiceLevel = ServiceLevel.FULL
    average: float = 0.0
    measured_at: float | None = None
    hot_since: float | None = None
    hot_pages: int = 0
    calm_since: float | None = None
    patience: float = BETTER_AFTER
    tried: bool = False


def level_at(load: Load, now: float) -> ServiceLevel:
    return ServiceLevel.FULL if _is_idle(load, now) else load.level


def measured(load: Load, seconds: float, now: float) -> Load:
    """After a page that took `seconds` and was ready at `now`."""
    if load.measured_at is None or _is_idle(load, now):
        fresh = Load(load.target, average=seconds, measured_at=now)
        return _judged(fresh, seconds, now)
    # Pages of one instant share it: each moves the average as if a hundredth of a second had passed.
    elapsed = max(0.01, now - load.measured_at)
    weight = 1 - 0.5 ** (elapsed / HALF_LIFE)
    average = load.average + weight * (seconds - load.average)
    return _judged(replace(load, average=average, measured_at=max(now, load.measured_at)), seconds, now)


def _is_idle(load: Load, now: float) -> bool:
    return load.measured_at is None or now - load.measured_at >= IDLE


def _judged(load: Load, seconds: float, now: float) -> Load:
    if load.average > load.target:
        return _hot(load, seconds, now)
    load = replace(load, hot_since=None, hot_pages=0)
    if load.average > load.target * CALM:
        return replace(load, calm_since=None)
    return _calm(load, now)


def _hot(load: Load, seconds: float, now: float) -> Load:
    since = now if load.hot_since is None else load.hot_since
    pages = load.hot_pages + (seconds > load.target)
    load = replace(load, hot_since=since, hot_pages=pages, calm_since=None)
    worst = load.level == LEVELS[-1]
    if worst or load.hot_pages < PAGES or now - since < WORSE_AFTER:
        return load
    patience = min(load.patience * 2, MOST_PATIENT) if load.tried else load.patience
    worse = LEVELS[LEVELS.index(load.level) + 1]
    # The new level is judged by its own pages, not by what was slow before it.
    return Load(load.target, worse, load.target, load.measured_at, patience=patience)


def _calm(load: Load, now: float) -> Load:
    since = now if load.calm_since is None else load.calm_since
    load = replace(load, calm_since=since)
    if now - since < load.patience:
        return load
    if load.level == LEVELS[0]:
        # A whole spell of calm at full service: what was learnt about failed tries is forgotten.
        return replace(load, patience=BETTER_AFTER, tried=False)
    better = LEVELS[LEVELS.index(load.level) - 1]
    return replace(load, level=better, calm_since=None, tried=True)
