"""The largest values of rows, and rows of triples, equal a plain reference."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.models.sparse_rows import largest_of_rows, rows_of_triples

COUNTS = st.lists(st.lists(st.integers(0, 4), min_size=6, max_size=6), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(COUNTS, st.integers(0, 6), st.integers(1, 8))
def test_the_largest_of_each_row_with_ties_to_the_smaller_column(
    counts: list[list[int]], columns: int, size: int
) -> None:
    factors = np.array([1.0, 0.5, 1.0, 2.0, 0.25, 1.0], np.float32)[:columns]
    rows, found, scores = largest_of_rows(np.array(counts, np.int32), factors, size)
    expected = []
    for row, values in enumerate(counts):
        scored = [
            (-value * factor, column)
            for column, (value, factor) in enumerate(zip(values, factors, strict=False))
        ]
        best = sorted(one for one in scored if one[0] < 0)[:size]
        expected += sorted((row, column, -score) for score, column in best)
    assert list(zip(rows.tolist(), found.tolist(), scores.tolist(), strict=True)) == expected


def test_triples_become_rows_by_column_without_zeros() -> None:
    rows, columns = np.array([2, 0, 2, 1], np.int32), np.array([5, 3, 1, 0], np.int32)
    matrix = rows_of_triples(rows, columns, np.array([1.0, 2.0, 3.0, 0.0], np.float32), 4)
    assert matrix.starts.tolist() == [0, 1, 1, 3, 3]
    assert matrix.columns.tolist() == [3, 1, 5]
    assert matrix.values.tolist() == [2.0, 3.0, 1.0]
