"""Sparse matrices by rows, and the choice of the largest values of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.models.best_keys import keep_best
from batch.models.compiled import kernel
from batch.models.histories import Floats, Integers, Numbers


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Row r has the entries `starts[r]` to `starts[r + 1]`, by column."""

    starts: Integers
    columns: Numbers
    values: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, number: int) -> tuple[Numbers, Floats]:
        part = slice(self.starts[number], self.starts[number + 1])
        return self.columns[part], self.values[part]


def no_rows(count: int) -> SparseRows:
    return SparseRows(np.zeros(count + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))


def rows_of_triples(rows: Numbers, columns: Numbers, values: Floats, count: int) -> SparseRows:
    """Each (row, column) once; zeros are left out."""
    kept = values != 0
    rows, columns, values = rows[kept], columns[kept], values[kept]
    width = int(columns.max(initial=0)) + 1
    order = np.argsort(rows.astype(np.int64) * width + columns)
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=count), out=starts[1:])
    return SparseRows(starts, columns[order].astype(np.int32), values[order].astype(np.float32))


def triples_of(matrix: SparseRows) -> tuple[Numbers, Numbers, Floats]:
    rows = np.repeat(np.arange(len(matrix), dtype=np.int32), np.diff(matrix.starts))
    return rows, matrix.columns, matrix.values


def join_triples(parts: Sequence[tuple[Numbers, Numbers, Floats]], count: int) -> SparseRows:
    rows, columns, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    return rows_of_triples(rows, columns, values, count)


def largest_of_rows(
    counts: NDArray[np.int32 | np.int64], factors: Floats, size: int
) -> tuple[Numbers, Numbers, Floats]:
    """(row, column, score) of the `size` largest positive scores of each row; ties go to the smaller column.

    score = counts[row, column] * factors[column], of the first columns, as many as there are factors. A row is scored
    in a buffer: the counts are the largest array there is.
    """
    width = min(size, len(factors))
    rows = np.empty(len(counts) * width, np.int32)
    columns = np.empty(len(counts) * width, np.int32)
    values = np.empty(len(counts) * width, np.float32)
    found = _choose_largest(counts, factors, width, rows, columns, values)
    return rows[:found].copy(), columns[:found].copy(), values[:found].copy()


@kernel
def _choose_largest(
    counts: NDArray[np.int32 | np.int64],
    factors: Floats,
    size: int,
    rows: Numbers,
    columns: Numbers,
    values: Floats,
) -> int:
    found = 0
    positive = np.empty(len(factors), np.int32)
    scores = np.empty(len(factors), np.float32)
    best = np.empty(size, np.float32)
    for row in range(len(counts)):
        count = 0
        for column in range(len(factors)):
            if counts[row, column] > 0:
                positive[count] = column
                scores[count] = counts[row, column] * factors[column]
                count += 1
        kept = 0
        for place in range(count):
            if kept < size or scores[place] > best[0]:
                kept = keep_best(best, kept, scores[place])
        # The least of the largest, and how many that equal it are among them.
        least, equal = np.float32(0), 0
        if kept == size:
            least = best[0]
            for place in range(size):
                equal += 1 if best[place] == least else 0
        for place in range(count):
            if scores[place] > least or (scores[place] == least and scores[place] > 0 and equal > 0):
                equal -= 1 if scores[place] == least else 0
                rows[found] = row
                columns[found] = positive[place]
                values[found] = scores[place]
                found += 1
    return found
