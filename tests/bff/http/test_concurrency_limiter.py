"""The concurrency limiter: capacity by priority, sample windows, metrics."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from bff.http.concurrency_limiter import HEARTBEAT_SECONDS, ConcurrencyLimiter
from domain.resilience.concurrency_limit import INITIAL_LIMIT, MIN_ANSWERS, WARM_UP_ANSWERS, Priority

PREFETCH, HOME, PLAY = Priority.PREFETCH, Priority.HOME, Priority.PLAY


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def fill(limiter: ConcurrencyLimiter, priority: Priority) -> int:
    """How many of a priority get in one after the other, none leaving."""
    count = 0
    while count < 1000 and limiter.enter(priority):
        count += 1
    return count


def answer(limiter: ConcurrencyLimiter, clock: Clock, times: int, seconds: float, at_once: int) -> None:
    """`at_once` requests enter, the clock moves, they leave; over and over."""
    for _ in range(times):
        for _ in range(at_once):
            limiter.enter(PLAY)
        clock.now += seconds
        for _ in range(at_once):
            limiter.leave(seconds)


def test_each_priority_gets_in_up_to_its_share_of_what_is_under_way(clock: Clock) -> None:
    limiter = ConcurrencyLimiter(clock=clock)
    assert fill(limiter, PREFETCH) == INITIAL_LIMIT // 2
    assert fill(limiter, HOME) == int(INITIAL_LIMIT * 0.8) - INITIAL_LIMIT // 2
    assert fill(limiter, PLAY) == int(INITIAL_LIMIT * 1.2) - int(INITIAL_LIMIT * 0.8)
    assert not limiter.has_capacity(HOME)


def test_a_released_slot_is_free_again(clock: Clock) -> None:
    limiter = ConcurrencyLimiter(clock=clock)
    fill(limiter, HOME)
    limiter.leave(None)
    assert (fill(limiter, HOME), limiter.in_flight) == (1, int(INITIAL_LIMIT * 0.8))


def test_the_first_answers_of_a_process_teach_nothing(clock: Clock) -> None:
    limiter = ConcurrencyLimiter(clock=clock)
    answer(limiter, clock, times=2, seconds=3.0, at_once=WARM_UP_ANSWERS // 2)
    assert (limiter.limit.allowed, limiter.limit.baseline) == (INITIAL_LIMIT, None)


def warm(clock: Clock, most: int = 200) -> ConcurrencyLimiter:
    limiter = ConcurrencyLimiter(most, clock)
    answer(limiter, clock, times=2, seconds=0.0, at_once=WARM_UP_ANSWERS // 2)
    return limiter


def test_full_windows_of_quick_answers_widen_the_limit(clock: Clock) -> None:
    limiter = warm(clock)
    answer(limiter, clock, times=4, seconds=0.2, at_once=30)
    assert limiter.limit.allowed > INITIAL_LIMIT + 4 * INITIAL_LIMIT**0.5


def test_slow_answers_narrow_it_while_the_loop_is_late(clock: Clock) -> None:
    limiter = warm(clock)
    for _ in range(40):
        limiter.record_heartbeat(late_seconds=0.5, next_due=clock.now + 60)
        answer(limiter, clock, times=1, seconds=1.0, at_once=20)
    assert limiter.limit.allowed < 9
    assert limiter.limit.baseline is None


def test_refusals_and_errors_teach_nothing(clock: Clock) -> None:
    limiter = warm(clock)
    for _ in range(10 * MIN_ANSWERS):
        limiter.enter(HOME)
        clock.now += 1.0
        limiter.leave(None)
    assert (limiter.limit.allowed, limiter.limit.baseline) == (INITIAL_LIMIT, None)


def test_an_overdue_heartbeat_counts_before_it_comes(clock: Clock) -> None:
    limiter = ConcurrencyLimiter(clock=clock)
    assert limiter.loop_lateness(clock.now) == 0.0
    limiter.record_heartbeat(late_seconds=0.01, next_due=clock.now + HEARTBEAT_SECONDS)
    limiter.record_heartbeat(late_seconds=0.03, next_due=clock.now + HEARTBEAT_SECONDS)
    assert limiter.loop_lateness(clock.now) == pytest.approx(0.02)
    assert limiter.loop_lateness(clock.now + HEARTBEAT_SECONDS + 0.4) == pytest.approx(0.4)


async def test_the_heartbeat_tells_of_a_loop_that_was_held_up(clock: Clock) -> None:
    limiter = ConcurrencyLimiter(clock=clock)
    watching = asyncio.create_task(limiter.run_heartbeat())
    await asyncio.sleep(0)
    clock.now += HEARTBEAT_SECONDS + 0.7
    assert limiter.loop_lateness(clock.now) == pytest.approx(0.7)
    watching.cancel()


def test_no_request_is_refused_without_a_limit(clock: Clock) -> None:
    assert fill(ConcurrencyLimiter(0, clock), PREFETCH) == 1000


def test_a_low_ceiling_holds_from_the_start(clock: Clock) -> None:
    assert fill(ConcurrencyLimiter(5, clock), HOME) == 4


def test_metrics_show_the_limit_and_the_refused_requests(clock: Clock) -> None:
    limiter = ConcurrencyLimiter(clock=clock)
    fill(limiter, PREFETCH)
    limiter.count_refusal(PREFETCH)
    limiter.enter(PLAY)
    registry = CollectorRegistry()
    registry.register(limiter)
    lines = generate_latest(registry).decode().splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "marquee_admission_limit 30.0",
        "marquee_requests_in_flight 16.0",
        "marquee_loop_lateness_seconds 0.0",
        'marquee_requests_admitted_total{priority="prefetch"} 15.0',
        'marquee_requests_admitted_total{priority="home"} 0.0',
        'marquee_requests_admitted_total{priority="play"} 1.0',
        'marquee_requests_refused_total{priority="prefetch"} 1.0',
        'marquee_requests_refused_total{priority="home"} 0.0',
        'marquee_requests_refused_total{priority="play"} 0.0',
    ]
