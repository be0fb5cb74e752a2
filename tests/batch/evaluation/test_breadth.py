"""Coverage, Gini, novelty, diversity and serendipity by hand."""

from __future__ import annotations

import numpy as np
import pytest

from batch.evaluation.breadth import coverage, diversity, gini, novelty, serendipity

LISTS = np.array([[0, 1, -1], [0, 2, -1]], np.int32)
ALL = np.ones(4, np.bool_)


def test_coverage_is_of_the_titles_that_anybody_may_see() -> None:
    assert coverage(LISTS, ALL) == 3 / 4
    assert coverage(LISTS, np.array([True, True, True, False])) == 1.0
    deep = np.arange(15, dtype=np.int32)[None, :]
    assert coverage(deep, np.ones(20, np.bool_)) == 10 / 20


def test_gini_is_0_when_all_are_shown_alike_and_high_when_one_has_it_all() -> None:
    even = np.array([[0, 1], [2, 3]], np.int32)
    assert gini(even, ALL) == 0.0
    assert gini(np.array([[0], [0]], np.int32), ALL) == 0.75
    assert gini(np.full((2, 3), -1, np.int32), ALL) == 0.0


def test_novelty_counts_bits() -> None:
    likers = np.array([8, 4, 0, 1])
    assert novelty(np.array([[0, 1]], np.int32), likers, 8) == (0 + 1) / 2
    assert novelty(np.array([[2, 3]], np.int32), likers, 8) == 3.0
    assert novelty(np.full((1, 2), -1, np.int32), likers, 8) == 0.0


def test_diversity_is_one_minus_the_mean_jaccard_of_pairs() -> None:
    genres = np.array([[1, 1, 0], [0, 1, 1], [0, 0, 0], [1, 1, 0]], np.bool_)
    assert diversity(np.array([[0, 1]], np.int32), genres) == pytest.approx(1 - 1 / 3)
    assert diversity(np.array([[0, 3]], np.int32), genres) == 0.0
    assert diversity(np.array([[0, 1, 3]], np.int32), genres) == pytest.approx((2 / 3 + 0 + 2 / 3) / 3)
    # A pair without genres says nothing of unlikeness; a list of one title has no pair.
    assert diversity(np.array([[2, 2], [0, -1]], np.int32), genres) == 0.0


def test_serendipity_counts_hits_that_popularity_lacks() -> None:
    popular = np.array([[0, 3, -1], [3, 1, -1]], np.int32)
    hits = np.array([[True, True, False], [True, False, False]])
    # Title 1 of the first and title 0 of the second viewer.
    assert serendipity(LISTS, hits, popular) == 2 / (2 * 10)
