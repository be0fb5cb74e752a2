"""A dislike lowers similar titles: fully for a fortnight, then less and less, until it has no effect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import TitleId
from domain.ranking.negative_feedback import (
    MAX_DISLIKES,
    active_dislikes,
    dislike_penalties,
    remaining_penalty,
)
from domain.recommendations.lists import Neighbour
from domain.viewers.activity import Activity, Rating
from tests.domain.made import DAY, MINA, NOW

BAD, NEAR, FAR = TitleId("bad"), TitleId("near"), TitleId("far")
SIMILAR = {BAD: (Neighbour(NEAR, 0.4, 9), Neighbour(FAR, 0.1, 3))}


def after(days: float, value: float = -1.0, **others: Rating) -> dict[TitleId, float]:
    rated = {BAD: Rating(NOW - days * DAY, value)} | {
        TitleId(name): rating for name, rating in others.items()
    }
    return dislike_penalties(Activity(MINA, rated=rated), SIMILAR, NOW)


@pytest.mark.parametrize(
    ("days", "share"), [(0, 1.0), (14, 1.0), (49, 0.75), (84, 0.5), (119, 0.25), (154, 0.0), (400, 0.0)]
)
def test_the_schedule(days: int, share: float) -> None:
    assert remaining_penalty(days) == pytest.approx(share)


@given(st.floats(0, 400), st.floats(0, 400))
def test_it_only_ever_fades_and_without_a_step(one: float, two: float) -> None:
    early, late = sorted((one, two))
    assert 0 <= remaining_penalty(late) <= remaining_penalty(early) <= 1
    assert remaining_penalty(early) - remaining_penalty(late) <= (late - early) / 140 + 1e-9


def test_the_nearest_neighbour_has_the_largest_penalty() -> None:
    assert after(0) == pytest.approx({NEAR: 1.0, FAR: 0.25})
    assert after(84) == pytest.approx({NEAR: 0.5, FAR: 0.125})
    assert after(154) == {}


def test_half_a_dislike_has_half_the_penalty() -> None:
    assert after(0, value=-0.5) == pytest.approx({NEAR: 0.5, FAR: 0.125})


def test_a_removed_dislike_has_no_penalty() -> None:
    assert after(0, value=0.0) == after(0, value=1.0) == {}


def test_liked_titles_have_no_penalty() -> None:
    assert after(0, near=Rating(NOW - 300 * DAY, 1.0)) == pytest.approx({FAR: 0.25})


def test_of_several_dislikes_the_strongest_counts_and_only_the_latest_are_read() -> None:
    rated = {TitleId(f"d{n:02}"): Rating(NOW - n * DAY, -1.0) for n in range(20)}
    rated |= {TitleId("old"): Rating(NOW - 155 * DAY, -1.0), TitleId("good"): Rating(NOW, 1.0)}
    activity = Activity(MINA, rated=rated)
    assert active_dislikes(activity, NOW) == [f"d{n:02}" for n in range(MAX_DISLIKES)]
    similar = {
        TitleId("d00"): (Neighbour(TitleId("x"), 0.9, 1), Neighbour(NEAR, 0.3, 1)),
        TitleId("d01"): (Neighbour(NEAR, 0.2, 1),),
        TitleId("d02"): (),
        TitleId("d19"): (Neighbour(FAR, 0.9, 1),),
    }
    assert dislike_penalties(activity, similar, NOW) == pytest.approx({"x": 1.0, NEAR: 1.0})


def test_unknown_neighbours_have_no_penalty() -> None:
    assert dislike_penalties(Activity(MINA, rated={BAD: Rating(NOW, -1.0)}), {}, NOW) == {}
