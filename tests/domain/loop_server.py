"""A server with one event loop on one processor, on a clock of its own: for trying rules of admission.

Every request is a chain of pieces of processor time with waits for stores between them. Ready pieces queue
first come first served, as in asyncio. Refusing costs a little of the same processor, and a heartbeat measures how
late the loop is.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from domain.resilience.concurrency_limit import (
    WARM_UP_ANSWERS,
    Limit,
    Priority,
    SampleWindow,
    is_window_complete,
    max_in_flight,
    update_limit,
)

HEARTBEAT = 0.05
REFUSING = 0.00005


@dataclass(frozen=True, slots=True)
class Work:
    """What one request costs: processor seconds in all, pieces, and the wait for stores between two of them.

    `store` is how long one such wait keeps the store busy, which does one thing at a time.
    """

    cpu: float
    pieces: int
    wait: float
    store: float = 0.0

    @property
    def alone(self) -> float:
        """Seconds of an answer on an idle server."""
        return self.cpu + self.wait * (self.pieces - 1)


@dataclass(slots=True)
class Seen:
    """What came of the requests of one priority: arrival and seconds of each answer, arrivals refused, waits."""

    answered: list[tuple[float, float]] = field(default_factory=list)
    refused: list[tuple[float, float]] = field(default_factory=list)


class LoopServer:
    """Runs requests that `arrivals` yields as (instant, priority, work). `limited=False` admits every request."""

    def __init__(self, limited: bool = True, limit: Limit | None = None) -> None:
        self.limit = limit or Limit()
        self.limits: list[tuple[float, float]] = []
        self.seen = {priority: Seen() for priority in Priority}
        self._limited = limited
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._ready: deque[tuple[float, float, Callable[[], None]]] = deque()
        self._running = False
        self.now = 0.0
        self._in_flight = self._most = self._answers = 0
        self._warm = WARM_UP_ANSWERS
        self._sum = self._window_began = 0.0
        self._late: list[float] = []
        self._due = 0.0
        self._store_free_at = 0.0

    def run(self, arrivals: Iterator[tuple[float, Priority, Work]], seconds: float) -> None:
        self._after(0.0, self._beat)
        self._next(arrivals)
        while self._events and self._events[0][0] < seconds:
            self.now, _, happen = heapq.heappop(self._events)
            happen()

    def _next(self, arrivals: Iterator[tuple[float, Priority, Work]]) -> None:
        coming = next(arrivals, None)
        if coming is None:
            return
        at, priority, work = coming

        def arrive() -> None:
            self._queue(REFUSING, lambda: self._look(at, priority, work))
            self._next(arrivals)

        self._after(at - self.now, arrive)

    def _look(self, at: float, priority: Priority, work: Work) -> None:
        if self._limited and self._in_flight >= max_in_flight(self.limit, priority):
            self.seen[priority].refused.append((at, self.now - at))
            return
        self._in_flight += 1
        self._most = max(self._most, self._in_flight)
        self._piece(self.now, at, priority, work, work.pieces)

    def _piece(self, began: float, at: float, priority: Priority, work: Work, left: int) -> None:
        def done() -> None:
            if left > 1:
                self._store_free_at = max(self._store_free_at, self.now) + work.store
                wait = max(work.wait, self._store_free_at - self.now)
                self._after(wait, lambda: self._piece(began, at, priority, work, left - 1))
            else:
                self._answer(began, at, priority)

        self._queue(work.cpu / work.pieces, done)

    def _answer(self, began: float, at: float, priority: Priority) -> None:
        self._in_flight -= 1
        self.seen[priority].answered.append((at, self.now - at))
        if self._warm:
            self._warm -= 1
            return
        self._answers += 1
        self._sum += self.now - began
        if is_window_complete(self._answers, self.now - self._window_began):
            window = SampleWindow(self._sum / self._answers, self._lateness(), self._most)
            self.limit = update_limit(self.limit, window)
            self.limits.append((self.now, self.limit.allowed))
            self._answers, self._sum, self._window_began = 0, 0.0, self.now
            self._most, self._late = self._in_flight, []

    def _lateness(self) -> float:
        overdue = max(0.0, self.now - self._due)
        return max(overdue, sum(self._late) / len(self._late) if self._late else 0.0)

    def _beat(self) -> None:
        due = self._due = self.now

        def beaten() -> None:
            self._late.append(self.now - due)
            self._due = self.now + HEARTBEAT
            self._after(HEARTBEAT, self._beat)

        self._queue(0.0, beaten)

    def _queue(self, seconds: float, done: Callable[[], None]) -> None:
        self._ready.append((self.now, seconds, done))
        if not self._running:
            self._run_next()

    def _run_next(self) -> None:
        if not self._ready:
            self._running = False
            return
        self._running = True
        _, seconds, done = self._ready.popleft()

        def finished() -> None:
            done()
            self._run_next()

        self._after(seconds, finished)

    def _after(self, seconds: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._order), happen))


def poisson(
    seed: int, loads: dict[Priority, tuple[float, Work]], begins: float = 0.0
) -> Iterator[tuple[float, Priority, Work]]:
    """Arrivals without end: `loads` gives requests a second and what one of them costs."""
    chance = random.Random(seed)
    priorities, rates = list(loads), [rate for rate, _ in loads.values()]
    at = begins
    while True:
        at += chance.expovariate(sum(rates))
        [priority] = chance.choices(priorities, rates)
        yield at, priority, loads[priority][1]
