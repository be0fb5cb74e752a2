"""An adaptive concurrency limit with load shedding by priority. All times are seconds.

The rule is Gradient2 of Netflix' concurrency-limits (github.com/Netflix/concurrency-limits): each window of answers
gives a gradient, tolerated over measured seconds; the limit is multiplied by it, gets its square root as headroom,
and is smoothed. Two things differ, because the queue here is an event loop (ADR 0025):

- Gradient2's long average follows a lasting overload. Here the baseline is learnt only from quiet windows: the loop
  is in time and few requests are in flight.
- Answers below `QUICK_SECONDS` never lower the limit: a 2 ms page that takes 8 hurts nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt


class Priority(StrEnum):
    """In the order of shedding."""

    PREFETCH = "prefetch"
    HOME = "home"
    PLAY = "play"
    """Events, ratings, lists, signing in: cheap, and lost when refused."""


SHARES = {Priority.PREFETCH: 0.5, Priority.HOME: 0.8, Priority.PLAY: 1.2}
"""Share of the limit (Netflix, "Prioritized load shedding"). Plays cost a fraction of a page and may exceed it;
prefetches leave half of it to pages.
"""

MIN_LIMIT, IN_TIME_LIMIT, INITIAL_LIMIT, MAX_LIMIT = 6, 16, 30, 200
"""Six keep a processor busy during store calls. While the loop is in time the processor is not the bottleneck, and
refusing does not speed up slow stores: 16 then. 200 is Netflix' maximum.
"""

QUICK_SECONDS, MAX_TOLERATED_SECONDS = 0.25, 1.0
TOLERANCE = 1.5
SMOOTHING = 0.2
WORST_GRADIENT = 0.5
LATE_SECONDS = 0.025
"""Mean delay above which the loop has a queue."""

BASELINE_WEIGHT = 0.2
"""Of one window."""

WARM_UP_ANSWERS = 30
"""The first answers of a process are slow for other reasons."""

MIN_ANSWERS, MIN_WINDOW_SECONDS, MAX_WINDOW_SECONDS = 10, 0.1, 5.0
"""One answer is enough after MAX_WINDOW_SECONDS."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`baseline`: seconds of an answer that did not queue."""

    allowed: float = INITIAL_LIMIT
    floor: int = MIN_LIMIT
    ceiling: int = MAX_LIMIT
    baseline: float | None = None


@dataclass(frozen=True, slots=True)
class SampleWindow:
    """`loop_delay`: mean, of the event loop."""

    mean_seconds: float
    loop_delay: float
    max_in_flight: int


def max_in_flight(limit: Limit, priority: Priority) -> int:
    """Admit a request while fewer are in flight."""
    return max(1, int(limit.allowed * SHARES[priority]))


def is_window_complete(answers: int, seconds: float) -> bool:
    return answers > 0 and (
        seconds >= MAX_WINDOW_SECONDS or (answers >= MIN_ANSWERS and seconds >= MIN_WINDOW_SECONDS)
    )


def update_limit(limit: Limit, window: SampleWindow) -> Limit:
    seconds, in_time = window.mean_seconds + window.loop_delay, window.loop_delay <= LATE_SECONDS
    learnt = limit
    if in_time and window.max_in_flight <= IN_TIME_LIMIT:
        learnt = replace(limit, baseline=_update_baseline(limit.baseline, seconds))
    if window.max_in_flight < limit.allowed * SHARES[Priority.PREFETCH] - 1:
        # The limit was not reached and did not influence these answers.
        return learnt
    gradient = max(WORST_GRADIENT, min(1.0, tolerated_seconds(learnt) / seconds)) if seconds > 0 else 1.0
    target = learnt.allowed * gradient + sqrt(learnt.allowed)
    # Nothing is late: requests are refused needlessly, so do not smooth.
    smoothing = 1.0 if in_time and gradient == 1.0 else SMOOTHING
    allowed = learnt.allowed + smoothing * (target - learnt.allowed)
    floor = min(max(learnt.floor, IN_TIME_LIMIT if in_time else 0), learnt.allowed)
    return replace(learnt, allowed=max(learnt.floor, floor, min(learnt.ceiling, allowed)))


def tolerated_seconds(limit: Limit) -> float:
    """Slower answers lower the limit."""
    return min(MAX_TOLERATED_SECONDS, max(QUICK_SECONDS, TOLERANCE * (limit.baseline or 0.0)))


def _update_baseline(baseline: float | None, seconds: float) -> float:
    return seconds if baseline is None else baseline + BASELINE_WEIGHT * (seconds - baseline)
