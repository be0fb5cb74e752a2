"""The service level: worse only after a spell of slow pages, better only after calm, one step at a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.resilience.degradation_levels import (
    BETTER_AFTER_SECONDS,
    IDLE_SECONDS,
    LEVELS,
    MAX_CALM_SECONDS,
    WORSE_AFTER_PAGES,
    Load,
    ServiceLevel,
    level_at,
    record_page,
)

FULL, FEWER_ROWS, NO_RERANK, CACHED = ServiceLevel


def load_after(load: Load, pages: Iterable[tuple[float, float]]) -> Load:
    """The load after pages of (seconds, ready at)."""
    for seconds, now in pages:
        load = record_page(load, seconds, now)
    return load


def steady(seconds: float, start: float, end: float, per_second: int = 10) -> list[tuple[float, float]]:
    count = round((end - start) * per_second)
    return [(seconds, start + number / per_second) for number in range(count)]


def test_quick_pages_are_served_in_full() -> None:
    assert load_after(Load(0.2), steady(0.05, 100, 200)).level == FULL


def test_one_slow_page_decides_nothing_however_slow() -> None:
    assert load_after(Load(0.2), [*steady(0.05, 100, 110), (30.0, 110.0)]).level == FULL
    assert load_after(Load(0.2), [(30.0, 0.0)]).level == FULL
    assert load_after(Load(0.2), [(30.0, 0.0), (30.0, 5.0)]).level == FULL


def test_two_seconds_and_ten_pages_above_the_target_cost_one_level() -> None:
    """The first page is at 100.0, the two seconds are over with the page at 102.0."""
    slow = steady(0.3, 100, 108)
    levels = [load_after(Load(0.2), slow[: count + 1]).level for count in range(len(slow))]
    assert levels.index(FEWER_ROWS) == 20
    assert levels.index(NO_RERANK) == 41
    assert levels.index(CACHED) == 62
    assert levels[-1] == CACHED


def test_slow_pages_that_are_few_do_not_count_as_overload() -> None:
    assert (
        load_after(Load(0.2), [(0.3, float(second)) for second in range(WORSE_AFTER_PAGES - 1)]).level == FULL
    )
    assert (
        load_after(Load(0.2), [(0.3, float(second)) for second in range(WORSE_AFTER_PAGES)]).level
        == FEWER_ROWS
    )


def test_the_first_pages_of_an_outage_are_no_overload() -> None:
    """Three wait for a dead store, one after the other; hundreds behind them do not."""
    waiting = [(1.0, 100.0), (2.0, 102.0), (1.0, 103.0)]
    assert load_after(Load(0.2), [*waiting, *steady(0.02, 103.02, 120, per_second=50)]).level == FULL


def test_pages_between_calm_and_the_target_change_nothing() -> None:
    worse = load_after(Load(0.2), steady(0.3, 100, 102.1))
    assert worse.level == FEWER_ROWS
    assert load_after(worse, steady(0.15, 102.1, 160)).level == FEWER_ROWS


def test_calm_brings_the_levels_back_one_at_a_time() -> None:
    worst = Load(0.2, CACHED, 0.05, 100.0)
    pages = steady(0.05, 100.1, 120)
    levels = [load_after(worst, pages[:count]).level for count in range(len(pages))]
    seconds = [levels.index(level) / 10 for level in (NO_RERANK, FEWER_ROWS, FULL)]
    assert seconds == [4.1, 8.2, 12.3]


def test_a_better_level_that_cannot_be_held_is_tried_later_each_time() -> None:
    """Quick when degraded, slow in full: without patience the level would swing every few seconds."""
    load, now, tries = Load(0.2), 100.0, []
    while now < 700:
        before = load.level
        load = record_page(load, 0.3 if load.level == FULL else 0.02, now)
        if before != FULL and load.level == FULL:
            tries.append(now)
        now += 0.1
    gaps = [round(later - earlier) for earlier, later in pairwise(tries)]
    assert gaps[:6] == [13, 21, 37, 69, 69, 69]
    assert load.calm_seconds == MAX_CALM_SECONDS


def test_an_idle_service_is_well() -> None:
    load = Load(0.2, CACHED, 5.0, 100.0)
    assert level_at(load, 100.0 + IDLE_SECONDS - 0.1) == CACHED
    assert level_at(load, 100.0 + IDLE_SECONDS) == FULL
    assert record_page(load, 0.1, 100.0 + IDLE_SECONDS) == Load(0.2, FULL, 0.1, 110.0, calm_since=110.0)
    assert level_at(Load(), 0.0) == FULL


pages = st.lists(st.tuples(st.floats(0, 2), st.floats(0, 3)), max_size=60)


@given(pages)
def test_levels_change_one_at_a_time_and_worse_ones_only_when_slow(made: list[tuple[float, float]]) -> None:
    load, now = Load(0.2), 0.0
    for seconds, pause in made:
        now += pause
        before, load = load, record_page(load, seconds, now)
        step = LEVELS.index(load.level) - LEVELS.index(before.level)
        assert step in (-1, 0, 1)
        assert BETTER_AFTER_SECONDS <= load.calm_seconds <= MAX_CALM_SECONDS
        assert step <= 0 or before.hot_pages >= WORSE_AFTER_PAGES - 1
        assert step >= 0 or load.average <= load.target


@given(pages, st.floats(0, 0.1))
def test_calm_always_ends_in_full_service(made: list[tuple[float, float]], quick: float) -> None:
    load, now = Load(0.2), 0.0
    for seconds, pause in made:
        now += pause
        load = record_page(load, seconds, now)
    for turn in range(50):
        load = record_page(load, quick, now + 5 * turn)
    assert load.level == FULL
