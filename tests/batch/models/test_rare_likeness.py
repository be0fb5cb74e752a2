"""Titles that few have watched are spoken for by likeness of content."""

from __future__ import annotations

import numpy as np
import pytest

from batch.models.content import index_content, likeness_row
from batch.models.rare_likeness import KEPT, RARE, rare_likeness

pytestmark = pytest.mark.slow  # kernels are compiled


def test_only_rare_titles_are_spoken_for_and_less_the_more_watch_them() -> None:
    genres = ["Drama", "Drama", "Drama", "Comedy", "Comedy"]
    index = index_content([[f"genre:{genre}"] for genre in genres])
    accounts = np.array([50, 5, 0, 30, 10])
    rows = rare_likeness(index, accounts * 144)
    likeness = likeness_row(index, 0)
    columns, values = rows.row(0)
    assert columns.tolist() == [1, 2]
    np.testing.assert_allclose(values, [likeness[1] * RARE / (RARE + 5), likeness[2]], atol=1e-4)
    assert rows.row(2)[0].tolist() == [1]
    assert rows.row(3)[0].tolist() == [4]
    assert rows.row(4)[0].tolist() == []


def test_a_row_keeps_the_likest_and_ties_go_to_the_smaller_number() -> None:
    index = index_content([["genre:Drama"] for _ in range(KEPT + 20)])
    rows = rare_likeness(index, np.zeros(KEPT + 20, np.int64))
    assert rows.row(0)[0].tolist() == list(range(1, KEPT + 1))
    assert len(rows) == KEPT + 20


def test_a_catalogue_without_content_says_nothing() -> None:
    rows = rare_likeness(index_content([[], [], []]), np.zeros(3, np.int64))
    assert (len(rows), len(rows.values)) == (3, 0)
