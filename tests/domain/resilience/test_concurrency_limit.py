"""Admitted requests: the rule window by window, then against a server with one loop on a virtual clock."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.resilience.concurrency_limit import (
    IN_TIME_LIMIT,
    LATE_SECONDS,
    MAX_LIMIT,
    MIN_LIMIT,
    QUICK_SECONDS,
    Limit,
    Priority,
    SampleWindow,
    is_window_complete,
    max_in_flight,
    tolerated_seconds,
    update_limit,
)
from tests.domain.loop_server import LoopServer, Work, poisson

PREFETCH, HOME, PLAY = Priority.PREFETCH, Priority.HOME, Priority.PLAY
LATER = LATE_SECONDS + 0.001
FULL = SampleWindow(mean_seconds=0.05, loop_delay=0.0, max_in_flight=30)
"""Quick answers, and a limit that is used."""


def test_each_priority_finds_room_up_to_its_share() -> None:
    assert [max_in_flight(Limit(20), one) for one in Priority] == [10, 16, 24]
    assert [max_in_flight(Limit(MIN_LIMIT), one) for one in Priority] == [3, 4, 7]


def test_the_smallest_limit_still_lets_one_of_each_in() -> None:
    assert [max_in_flight(Limit(1, floor=1), one) for one in Priority] == [1, 1, 1]


def test_a_window_needs_ten_answers_and_a_tenth_of_a_second_or_five_seconds() -> None:
    assert is_window_complete(10, 0.1)
    assert not is_window_complete(9, 4.9)
    assert not is_window_complete(1000, 0.09)
    assert is_window_complete(1, 5.0)
    assert not is_window_complete(0, 60.0)


def test_quick_answers_in_time_widen_a_limit_in_use_by_its_root() -> None:
    assert update_limit(Limit(25.0), FULL).allowed == 25 + sqrt(25)


def test_quick_answers_of_a_late_loop_widen_it_by_a_fifth_of_that() -> None:
    assert update_limit(Limit(25.0), replace(FULL, loop_delay=LATER)).allowed == pytest.approx(
        25 + 0.2 * sqrt(25)
    )


def test_slow_answers_narrow_it_by_what_is_tolerated_over_what_was_measured() -> None:
    slow = replace(FULL, mean_seconds=QUICK_SECONDS / 0.8 - LATER, loop_delay=LATER, max_in_flight=25)
    after = update_limit(Limit(25.0, baseline=0.01), slow)
    assert after.allowed == pytest.approx(25 + 0.2 * (25 * 0.8 + sqrt(25) - 25))


def test_one_window_never_takes_more_than_a_tenth() -> None:
    after = update_limit(Limit(100.0, baseline=0.01), replace(FULL, mean_seconds=60.0, max_in_flight=100))
    assert after.allowed == pytest.approx(100 + 0.2 * (50 + 10 - 100))
    assert after.allowed >= 90


def test_a_limit_that_the_load_never_came_near_stays_as_it_is() -> None:
    for mean in (0.001, 5.0):
        assert update_limit(Limit(40.0), SampleWindow(mean, 0.0, max_in_flight=18)).allowed == 40.0


def limit_after_many(window: SampleWindow) -> float:
    limit = Limit()
    for _ in range(500):
        limit = update_limit(limit, window)
    return limit.allowed


def test_floor_and_ceiling_hold_and_the_floor_is_higher_while_the_loop_is_in_time() -> None:
    assert limit_after_many(SampleWindow(9.0, 1.0, max_in_flight=200)) == MIN_LIMIT
    assert limit_after_many(SampleWindow(9.0, 0.0, max_in_flight=200)) == IN_TIME_LIMIT
    assert limit_after_many(replace(FULL, max_in_flight=200)) == MAX_LIMIT


def test_a_loop_in_time_again_widens_a_narrow_limit_by_its_rule_and_not_at_a_stroke() -> None:
    after = update_limit(Limit(8.0), SampleWindow(5.0, 0.0, max_in_flight=8))
    assert 8.0 <= after.allowed < 9.0


def test_what_is_usual_is_learnt_only_from_quiet_windows() -> None:
    known = Limit(baseline=0.2)
    assert update_limit(
        known, SampleWindow(0.6, LATE_SECONDS, max_in_flight=IN_TIME_LIMIT)
    ).baseline == pytest.approx(0.2 + 0.2 * (0.6 + LATE_SECONDS - 0.2))
    assert update_limit(known, SampleWindow(0.6, LATER, max_in_flight=IN_TIME_LIMIT)).baseline == 0.2
    assert (
        update_limit(known, SampleWindow(0.6, LATE_SECONDS, max_in_flight=IN_TIME_LIMIT + 1)).baseline == 0.2
    )
    assert update_limit(Limit(), SampleWindow(0.3, 0.0, max_in_flight=1)).baseline == 0.3


def test_slow_stores_are_tolerated_once_they_are_usual_up_to_a_second() -> None:
    assert [tolerated_seconds(Limit(baseline=usual)) for usual in (None, 0.1, 0.5, 3.0)] == [
        QUICK_SECONDS,
        QUICK_SECONDS,
        0.75,
        1.0,
    ]


@given(
    allowed=st.floats(MIN_LIMIT, MAX_LIMIT),
    mean=st.floats(0.0, 100.0),
    lateness=st.floats(0.0, 10.0),
    most=st.integers(0, 1000),
)
def test_a_limit_stays_within_bounds_and_moves_by_steps(
    allowed: float, mean: float, lateness: float, most: int
) -> None:
    after = update_limit(Limit(allowed), SampleWindow(mean, lateness, most)).allowed
    assert MIN_LIMIT <= after <= MAX_LIMIT
    assert allowed * 0.9 <= after <= allowed + sqrt(allowed)


SECONDS, SETTLED = 60.0, 30.0
MIX = {PREFETCH: 0.45, HOME: 0.5, PLAY: 0.05}


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def served(load: float, work: Work, seed: int, limited: bool = True) -> LoopServer:
    """`load` times what the processor can do of this work; a play costs a fifth of a page."""
    play = replace(work, cpu=work.cpu / 5, pieces=min(work.pieces, 2))
    cost = sum(share * (play if one == PLAY else work).cpu for one, share in MIX.items())
    rate = load / cost
    server = LoopServer(limited)
    loads = {one: (rate * share, play if one == PLAY else work) for one, share in MIX.items()}
    server.run(poisson(seed, loads), SECONDS)
    return server


def settled(pairs: list[tuple[float, float]], until: float = SECONDS) -> list[float]:
    return [seconds for at, seconds in pairs if SETTLED <= at < until]


def goodput(server: LoopServer, work: Work) -> float:
    """Processor time spent on answers within a second, of all there was."""
    spent = 0.0
    for one, seen in server.seen.items():
        cost = work.cpu / 5 if one == PLAY else work.cpu
        spent += cost * sum(seconds <= 1.0 for seconds in settled(seen.answered))
    return spent / (SECONDS - SETTLED)


def shed(server: LoopServer, priority: Priority) -> float:
    seen = server.seen[priority]
    refused = len(settled(seen.refused))
    return refused / max(1, refused + len(settled(seen.answered)))


WORKS = st.builds(Work, cpu=st.floats(0.004, 0.06), pieces=st.integers(1, 6), wait=st.floats(0.0, 0.02))


@settings(max_examples=10)
@given(work=WORKS, seed=st.integers(0, 10_000))
def test_at_three_times_capacity_pages_stay_quick_and_the_processor_stays_useful(
    work: Work, seed: int
) -> None:
    server = served(3.0, work, seed)
    answers = [seconds for one in Priority for seconds in settled(server.seen[one].answered, SECONDS - 1)]
    assert goodput(server, work) >= 0.8
    assert quantile(answers, 0.99) <= 1.0
    assert shed(server, PREFETCH) >= shed(server, HOME) >= shed(server, PLAY)
    assert shed(server, PREFETCH) >= 0.75
    assert shed(server, PLAY) <= 0.1


@settings(max_examples=10)
@given(work=WORKS, seed=st.integers(0, 10_000))
def test_below_capacity_hardly_any_request_is_refused(work: Work, seed: int) -> None:
    server = served(0.6, work, seed)
    assert [shed(server, one) for one in (HOME, PLAY)] == [0.0, 0.0]
    assert shed(server, PREFETCH) <= 0.01


def test_without_a_limit_the_same_load_has_almost_no_goodput() -> None:
    work = Work(cpu=0.02, pieces=4, wait=0.01)
    assert goodput(served(3.0, work, 1, limited=False), work) < 0.05
    assert goodput(served(3.0, work, 1), work) >= 0.8


def test_home_is_served_while_only_prefetch_is_too_much() -> None:
    """Twelve prefetches for each page, as in Netflix' account of a spike; pages alone would fill half the server."""
    work = Work(cpu=0.01, pieces=4, wait=0.005)
    server = LoopServer()
    server.run(poisson(3, {PREFETCH: (600.0, work), HOME: (50.0, work), PLAY: (10.0, work)}), SECONDS)
    assert shed(server, HOME) <= 0.01
    assert shed(server, PLAY) == 0.0
    assert shed(server, PREFETCH) >= 0.85


def test_an_overload_that_lasts_does_not_widen_the_limit() -> None:
    """What Gradient2's long average would do: after minutes at three times capacity it stands at the ceiling."""
    work = Work(cpu=0.02, pieces=4, wait=0.01)
    server = LoopServer()
    server.run(poisson(5, {HOME: (150.0, work)}), 300.0)
    late = [allowed for at, allowed in server.limits if at > 60]
    assert max(late) <= 45


def test_stores_that_are_slow_by_themselves_do_not_choke_the_service() -> None:
    """Answers take 0.6 s of waiting and no processor: the limit grows until they fit."""
    work = Work(cpu=0.002, pieces=3, wait=0.3)
    server = LoopServer()
    server.run(poisson(7, {HOME: (100.0, work)}), SECONDS)
    assert shed(server, HOME) <= 0.02


def test_stores_that_are_overloaded_are_relieved() -> None:
    """One store that does one thing at a time is what is short; the processor is not."""
    work = Work(cpu=0.005, pieces=6, wait=0.005, store=0.004)
    server = LoopServer()
    server.run(poisson(11, {PREFETCH: (75.0, work), HOME: (75.0, work)}), SECONDS)
    answers = settled(server.seen[HOME].answered, SECONDS - 1)
    assert len(answers) / (SECONDS - SETTLED - 1) >= 45
    assert quantile(answers, 0.99) <= 1.0
    assert shed(server, PREFETCH) >= 0.95
