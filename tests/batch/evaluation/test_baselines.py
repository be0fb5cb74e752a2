"""Baselines and full rankings by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from batch.evaluation.baselines import (
    choose_half_life,
    cosine_neighbours,
    decayed_likers,
    liked_matrix,
    popularity,
    rank_by_neighbours,
)
from batch.evaluation.metrics import Targets
from batch.evaluation.rankings import Recommendable, best_titles, rank_alike
from batch.models.histories import Histories, pack_histories

pytestmark = pytest.mark.slow  # kernels are compiled

DAY = 86_400_000


def histories_of(*rows: tuple[int, int, int, float], titles: int = 5) -> Histories:
    """(profile, title, day, strength), seen from day 10."""
    owners, numbers, days, strengths = (np.array(column) for column in zip(*rows, strict=True))
    return pack_histories(
        owners, numbers.astype(np.int32), days * DAY, strengths.astype(np.float32), 10 * DAY, titles
    )


def excluded_of(*rows: list[int]) -> Targets:
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Targets(starts, np.array([one for row in rows for one in row], np.int32))


KNOWN = histories_of(
    (0, 0, 1, 1.0), (0, 1, 2, 1.0), (1, 0, 1, 1.0), (1, 1, 3, 1.0), (1, 4, 9, -1.0),
    (2, 0, 1, 1.0), (2, 2, 10, 1.0), (3, 3, 10, 1.0),
)  # fmt: skip


def test_popularity_counts_likers_and_recent_popularity_fades() -> None:
    assert popularity(KNOWN, 5).tolist() == [3, 2, 1, 1, 0]
    faded = decayed_likers(KNOWN, 1.0, 5)
    assert faded.tolist() == [3 * 2**-9, 2**-8 + 2**-7, 1, 1, 0]


def test_lists_alike_leave_out_what_is_known_or_not_allowed() -> None:
    eligible = np.array([[1, 1, 1, 1, 1], [1, 0, 1, 1, 0]], np.bool_)
    choice = Recommendable(eligible, np.array([0, 1, 1], np.int32), excluded_of([0], [3], []))
    lists = rank_alike(np.array([3.0, 2.0, 1.0, 1.0, 0.0]), choice, 3)
    # Titles 2 and 3 are tied: the smaller number first.
    assert lists.tolist() == [[1, 2, 3], [0, 2, -1], [0, 2, 3]]
    assert choice.reachable().tolist() == [True] * 5


def test_the_best_titles_are_those_of_a_stable_sort() -> None:
    random = np.random.default_rng(4)
    for _ in range(50):
        scores = random.integers(0, 6, 40).astype(np.float64)
        allowed = random.random(40) < 0.8
        order = [title for title in np.argsort(-scores, kind="stable") if allowed[title]]
        assert best_titles(scores, allowed, 7).tolist() == order[:7]
    assert best_titles(np.zeros(3), np.array([False, True, False]), 7).tolist() == [1]


def test_neighbours_are_cosines_without_the_title_itself() -> None:
    likers = np.array([3, 2, 1, 1, 0])
    neighbours = cosine_neighbours(liked_matrix(KNOWN, 5), likers).toarray()
    both = np.zeros((5, 5))
    both[0, 1] = both[1, 0] = 2 / math.sqrt(6)
    both[0, 2] = both[2, 0] = 1 / math.sqrt(3)
    assert np.allclose(neighbours, both, atol=1e-15)
    only_one = cosine_neighbours(liked_matrix(KNOWN, 5), likers, 1).toarray()
    assert np.flatnonzero(only_one[0]).tolist() == [1]
    viewers = KNOWN.take(np.array([2, 3]))
    choice = Recommendable.all_titles(5, excluded_of([0, 2], [3]))
    lists = rank_by_neighbours(viewers, cosine_neighbours(liked_matrix(KNOWN, 5), likers), choice, 4)
    assert lists.tolist() == [[1, 3, 4, -1], [0, 1, 2, 4]]


def test_the_half_life_is_the_one_that_foretells_inside_the_known() -> None:
    # 30 of 40 like each old title; half watch 12 and then 13, the others 13 and then 12.
    old = [(p, t, 0, 1.0) for p in range(40) for t in range(12) if (p + t) % 4]
    hot = [(p, 12 + p // 20, 9, 1.0) for p in range(40)]
    last = [(p, 13 - p // 20, 10, 1.0) for p in range(40)]
    known = histories_of(*sorted((*old, *hot, *last), key=lambda row: (row[0], row[2], row[1])), titles=14)
    assert choose_half_life(known, 14, by_time=False) == 14.0
    assert choose_half_life(histories_of((0, 1, 1, 1.0)), 5, by_time=True) == math.inf
