"""The watched filter: exact, for whole series, without short looks, and fast for long histories."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.watched_filter import is_watched, shows_watched, watched_ids, watched_threshold
from domain.ids import TitleId
from domain.layouts.model import RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource
from domain.viewers.activity import Activity, Disowning, Watch, merge, show_of
from domain.viewers.events import Event, activity_changes
from domain.viewers.interaction_weights import LOOK_SHARE
from tests.domain.made import DAY, HOUR, MINA, NOW, a_watch, events


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        (a_watch(HOUR, 49, 1000), False),
        (a_watch(HOUR, 50, 1000), True),
        (a_watch(HOUR, 0, 1000, done=True), True),
        (a_watch(HOUR, 120, 0), False),
        (a_watch(HOUR, 121, 0), True),
    ],
)
def test_watched_begins_at_a_twentieth_or_without_a_length_after_two_minutes(
    watch: Watch, expected: bool
) -> None:
    assert is_watched(watch) is expected


def test_the_share_can_be_set() -> None:
    half = a_watch(HOUR, 500, 1000)
    assert is_watched(half, 0.5)
    assert not is_watched(half, 0.51)
    assert watched_threshold(RowSpec("r", RowSource.GENRE)) == LOOK_SHARE
    assert watched_threshold(RowSpec("r", RowSource.GENRE, options={"watched_from": 90})) == 0.9
    activity = Activity(
        MINA, watched={TitleId("half"): half, TitleId("done"): a_watch(HOUR, 1000, done=True)}
    )
    assert watched_ids(activity) == {"half", "done"}
    assert watched_ids(activity, 0.9) == {"done"}


def test_a_series_counts_once_an_episode_does() -> None:
    activity = Activity(
        MINA,
        watched={
            TitleId("s1-1-1"): a_watch(HOUR, 1350, series="s1"),
            TitleId("s2-1-1"): a_watch(HOUR, 30, series="s2"),
        },
    )
    assert watched_ids(activity) == {"s1-1-1", "s1"}


def test_co_viewing_counts_and_disowned_titles_do_not() -> None:
    activity = Activity(
        MINA,
        watched={TitleId("not-me"): a_watch(HOUR, 2700, done=True)},
        household={TitleId("ours"): a_watch(HOUR, 2700, done=True)},
        disowned={TitleId("not-me"): Disowning(NOW, True)},
    )
    assert watched_ids(activity) == {"ours"}


def test_rows_about_known_titles_and_charts_are_exempt() -> None:
    exempt = {source for source in RowSource if shows_watched(RowSpec("r", source))}
    assert exempt == {RowSource.CONTINUE_WATCHING, RowSource.WATCH_AGAIN, RowSource.MY_LIST}
    assert shows_watched(RowSpec("r", RowSource.TRENDING, RowStyle.NUMBERED))
    assert not shows_watched(RowSpec("r", RowSource.TOP_PICKS, RowStyle.NUMBERED))


@given(st.lists(events, max_size=12), st.sampled_from([0.05, 0.5, 1.0]))
def test_exactly_the_titles_watched_enough_are_found(given: list[Event], partly: float) -> None:
    activity = merge(Activity(MINA), activity_changes(given))
    expected = set()
    for history in (activity.watched, activity.household):
        for title_id, watch in history.items():
            owned = activity.owned_watch(title_id, watch)
            if owned is None:
                continue
            far_enough = owned.share >= partly or (
                not owned.duration_seconds and owned.position_seconds > 120
            )
            if far_enough:
                expected |= {title_id, show_of(title_id, watch)}
    assert watched_ids(activity, partly) == expected


def test_ten_thousand_watches_are_filtered_fast() -> None:
    """About 4 ms; the bound allows for busy machines."""
    watched = {
        TitleId(f"t{n}"): a_watch(n * HOUR, 2700, series=f"s{n // 10}" if n % 2 else "", done=n % 3 > 0)
        for n in range(10_000)
    }
    looks = {TitleId(f"l{number}"): a_watch(number * DAY, 20) for number in range(500)}
    activity = Activity(MINA, watched={**watched, **looks})
    began = perf_counter()
    found = watched_ids(activity)
    took = perf_counter() - began
    assert found == set(watched) | {f"s{number // 10}" for number in range(1, 10_000, 2)}
    assert took < 0.25
