"""What may stand in "Because you watched": finished or liked, not disliked, most recent first."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import TitleId
from domain.recommendations.reasons import ReasonKind
from domain.viewers.activity import Activity, Changes, Disowning, Rating, merge
from domain.viewers.events import Event, activity_changes
from domain.viewers.loved_titles import LovedTitle, loved_titles, own_watches, worth_rewatching
from domain.viewers.watches import merge_watches
from tests.domain.made import DAY, HOUR, MINA, NOW, a_watch, events

WATCHED, LIKED = ReasonKind.BECAUSE_YOU_WATCHED, ReasonKind.BECAUSE_YOU_LIKED


def test_finished_counts_half_and_liked_by_its_strength() -> None:
    activity = Activity(
        MINA,
        watched={
            TitleId("finished"): a_watch(HOUR, 2700, done=True),
            TitleId("half"): a_watch(HOUR, 1300),
            TitleId("both"): a_watch(3 * HOUR, 2700, done=True),
        },
        rated={
            TitleId("both"): Rating(NOW - DAY, 1.0),
            TitleId("liked"): Rating(NOW - 2 * HOUR, 0.25),
            TitleId("neutral"): Rating(NOW, 0.0),
        },
    )
    assert list(loved_titles(activity).items()) == [
        ("finished", LovedTitle(WATCHED, NOW - HOUR, 0.5)),
        ("liked", LovedTitle(LIKED, NOW - 2 * HOUR, 0.5)),
        ("both", LovedTitle(LIKED, NOW - 3 * HOUR, 1.0)),
    ]


def test_an_episode_finished_speaks_for_its_series() -> None:
    activity = Activity(
        MINA,
        watched={
            TitleId("s1-1-1"): a_watch(DAY, 2700, series="s1", done=True),
            TitleId("s1-1-2"): a_watch(HOUR, 2700, series="s1", done=True),
            TitleId("s1-1-3"): a_watch(HOUR / 2, 900, series="s1"),
        },
    )
    assert loved_titles(activity) == {"s1": LovedTitle(WATCHED, NOW - HOUR, 0.5)}


def test_a_dislike_takes_a_title_out_whenever_it_came_and_withdrawing_it_brings_it_back() -> None:
    watched = {TitleId("m1"): a_watch(HOUR, 2700, done=True)}
    for at in (NOW - DAY, NOW):
        assert loved_titles(Activity(MINA, watched=watched, rated={TitleId("m1"): Rating(at, -1.0)})) == {}
    withdrawn = Activity(MINA, watched=watched, rated={TitleId("m1"): Rating(NOW, 0.0)})
    assert list(loved_titles(withdrawn)) == ["m1"]


@given(st.lists(events, max_size=12))
def test_every_love_is_true(given: list[Event]) -> None:
    activity = merge(Activity(MINA), activity_changes(given))
    loved = loved_titles(activity)
    for show, love in loved.items():
        finished = any(
            show == (watch.series_id or title_id)
            and (owned := activity.owned_watch(title_id, watch)) is not None
            and owned.finished
            for title_id, watch in activity.watched.items()
        )
        rating = activity.rated.get(show)
        assert rating is None or rating.value >= 0
        assert finished if love.kind == WATCHED else rating is not None and rating.value > 0
        assert 0.5 <= love.strength <= 1
    instants = [love.at for love in loved.values()]
    assert instants == sorted(instants, reverse=True)


def test_household_and_disowned_watches_are_no_taste_and_stay_in_the_record() -> None:
    mine = a_watch(2 * HOUR, 2700, done=True)
    activity = Activity(
        MINA,
        watched={
            TitleId("mine"): mine,
            TitleId("not-me"): mine,
            TitleId("s1-1-1"): replace(mine, series_id="s1"),
        },
        household={TitleId("ours"): mine},
        disowned={TitleId("not-me"): Disowning(NOW, True), TitleId("s1"): Disowning(NOW, True)},
    )
    assert list(loved_titles(activity)) == ["mine"]
    assert own_watches(activity) == {"mine": mine}
    assert set(activity.watched) == {"mine", "not-me", "s1-1-1"}
    reclaimed = merge(activity, Changes(disowned={TitleId("s1"): Disowning(NOW + HOUR, False)}))
    assert set(loved_titles(reclaimed)) == {"mine", "s1"}


def test_watched_after_disowning_counts_again_and_a_like_stands_on_its_own() -> None:
    title = TitleId("m1")
    disowned = Activity(
        MINA,
        watched={title: a_watch(2 * HOUR, 2700, done=True)},
        disowned={title: Disowning(NOW - HOUR, True)},
    )
    assert loved_titles(disowned) == {}
    again = merge(disowned, Changes(watched={title: a_watch(HOUR / 2, 2700, done=True)}))
    assert loved_titles(again) == {title: LovedTitle(WATCHED, NOW - HOUR / 2, 0.5)}
    liked = merge(disowned, Changes(rated={title: Rating(NOW, 1.0)}))
    assert loved_titles(liked) == {title: LovedTitle(LIKED, NOW, 1.0)}


def test_worth_watching_again_is_loved_finished_and_long_ago_alone_or_together() -> None:
    long_ago = a_watch(100 * DAY, 2700, done=True)
    activity = Activity(
        MINA,
        watched={
            TitleId("finished"): long_ago,
            TitleId("liked"): a_watch(200 * DAY, 2700, done=True),
            TitleId("hated"): long_ago,
            TitleId("recent"): a_watch(10 * DAY, 2700, done=True),
            TitleId("half"): a_watch(100 * DAY, 1300),
            TitleId("ours"): long_ago,
            TitleId("s1-1-1"): a_watch(100 * DAY, 2700, series="s1", done=True),
            TitleId("s1-1-2"): a_watch(10 * DAY, 600, series="s1"),
        },
        household={TitleId("ours"): a_watch(DAY, 2700, done=True)},
        rated={
            TitleId("liked"): Rating(NOW, 1.0),
            TitleId("hated"): Rating(NOW, -1.0),
            TitleId("unseen"): Rating(NOW, 1),
        },
    )
    loved = loved_titles(activity)
    assert worth_rewatching(activity, loved, NOW - 90 * DAY) == ["liked", "finished"]
    assert worth_rewatching(activity, loved, NOW - 150 * DAY) == ["liked"]
    assert worth_rewatching(activity, loved, NOW - 5 * DAY) == ["liked", "recent", "s1", "finished"]


def test_a_look_after_the_end_changes_neither_the_age_of_a_seed_nor_watch_again() -> None:
    watch = merge_watches(a_watch(90 * DAY, 2700, done=True), a_watch(HOUR, 25))
    activity = Activity(MINA, watched={TitleId("m1"): watch})
    loved = loved_titles(activity)
    assert loved == {"m1": LovedTitle(WATCHED, NOW - 90 * DAY, 0.5)}
    assert worth_rewatching(activity, loved, NOW - 30 * DAY) == ["m1"]
    anew = Activity(MINA, watched={TitleId("m1"): merge_watches(watch, a_watch(HOUR / 2, 900))})
    assert worth_rewatching(anew, loved_titles(anew), NOW - 30 * DAY) == []


def test_a_thumb_on_an_episode_is_no_seed_and_takes_none_away() -> None:
    activity = Activity(
        MINA,
        watched={TitleId("s1-1-1"): a_watch(HOUR, 2700, series="s1", done=True)},
        rated={
            TitleId("s1-1-1"): Rating(NOW, -1.0, "s1"),
            TitleId("s2-1-1"): Rating(NOW, 1.0, "s2"),
        },
    )
    assert list(loved_titles(activity)) == ["s1"]
