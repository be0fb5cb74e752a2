"""How many requests may be under way at once, found from how long they take; and who is turned away first.

The rule is Gradient2 of Netflix' concurrency-limits (github.com/Netflix/concurrency-limits): each window of answers
gives a gradient, what is tolerated over what was measured; the limit is multiplied by it and given the square
root of itself as headroom, smoothed. Two things differ, because here the queue is an event loop (ADR 0025):

- Gradient2's long average follows an overload that lasts, so its limit drifts up to the ceiling. Here what is
  usual is only learnt from quiet windows: the loop was in time, so nobody queued for the processor, and so few were
  under way that few queued at the stores.
- Below `QUICK` nobody is turned away, whatever the gradient: a page of 2 ms that takes 8 hurts no one.

Pure: windows and their clock come from whoever counts (bff/http/concurrency_limiter.py). All times are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt


class Priority(StrEnum):
    """What a request is for, first to be turned away first."""

    PREFETCH = "prefetch"
    HOME = "home"
    PLAY = "play"
    """What somebody did: events, ratings, lists, signing in. Cheap, and lost for good when refused."""


SHARES = {Priority.PREFETCH: 0.5, Priority.HOME: 0.8, Priority.PLAY: 1.2}
"""How full the limit may be for one more of the kind: pages never take the last places from players, who may
go over it since they cost a fraction of a page, and whatever is only fetched in advance never takes the second half
from pages (after Netflix, "Prioritized load shedding")."""

FLOOR, CALM, START, CEILING = 6, 16, 30, 200
"""Six keep a processor busy through the waits of its store calls and leave room for shares. While the loop is in
time the processor is not what is short, and refusing makes slow stores no faster: 16 are let in then. 200 is the
ceiling of Netflix."""

QUICK, MOST_TOLERATED = 0.25, 1.0
TOLERANCE = 1.5
SMOOTHING = 0.2
WORST_GRADIENT = 0.5
LATE = 0.025
"""A loop that is later than this, on average, has a queue."""

LEARNING = 0.2
"""Weight of one window in what a quiet service takes."""

WARM_UP = 30
"""The first answers of a process are slow for reasons of their own: they are not measured."""

ENOUGH, SHORTEST, LONGEST = 10, 0.1, 5.0
"""A window has at least so many answers and seconds; a quiet service closes one after LONGEST with what it has."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`allowed` requests under way; `usual` seconds of an answer that did not queue, None before one was seen."""

    allowed: float = START
    floor: int = FLOOR
    ceiling: int = CEILING
    usual: float | None = None


@dataclass(frozen=True, slots=True)
class SampleWindow:
    """What was measured between two looks: answers, their mean seconds, the loop's mean lateness, and the most
    requests that were under way at once."""

    answers: int
    mean: float
    lateness: float
    most: int


def room(limit: Limit, priority: Priority) -> int:
    """A request of this priority is let in while fewer than so many are under way."""
    return max(1, int(limit.allowed * SHARES[priority]))


def is_whole(answers: int, seconds: float) -> bool:
    """Whether a window that has lasted so long may be judged."""
    return answers > 0 and (seconds >= LONGEST or (answers >= ENOUGH and seconds >= SHORTEST))


def learnt(limit: Limit, window: SampleWindow) -> Limit:
    """The limit after one more window."""
    seconds, in_time = window.mean + window.lateness, window.lateness <= LATE
    known = replace(limit, usual=_usual(limit.usual, seconds)) if in_time and window.most <= CALM else limit
    if window.most < limit.allowed * SHARES[Priority.PREFETCH] - 1:
        # Nobody came near the limit, so its size was not what answers took their time from.
        return known
    gradient = max(WORST_GRADIENT, min(1.0, tolerated(known) / seconds)) if seconds > 0 else 1.0
    wanted = known.allowed * gradient + sqrt(known.allowed)
    # Where neither loop nor answers are late, somebody is turned away for nothing: no smoothing then.
    smoothing = 1.0 if in_time and gradient == 1.0 else SMOOTHING
    allowed = known.allowed + smoothing * (wanted - known.allowed)
    floor = min(max(known.floor, CALM if in_time else 0), known.allowed)
    return replace(known, allowed=max(known.floor, floor, min(known.ceiling, allowed)))


def tolerated(limit: Limit) -> float:
    """Seconds that an answer may take, on average, before fewer are let in."""
    return min(MOST_TOLERATED, max(QUICK, TOLERANCE * (limit.usual or 0.0)))


def _usual(known: float | None, seconds: float) -> float:
    return seconds if known is None else known + LEARNING * (seconds - known)
