"""How likely resuming is: none without anything to resume, more when recent and far in, less at unusual hours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import TitleId
from domain.ranking.resume_likelihood import (
    MAX_CHANCE,
    MIN_HABIT,
    MIN_HABIT_WATCHES,
    resume_likelihood,
    viewing_habit,
)
from domain.viewers.activity import Activity, Dismissal
from domain.viewers.watches import Watch, one_playback
from tests.domain.made import DAY, HOUR, MINA, NOW, a_watch, watching

HALF = a_watch(timedelta(0), 3720, 7440)


def likelihood(activity: Activity, hour: int = 20) -> float:
    return resume_likelihood(activity, NOW, hour)


def evenings(count: int, at_hours_ago: int = 0) -> dict[TitleId, Watch]:
    """Movies finished at the hour of now, one a day."""
    days = range(1, count + 1)
    return {
        TitleId(f"e{day}"): a_watch(day * DAY + at_hours_ago * HOUR, 7440, 7440, done=True) for day in days
    }


def test_nothing_to_resume_is_no_likelihood() -> None:
    assert likelihood(Activity(MINA)) == 0.0
    assert likelihood(watching(m1=a_watch(HOUR, 7440, 7440, done=True), m2=a_watch(HOUR, 30, 7440))) == 0.0


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        (HALF, MAX_CHANCE * 0.75),
        (a_watch(4 * DAY, 3720, 7440), MAX_CHANCE * 0.75 / 2),
        (a_watch(timedelta(0), 2700, series="s1", done=True), MAX_CHANCE * 0.9),
        (a_watch(10 * DAY, 2700, series="s1", done=True), MAX_CHANCE * 0.9 / 2),
        (a_watch(20 * DAY, 1350, series="s1"), MAX_CHANCE * 0.75 / 4),
    ],
)
def test_the_formula(watch: Watch, expected: float) -> None:
    assert likelihood(watching(m1=watch)) == pytest.approx(expected)


def test_two_shows_are_likelier_than_one_and_household_or_dismissed_ones_do_not_count() -> None:
    one, two = watching(m1=HALF), watching(m1=HALF, m2=HALF)
    assert likelihood(two) == pytest.approx(1 - (1 - likelihood(one)) ** 2)
    assert likelihood(Activity(MINA, household={TitleId("m1"): HALF})) == 0.0
    dismissed = Activity(MINA, watched=one.watched, dismissed={TitleId("m1"): Dismissal(NOW)})
    assert likelihood(dismissed) == 0.0


def test_habit_is_unknown_then_highest_at_the_usual_hour_and_lowest_far_from_it() -> None:
    few = Activity(MINA, watched=evenings(MIN_HABIT_WATCHES - 1))
    assert viewing_habit(few, NOW, 3) == 1.0
    known = Activity(MINA, watched=evenings(MIN_HABIT_WATCHES))
    assert viewing_habit(known, NOW, 20) == 1.0
    # The same instants, for a viewer whose clock says three in the morning: that is when they watch.
    assert viewing_habit(known, NOW, 3) == 1.0


def test_hours_that_a_profile_never_uses_are_quiet() -> None:
    at_noon = Activity(MINA, watched=evenings(MIN_HABIT_WATCHES, at_hours_ago=8))
    assert viewing_habit(at_noon, NOW, 20) == MIN_HABIT
    two_hours_off = Activity(MINA, watched=evenings(MIN_HABIT_WATCHES, at_hours_ago=2))
    assert viewing_habit(two_hours_off, NOW, 20) == pytest.approx(MIN_HABIT + (1 - MIN_HABIT) * 0.5)


watches = st.builds(
    one_playback,
    st.integers(0, 200_000).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    st.integers(0, 7440),
    st.sampled_from([0, 2700, 7440]),
    st.booleans(),
    st.sampled_from(["", "s1", "s2"]),
)
histories = st.dictionaries(st.sampled_from([TitleId(f"t{n}") for n in range(20)]), watches, max_size=20)


@given(histories, st.integers(0, 23))
def test_always_a_probability_and_fading_when_nothing_is_watched(
    history: dict[TitleId, Watch], hour: int
) -> None:
    activity = Activity(MINA, watched=history)
    now, later = likelihood(activity, hour), resume_likelihood(activity, NOW + 200 * DAY, hour)
    assert 0.0 <= now <= 1.0
    assert later <= max(now, 1e-3)


@given(histories, st.integers(0, 23))
def test_the_offset_of_the_clock_does_not_matter_only_the_hours_between(
    history: dict[TitleId, Watch], hour: int
) -> None:
    activity = Activity(MINA, watched=history)
    assert viewing_habit(activity, NOW, hour) == pytest.approx(viewing_habit(activity, NOW, (hour + 5) % 24))
