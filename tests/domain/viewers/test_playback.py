"""Where a title counts as started and as finished."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.viewers.playback import is_finished, is_started, share_of

MINUTE = 60
FILM_145 = 145 * MINUTE


@pytest.mark.parametrize(
    ("duration", "credits"),
    [
        (90 * MINUTE, 324),
        (FILM_145, 522),
        (240 * MINUTE, 864),
        (50 * MINUTE, 180),
        (45 * MINUTE, 180),
        (30 * MINUTE, 180),
        (22 * MINUTE, 132),
        (10 * MINUTE, 60),
    ],
)
def test_without_a_mark_the_last_three_minutes_or_six_percent_are_credits_and_at_most_a_tenth(
    duration: int, credits: int
) -> None:
    assert is_finished(duration - credits, duration)
    assert not is_finished(duration - credits - 1, duration)


def test_a_film_of_145_minutes_with_eight_left_is_finished_and_with_nine_it_is_not() -> None:
    assert is_finished(FILM_145 - 8 * MINUTE, FILM_145)
    assert not is_finished(FILM_145 - 9 * MINUTE, FILM_145)


@pytest.mark.parametrize(
    ("position", "duration", "credits", "expected"),
    [
        (4799, 5400, 4800, False),
        (4800, 5400, 4800, True),
        (5399, 5400, 5400, False),
        (4800, 0, 4800, True),
        (5220, 5400, None, True),
        (0, 5400, 0, False),
        (5220, 5400, 0, True),
        (5400, 5400, 5500, True),
        (5076, 5400, 5500, True),
        (5075, 5400, 5500, False),
        (99, 0, None, False),
        (99, 0, 0, False),
    ],
)
def test_a_mark_is_where_the_credits_begin_and_one_at_0_or_past_the_end_is_none(
    position: int, duration: int, credits: int | None, expected: bool
) -> None:
    assert is_finished(position, duration, credits) is expected


@given(st.integers(1, 24 * 3600), st.integers(0, 24 * 3600), st.none() | st.integers(0, 24 * 3600))
def test_going_on_never_unfinishes_a_title_and_the_end_finishes_it(
    duration: int, position: int, credits: int | None
) -> None:
    if is_finished(position, duration, credits):
        assert is_finished(position + 1, duration, credits)
    assert is_finished(duration, duration)
    assert not is_finished(0, duration)


@pytest.mark.parametrize(
    ("position", "duration", "expected"),
    [
        (120, 7200, False),
        (121, 7200, True),
        (30, 1000, False),
        (31, 1000, True),
        (120, 0, False),
        (121, 0, True),
    ],
)
def test_a_movie_is_started_after_two_minutes_or_three_percent(
    position: int, duration: int, expected: bool
) -> None:
    assert is_started(position, duration, is_episode=False) is expected


@pytest.mark.parametrize(("position", "expected"), [(31, False), (120, False), (121, True)])
def test_an_episode_is_started_after_two_minutes(position: int, expected: bool) -> None:
    assert is_started(position, 1000, is_episode=True) is expected


def test_share_of_an_unknown_duration_is_0() -> None:
    assert [share_of(position, 1000) for position in (0, 250, 1000, 1200)] == [0, 0.25, 1, 1]
    assert share_of(600, 0) == 0
