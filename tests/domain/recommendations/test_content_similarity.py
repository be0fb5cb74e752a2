"""Neighbours of new titles: by what they are at first, by who watched both as soon as enough have."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.titles import TitleKind
from domain.ids import TitleId
from domain.recommendations.content_similarity import (
    blend_neighbours,
    co_watch_weight,
    content_similarity,
    most_similar,
)
from domain.recommendations.lists import Neighbour
from tests.domain.made import a_title, an_episode
from tests.domain.ranking_world import TITLES

SEED = a_title("seed", genres=("Crime", "Drama"), cast=("A", "B", "C", "D"), franchise="Harbours")
some = st.sampled_from(list(TITLES.values()))


def near(name: str, score: float, support: int = 0) -> Neighbour:
    return Neighbour(TitleId(name), score, support)


@given(some, some)
def test_likeness_is_the_same_both_ways_and_lies_within_0_and_1(one: object, two: object) -> None:
    assert content_similarity(one, two) == content_similarity(two, one)  # type: ignore[arg-type]
    assert 0 <= content_similarity(one, two) <= 1  # type: ignore[arg-type]


def test_likeness_term_by_term() -> None:
    assert content_similarity(SEED, SEED) == pytest.approx(1.0)
    assert content_similarity(SEED, a_title("x", genres=("Drama", "War"), cast=())) == pytest.approx(0.5 / 3)
    assert content_similarity(
        SEED, a_title("x", genres=(), cast=("A",), franchise="Harbours")
    ) == pytest.approx(0.3 + 0.2 / 3)
    assert content_similarity(a_title("x", genres=(), cast=()), a_title("y", genres=(), cast=())) == 0


def test_an_unwatched_title_has_neighbours_but_never_its_own_show() -> None:
    series = a_title("s", kind=TitleKind.SERIES, genres=("Crime",))
    pool = [
        SEED,
        a_title("far", genres=("War",), cast=()),
        a_title("near", genres=("Crime", "Drama"), cast=()),
        a_title("popular", genres=("Crime",), cast=(), popularity=0.9),
        a_title("plain", genres=("Crime",), cast=(), popularity=0.1),
    ]
    assert [one.title_id for one in most_similar(SEED, pool, 9)] == ["near", "popular", "plain"]
    assert [one.title_id for one in most_similar(SEED, pool, 1)] == ["near"]
    assert {one.support for one in most_similar(SEED, pool, 9)} == {0}
    assert most_similar(series, [series, an_episode("s", 1, 1, genres=("Crime",))], 9) == []


def test_the_weight_moves_to_co_watching_as_support_grows_without_a_step() -> None:
    weights = [co_watch_weight(support) for support in range(200)]
    assert (weights[0], weights[10], weights[90]) == (0.0, 0.5, 0.9)
    assert all(0 < after - before <= 1 / 11 for before, after in pairwise(weights))


def test_few_watchers_leave_the_word_to_likeness_and_many_take_it() -> None:
    alike = [near("twin", 0.9), near("cousin", 0.4)]
    few = blend_neighbours([near("cousin", 0.2, 1)], alike, 9)
    many = blend_neighbours([near("cousin", 0.2, 400)], alike, 9)
    assert [one.title_id for one in few] == ["twin", "cousin"]
    assert [one.title_id for one in many] == ["cousin", "twin"]
    assert few[1].score == pytest.approx(1 / 11 + 10 / 11 * 0.4)
    assert few[0].score == pytest.approx(10 / 11 * 0.9)
    assert (many[0].support, many[1].support) == (400, 0)


def test_without_one_of_them_the_other_speaks_alone() -> None:
    alike = [near("a", 0.9), near("b", 0.4)]
    assert blend_neighbours([], alike, 9) == alike
    (only,) = blend_neighbours([near("a", 0.3, 90)], [], 9)
    assert only == replace(near("a", 0.9, 90), score=pytest.approx(0.9))
    assert blend_neighbours([], [], 9) == []
    assert blend_neighbours([], [near("b", 0.5), near("a", 0.5)], 1) == [near("a", 0.5)]


def test_what_the_night_found_by_content_keeps_its_score() -> None:
    night = [near("liked", 0.9, 5), near("alike", 0.4)]
    blended = blend_neighbours(night, [near("alike", 0.3)], 10)
    assert [(one.title_id, one.support) for one in blended] == [("liked", 5), ("alike", 0)]
    assert blended[1].score == pytest.approx((1 - 5 / 15) * 0.4)
