"""Item-item weights: how much a watched title speaks for another.

The head, the titles that most accounts liked, gets the weights of EASE (Steck, "Embarrassingly Shallow Autoencoders
for Sparse Data", 2019), a ridge regression of each title on all others. With the Gram matrix G of the head:

    P = (G + ridge I)^-1        B[a, b] = -P[a, b] / P[b, b]        B[a, a] = 0

G is whole: a pruned one ruins the inverse. The solution is pruned: of each column the 200 largest weights stay.

A title b of the tail gets a local ridge regression on N, the head titles most similar to it by shrunk cosine:

    B[N, b] = (G[N, N] + ridge I)^-1 G[N, b]

and speaks for them by a regression on it alone, of what is above chance (n accounts in all):

    B[b, a] = max(0, G[a, b] - G[a, a] G[b, b] / n) / (G[b, b] + ridge)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from batch.models.compiled import kernel
from batch.models.histories import Floats, Integers, Numbers
from batch.models.sparse_rows import SparseRows, join_triples, no_rows

COLUMNS_AT_ONCE = 512
Matrix = NDArray[np.float32]
Triples = tuple[Numbers, Numbers, Floats]


class NoInverse(ArithmeticError):
    """The Gram matrix with this ridge has no Cholesky factor; a greater ridge has."""


def head_weights(gram: Matrix, ridge: float, kept: int) -> Triples:
    """(from, to, weight) of EASE, `kept` a column. `gram` counts accounts.

    Raises `NoInverse`.
    """
    size = len(gram)
    if size < 2:
        return np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32)
    inverse = _invert(gram, ridge)
    rows, columns, values = [], [], []
    count = min(kept, size - 1)
    for first in range(0, size, COLUMNS_AT_ONCE):
        # The inverse is symmetric: these rows are the columns of the solution.
        part = inverse[first : first + COLUMNS_AT_ONCE]
        places = np.arange(len(part))
        weights = -part / part[places, first + places][:, None]
        weights[places, first + places] = 0.0
        chosen = np.argpartition(-np.abs(weights), count - 1, axis=1)[:, :count]
        chosen.sort(axis=1)
        rows.append(chosen.ravel().astype(np.int32))
        columns.append(np.repeat(first + places, count).astype(np.int32))
        values.append(np.take_along_axis(weights, chosen, 1).ravel().astype(np.float32))
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)


def _invert(gram: Matrix, ridge: float) -> NDArray[np.float64]:
    """By Cholesky, a third of the work of a general inverse. In double precision: the numbering of titles that are
    equally popular then changes no weight.
    """
    double = gram.astype(np.float64)
    double[np.diag_indices(len(gram))] += ridge
    factor, info = lapack.dpotrf(double.T, lower=1, overwrite_a=1)
    if info == 0:
        inverse, info = lapack.dpotri(factor, lower=1, overwrite_c=1)
    if info != 0:
        raise NoInverse(f"no Cholesky factor of {len(gram)} titles with ridge {ridge:g}; use a greater ridge")
    whole: NDArray[np.float64] = np.ascontiguousarray(inverse.T)
    _mirror_upper(whole)
    return whole


@kernel
def _mirror_upper(matrix: NDArray[np.float64]) -> None:
    for row in range(len(matrix)):
        for column in range(row):
            matrix[row, column] = matrix[column, row]


def tail_weights(
    gram: Matrix, tail: SparseRows, tail_titles: Numbers, tail_counts: Floats, accounts: float, ridge: float
) -> tuple[Triples, Triples]:
    """To each tail title, and from it. `tail` has its similar head titles with the accounts that liked both."""
    width = int(np.diff(tail.starts).max(initial=0))
    weights = np.zeros(len(tail.columns), np.float32)
    if len(tail.columns):
        _solve_locally(gram, tail.starts, tail.columns, tail.values, ridge, width, weights)
    own = np.repeat(np.arange(len(tail_titles)), np.diff(tail.starts))
    numbers = tail_titles[own].astype(np.int32)
    expected = tail_counts[own] * np.diagonal(gram)[tail.columns] / np.float32(max(1.0, accounts))
    speaks = np.maximum(np.float32(0), tail.values - expected) / (tail_counts[own] + np.float32(ridge))
    return (tail.columns, numbers, np.maximum(weights, 0)), (numbers, tail.columns, speaks.astype(np.float32))


@kernel
def _solve_locally(
    gram: Matrix,
    starts: Integers,
    neighbours: Numbers,
    both: Floats,
    ridge: float,
    width: int,
    weights: Floats,
) -> None:
    matrix = np.empty((width, width), np.float64)
    solution = np.empty(width, np.float64)
    for title in range(len(starts) - 1):
        begin, size = starts[title], starts[title + 1] - starts[title]
        for row in range(size):
            for column in range(row + 1):
                matrix[row, column] = gram[neighbours[begin + row], neighbours[begin + column]]
            matrix[row, row] += ridge
            solution[row] = both[begin + row]
        for row in range(size):
            for column in range(row + 1):
                total = matrix[row, column]
                for place in range(column):
                    total -= matrix[row, place] * matrix[column, place]
                matrix[row, column] = (
                    np.sqrt(max(total, 1e-9)) if row == column else total / matrix[column, column]
                )
        for row in range(size):
            for place in range(row):
                solution[row] -= matrix[row, place] * solution[place]
            solution[row] /= matrix[row, row]
        for row in range(size - 1, -1, -1):
            for place in range(row + 1, size):
                solution[row] -= matrix[place, row] * solution[place]
            solution[row] /= matrix[row, row]
        for row in range(size):
            weights[begin + row] = solution[row]


def all_weights(
    gram: Matrix,
    tail: SparseRows,
    tail_titles: Numbers,
    title_counts: Floats,
    accounts: float,
    ridge: float,
    kept: int,
) -> SparseRows:
    """Weights between all titles; rows are watched titles."""
    count = len(title_counts)
    if count == 0:
        return no_rows(0)
    to_tail, from_tail = tail_weights(gram, tail, tail_titles, title_counts[tail_titles], accounts, ridge)
    return join_triples([head_weights(gram, ridge, kept), to_tail, from_tail], count)
