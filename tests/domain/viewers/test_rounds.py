"""Rounds: who starts a series again is led through it again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import TitleId
from domain.viewers.activity import Activity
from domain.viewers.continue_watching import list_resumes
from domain.viewers.next_episode import SeriesRun, series_run
from domain.viewers.rounds import Finish, round_began_at
from domain.viewers.watches import Watch, merge_watches, one_playback
from tests.domain.made import DAY, HOUR, MINA, NOW, an_episode

SHOW = TitleId("s1")
EPISODES = [an_episode("s1", season, episode) for season in (1, 2) for episode in range(1, 6)]
RUN = series_run(EPISODES, EPISODES)
YEAR_AGO = NOW - 400 * DAY
MINUTE = timedelta(minutes=1)


def finished(*ats: datetime, number: tuple[int, int]) -> Watch:
    watch = one_playback(ats[0], 2700, 2700, True, "s1", *number)
    for at in ats[1:]:
        watch = merge_watches(watch, one_playback(at, 2700, 2700, True, "s1", *number))
    return watch


def history(*finishes: tuple[str, datetime]) -> Activity:
    """Finishes in any order: ("1-2", instant)."""
    watched: dict[TitleId, Watch] = {}
    for name, at in finishes:
        season, episode = map(int, name.split("-"))
        watch = finished(at, number=(season, episode))
        known = watched.get(TitleId(f"s1-{name}"))
        watched[TitleId(f"s1-{name}")] = watch if known is None else merge_watches(known, watch)
    return Activity(MINA, watched=watched)


def next_of(activity: Activity, run: SeriesRun = RUN) -> str | None:
    resumes = list_resumes(activity, {SHOW: run}, NOW, 5)
    return resumes[0].title_id.removeprefix("s1-") if resumes else None


def in_order(names: str, begin: datetime, step: timedelta = DAY) -> list[tuple[str, datetime]]:
    return [(name, begin + index * step) for index, name in enumerate(names.split())]


LAST_YEAR = in_order("1-1 1-2 1-3 1-4 1-5 2-1 2-2 2-3 2-4 2-5", YEAR_AGO)


@pytest.mark.parametrize(
    ("again", "expected"), [("1-1", "1-2"), ("1-3", "1-4"), ("2-4", "2-5"), ("2-5", None)]
)
def test_a_series_that_was_finished_goes_on_behind_the_episode_finished_again(
    again: str, expected: str | None
) -> None:
    assert next_of(history(*LAST_YEAR, (again, NOW - HOUR))) == expected


def test_an_episode_left_out_last_year_does_not_take_over_the_second_round() -> None:
    left_out = [one for one in LAST_YEAR if one[0] not in ("2-2", "2-5")]
    assert next_of(history(*left_out, ("1-1", NOW - HOUR))) == "1-2"
    assert next_of(history(*left_out, *in_order("1-1 1-2 1-3 1-4 1-5 2-1", NOW - 9 * DAY))) == "2-2"


def test_within_a_round_what_it_finished_is_passed_over() -> None:
    second = in_order("1-1 1-2 1-4 1-3", NOW - 9 * DAY)
    assert next_of(history(*LAST_YEAR, *second[:3])) == "1-5"
    # 1-3 was finished last year, so finishing it again behind 1-4 begins a round of its own.
    assert next_of(history(*LAST_YEAR, *second)) == "1-4"


def test_a_gap_that_is_filled_for_the_first_time_begins_no_round() -> None:
    watched = in_order("1-1 1-2 1-4 1-5 1-3", NOW - 9 * DAY)
    assert next_of(history(*watched)) == "2-1"


def test_the_end_of_one_viewing_is_reported_more_than_once() -> None:
    """In the credits, and at the end: the same viewing of a gap."""
    watched = in_order("1-1 1-2 1-4 1-3", NOW - 9 * DAY)
    assert next_of(history(*watched, ("1-3", watched[-1][1] + 3 * MINUTE))) == "1-5"


def test_a_third_round_ends_the_second() -> None:
    second = in_order("1-1 1-2 1-3 1-4 1-5 2-1", NOW - 90 * DAY)
    third = in_order("1-1 1-2", NOW - 9 * DAY)
    assert next_of(history(*LAST_YEAR, *second, *third)) == "1-3"


def test_after_a_whole_second_round_nothing_is_left() -> None:
    second = in_order("1-1 1-2 1-3 1-4 1-5 2-1 2-2 2-3 2-4 2-5", NOW - 90 * DAY)
    assert next_of(history(*LAST_YEAR, *second)) is None


def test_one_instant_for_many_episodes_counts_as_watched_in_order() -> None:
    imported = [(name, YEAR_AGO) for name in ["1-3", "1-1", "1-2", "2-1", "1-4", "1-5"]]
    assert next_of(history(*imported)) == "2-2"
    assert next_of(history(*imported, ("1-2", NOW - HOUR))) == "1-3"
    again = [(name, NOW - DAY) for name in ("1-2", "1-1")]
    assert next_of(history(*imported, *again)) == "1-3"


def test_episodes_of_an_import_are_in_order_by_number_not_by_spelling() -> None:
    many = [an_episode("s1", 1, episode) for episode in range(1, 13)]
    imported = [(f"1-{episode}", YEAR_AGO) for episode in range(1, 11)]
    assert next_of(history(*imported), series_run(many, many)) == "1-11"


def test_episodes_watched_together_belong_to_the_round() -> None:
    alone = history(*LAST_YEAR)
    together = history(("1-1", NOW - 2 * HOUR), ("1-2", NOW - HOUR))
    assert next_of(Activity(MINA, watched=alone.watched, household=together.watched)) == "1-3"


finishes = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 20), st.integers(0, 20)),
    max_size=8,
    unique_by=lambda one: one[0],
).map(
    lambda drawn: [
        Finish(NOW + max(first, last) * HOUR, (place, ()), NOW + min(first, last) * HOUR)
        for place, first, last in drawn
    ]
)


@given(finishes)
def test_a_round_begins_with_the_last_finish_again_before_something_finished_in_between(
    given: list[Finish],
) -> None:
    expected = None
    played: list[Finish] = []
    for one in sorted(given):
        if any(other.place > one.place and one.first <= other.last for other in played):
            expected, played = one.last, []
        played.append(one)
    assert round_began_at(given) == expected


@given(st.permutations(EPISODES), st.integers(1, 10))
def test_a_first_round_in_any_order_begins_no_second(order: list[object], count: int) -> None:
    watched = [
        (title.id.removeprefix("s1-"), NOW - (20 - place) * DAY) for place, title in enumerate(order[:count])
    ]  # type: ignore[attr-defined]
    done = {name for name, _ in watched}
    last = EPISODES.index(order[count - 1])  # type: ignore[arg-type]
    left = [title.id for title in EPISODES[last + 1 :] if title.id.removeprefix("s1-") not in done]
    expected = left[0].removeprefix("s1-") if left else None
    assert next_of(history(*watched)) == expected
