"""What may stand in "Because you watched": finished or liked, not disliked, most recent first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.activity import Activity, Rating, merge
from domain.events import Event, changes_of
from domain.ids import TitleId
from domain.reasons import ReasonKind
from domain.taste import Loved, loved_titles
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
        ("finished", Loved(WATCHED, NOW - HOUR, 0.5)),
        ("liked", Loved(LIKED, NOW - 2 * HOUR, 0.5)),
        ("both", Loved(LIKED, NOW - 3 * HOUR, 1.0)),
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
    assert loved_titles(activity) == {"s1": Loved(WATCHED, NOW - HOUR, 0.5)}


def test_a_dislike_takes_a_title_out_whenever_it_came_and_withdrawing_it_brings_it_back() -> None:
    watched = {TitleId("m1"): a_watch(HOUR, 2700, done=True)}
    for at in (NOW - DAY, NOW):
        assert loved_titles(Activity(MINA, watched=watched, rated={TitleId("m1"): Rating(at, -1.0)})) == {}
    withdrawn = Activity(MINA, watched=watched, rated={TitleId("m1"): Rating(NOW, 0.0)})
    assert list(loved_titles(withdrawn)) == ["m1"]


@given(st.lists(events, max_size=12))
def test_every_love_is_true(given: list[Event]) -> None:
    activity = merge(Activity(MINA), changes_of(given))
    loved = loved_titles(activity)
    for show, love in loved.items():
        finished = any(
            watch.finished and show in (title_id, watch.series_id)
            for title_id, watch in activity.watched.items()
        )
        rating = activity.rated.get(show)
        assert rating is None or rating.value >= 0
        assert finished if love.kind == WATCHED else rating is not None and rating.value > 0
        assert 0.5 <= love.strength <= 1
    instants = [love.at for love in loved.values()]
    assert instants == sorted(instants, reverse=True)
