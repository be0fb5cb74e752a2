"""Genre affinity: the latest watches count most, early stops count against, favourites count."""

from __future__ import annotations

import pytest

from domain.ids import TitleId
from domain.ranking.genre_affinity import MAX_RECENT, evidence_count, genre_affinity, recent_show_weights
from domain.recommendations.lists import TopPicks
from domain.viewers.activity import Activity, Disowning, Rating
from tests.domain.made import DAY, MINA, NOW, a_title, a_watch

A, B, S = TitleId("a"), TitleId("b"), TitleId("s1")
TITLES = {
    A: a_title("a", genres=("Comedy", "Romance")),
    B: a_title("b", genres=("Horror",)),
    S: a_title("s1", genres=("Crime",)),
}


def test_finished_is_1_an_early_stop_half_against_and_all_fades_in_a_fortnight() -> None:
    watched = {A: a_watch(14 * DAY, 2700, done=True), B: a_watch(0 * DAY, 300)}
    assert recent_show_weights(Activity(MINA, 2, watched), NOW) == pytest.approx({A: 0.5, B: -0.5})


def test_episodes_speak_for_their_series_the_strongest_of_them() -> None:
    watched = {
        TitleId("s1-1-1"): a_watch(1 * DAY, 100, series="s1"),
        TitleId("s1-1-2"): a_watch(0 * DAY, 2700, series="s1", done=True),
    }
    assert recent_show_weights(Activity(MINA, 2, watched), NOW) == {S: 1.0}


def test_a_verdict_comes_on_top() -> None:
    activity = Activity(
        MINA, 2, {A: a_watch(0 * DAY, 2700, done=True)}, rated={A: Rating(NOW, 1.0), B: Rating(NOW, -1.0)}
    )
    assert recent_show_weights(activity, NOW) == {A: 2.0, B: -1.0}
    assert evidence_count(activity) == 3


def test_disowned_and_household_watches_have_no_affinity() -> None:
    watched = {A: a_watch(0 * DAY, 2700, done=True), B: a_watch(0 * DAY, 2700, done=True)}
    activity = Activity(MINA, 2, {A: watched[A]}, household=watched, disowned={A: Disowning(NOW, True)})
    assert recent_show_weights(activity, NOW) == {}


def test_only_the_latest_are_asked_about_so_a_long_history_costs_no_more() -> None:
    watched = {TitleId(f"m{n:04}"): a_watch(n * DAY, 2700, done=True) for n in range(1000)}
    assert sorted(recent_show_weights(Activity(MINA, 1, watched), NOW)) == [
        f"m{n:04}" for n in range(MAX_RECENT)
    ]


def test_affinity_is_relative_to_the_strongest_one() -> None:
    said = {A: 1.0, B: -0.25, TitleId("unknown"): 1.0}
    assert genre_affinity(said, TITLES, None) == pytest.approx(
        {"Comedy": 1.0, "Romance": 1.0, "Horror": -0.5}
    )
    assert genre_affinity({}, TITLES, None) == {}


def test_genres_of_the_nightly_run_count_by_place_and_favourites_as_much_as_the_first() -> None:
    picks = TopPicks((), ("Crime", "Drama"), NOW)
    assert genre_affinity({}, {}, picks) == {"Crime": 1.0, "Drama": 0.5}
    assert genre_affinity({}, {}, picks, ["War", "Drama"]) == pytest.approx(
        {"Drama": 1.0, "Crime": 2 / 3, "War": 2 / 3}
    )
