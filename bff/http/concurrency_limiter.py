"""Counts and times concurrent requests; domain/resilience/concurrency_limit.py derives the limit.

One process, one event loop, no locks. The loop is the queue, so it is watched too: a heartbeat that is late means
that every ready task waited as long.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from domain.resilience.concurrency_limit import (
    INITIAL_LIMIT,
    MAX_LIMIT,
    MIN_LIMIT,
    WARM_UP_ANSWERS,
    Limit,
    Priority,
    SampleWindow,
    is_window_complete,
    max_in_flight,
    update_limit,
)

HEARTBEAT_SECONDS = 0.05


class ConcurrencyLimiter:
    """`max_limit` caps the limit; 0: requests are counted and never refused."""

    def __init__(self, max_limit: int = MAX_LIMIT, clock: Callable[[], float] = time.monotonic) -> None:
        self._unlimited = max_limit == 0
        ceiling = max_limit or MAX_LIMIT
        self.limit = Limit(float(min(INITIAL_LIMIT, ceiling)), min(MIN_LIMIT, ceiling), ceiling)
        self.in_flight = 0
        self.admitted: Counter[Priority] = Counter()
        self.refused: Counter[Priority] = Counter()
        self._clock = clock
        self._capacities = _capacity_by_priority(self.limit)
        self._warm_up_left = WARM_UP_ANSWERS
        self._heartbeat_due: float | None = None
        self._window_started, self._window_max_in_flight = clock(), 0
        self._answers, self._answer_seconds = 0, 0.0
        self._heartbeats, self._late_seconds = 0, 0.0

    def has_capacity(self, priority: Priority) -> bool:
        return self._unlimited or self.in_flight < self._capacities[priority]

    def enter(self, priority: Priority) -> bool:
        """Take a slot, which `leave` frees; False when none is free."""
        if not self.has_capacity(priority):
            return False
        self.admitted[priority] += 1
        self.in_flight += 1
        self._window_max_in_flight = max(self._window_max_in_flight, self.in_flight)
        return True

    def count_refusal(self, priority: Priority) -> None:
        """Not part of `enter`: a request refused at one priority may enter at another."""
        self.refused[priority] += 1

    def leave(self, seconds: float | None) -> None:
        """`seconds` is the response time; None if it says nothing about load."""
        self.in_flight -= 1
        if seconds is None:
            return
        if self._warm_up_left:
            self._warm_up_left -= 1
            return
        self._answers += 1
        self._answer_seconds += seconds
        now = self._clock()
        if is_window_complete(self._answers, now - self._window_started):
            mean = self._answer_seconds / self._answers
            self.limit = update_limit(
                self.limit,
                SampleWindow(mean, self.loop_lateness(now), self._window_max_in_flight),
            )
            self._capacities = _capacity_by_priority(self.limit)
            self._start_window(now)

    def record_heartbeat(self, late_seconds: float, next_due: float) -> None:
        self._late_seconds += late_seconds
        self._heartbeats += 1
        self._heartbeat_due = next_due

    def loop_lateness(self, now: float) -> float:
        """Mean seconds in this window; an overdue heartbeat counts by itself."""
        overdue = max(0.0, now - self._heartbeat_due) if self._heartbeat_due is not None else 0.0
        return max(overdue, self._late_seconds / self._heartbeats if self._heartbeats else 0.0)

    async def run_heartbeat(self) -> None:
        while True:
            due = self._clock() + HEARTBEAT_SECONDS
            self._heartbeat_due = due
            await asyncio.sleep(HEARTBEAT_SECONDS)
            now = self._clock()
            self.record_heartbeat(max(0.0, now - due), now + HEARTBEAT_SECONDS)

    def collect(self) -> Iterator[Metric]:
        """Prometheus reads the values when it asks: counting must cost a request nothing."""
        yield GaugeMetricFamily(
            "marquee_admission_limit", "Concurrent requests allowed.", value=self.limit.allowed
        )
        yield GaugeMetricFamily("marquee_requests_in_flight", "Concurrent requests.", value=self.in_flight)
        yield GaugeMetricFamily(
            "marquee_loop_lateness_seconds",
            "How late the event loop is.",
            value=self.loop_lateness(self._clock()),
        )
        for name, help_, counts in (
            ("marquee_requests_admitted", "Requests admitted, by priority.", self.admitted),
            ("marquee_requests_refused", "Requests refused, by priority.", self.refused),
        ):
            family = CounterMetricFamily(name, help_, labels=["priority"])
            for priority in Priority:
                family.add_metric([priority], counts[priority])
            yield family

    def _start_window(self, now: float) -> None:
        self._window_started = now
        self._answers, self._answer_seconds = 0, 0.0
        self._heartbeats, self._late_seconds = 0, 0.0
        self._window_max_in_flight = self.in_flight


def _capacity_by_priority(limit: Limit) -> dict[Priority, int]:
    return {priority: max_in_flight(limit, priority) for priority in Priority}
