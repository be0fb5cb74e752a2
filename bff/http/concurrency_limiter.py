"""Who is let in: requests under way are counted and timed, and domain/resilience/concurrency_limit.py draws
its limit from that.

State of one process and one event loop, without locks. The loop is that process's queue, so it is watched too: a
heartbeat that comes late by a tenth of a second says that everything that is ready waited as long.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from domain.resilience.concurrency_limit import (
    CEILING,
    FLOOR,
    START,
    WARM_UP,
    Limit,
    Priority,
    SampleWindow,
    is_whole,
    learnt,
    room,
)

HEARTBEAT_SECONDS = 0.05


class ConcurrencyLimiter:
    """`most` requests at once is the ceiling of the limit; 0 lets everybody in and only counts."""

    def __init__(self, most: int = CEILING, clock: Callable[[], float] = time.monotonic) -> None:
        self._unlimited = most == 0
        ceiling = most or CEILING
        self.limit = Limit(float(min(START, ceiling)), min(FLOOR, ceiling), ceiling)
        self.in_flight = 0
        self.admitted: Counter[Priority] = Counter()
        self.refused: Counter[Priority] = Counter()
        self._clock = clock
        self._rooms = _rooms(self.limit)
        self._to_warm_up = WARM_UP
        self._due: float | None = None
        self._window_began, self._most = clock(), 0
        self._answers, self._seconds = 0, 0.0
        self._beats, self._late = 0, 0.0

    def has_room(self, priority: Priority) -> bool:
        return self._unlimited or self.in_flight < self._rooms[priority]

    def enter(self, priority: Priority) -> bool:
        """Take a place, which `leave` gives back; False when there is none for this priority."""
        if not self.has_room(priority):
            return False
        self.admitted[priority] += 1
        self.in_flight += 1
        self._most = max(self._most, self.in_flight)
        return True

    def turn_away(self, priority: Priority) -> None:
        """Count a refusal. Apart from `enter`: a request that is refused as one thing may get in as another."""
        self.refused[priority] += 1

    def leave(self, seconds: float | None) -> None:
        """Give the place back. `seconds` is how long the answer took, None for what says nothing about load."""
        self.in_flight -= 1
        if seconds is None:
            return
        if self._to_warm_up:
            self._to_warm_up -= 1
            return
        self._answers += 1
        self._seconds += seconds
        now = self._clock()
        if is_whole(self._answers, now - self._window_began):
            mean = self._seconds / self._answers
            self.limit = learnt(self.limit, SampleWindow(self._answers, mean, self.lateness(now), self._most))
            self._rooms = _rooms(self.limit)
            self._begin_window(now)

    def beat(self, late: float, due: float) -> None:
        """The heart beat, `late` seconds after it was due; the next one is `due`."""
        self._late += late
        self._beats += 1
        self._due = due

    def lateness(self, now: float) -> float:
        """Mean seconds that the loop was late in this window; a beat that is overdue counts by itself."""
        overdue = max(0.0, now - self._due) if self._due is not None else 0.0
        return max(overdue, self._late / self._beats if self._beats else 0.0)

    async def watch_loop(self) -> None:
        """The heartbeat; runs until it is cancelled."""
        while True:
            due = self._clock() + HEARTBEAT_SECONDS
            self._due = due
            await asyncio.sleep(HEARTBEAT_SECONDS)
            now = self._clock()
            self.beat(max(0.0, now - due), now + HEARTBEAT_SECONDS)

    def collect(self) -> Iterator[Metric]:
        """For Prometheus, read when it asks: counting must cost a request nothing."""
        yield GaugeMetricFamily(
            "marquee_admission_limit", "Requests that may be under way.", value=self.limit.allowed
        )
        yield GaugeMetricFamily("marquee_requests_in_flight", "Requests under way.", value=self.in_flight)
        yield GaugeMetricFamily(
            "marquee_loop_lateness_seconds", "How late the event loop is.", value=self.lateness(self._clock())
        )
        for name, help_, counts in (
            ("marquee_requests_admitted", "Requests let in, by priority.", self.admitted),
            ("marquee_requests_refused", "Requests turned away as too many, by priority.", self.refused),
        ):
            family = CounterMetricFamily(name, help_, labels=["priority"])
            for priority in Priority:
                family.add_metric([priority], counts[priority])
            yield family

    def _begin_window(self, now: float) -> None:
        self._window_began = now
        self._answers, self._seconds = 0, 0.0
        self._beats, self._late = 0, 0.0
        self._most = self.in_flight


def _rooms(limit: Limit) -> dict[Priority, int]:
    return {priority: room(limit, priority) for priority in Priority}
