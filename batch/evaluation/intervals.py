"""95 % intervals by bootstrap over users (Efron, 1979): users are drawn with replacement, 1,000 times, from a fixed
seed.

A user is drawn with all its values, so that the difference of two models is of the same users: paired, and narrower
than the intervals of both would suggest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from batch.evaluation.metrics import Values

DRAWS = 1000
SEED = 20_261_130
LOW, HIGH = 0.025, 0.975
DIGITS = 6
"""Sums of doubles differ behind them, with the number of threads."""

CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    value: float
    low: float
    high: float

    @property
    def is_above_zero(self) -> bool:
        return self.low > 0

    @property
    def is_below_zero(self) -> bool:
        return self.high < 0


def bootstrap_means(values: Values, draws: int = DRAWS, seed: int = SEED) -> Values:
    """(draws, columns) of `values` (users, columns): the mean of each draw. Equal calls give equal means."""
    users = len(values)
    random = np.random.default_rng(seed)
    means = np.zeros((draws, values.shape[1]))
    at_once = max(1, CELLS_AT_ONCE // max(1, users))
    for start in range(0, draws, at_once):
        count = min(at_once, draws - start)
        drawn = random.integers(0, users, (count, users)) + np.arange(count)[:, None] * users
        times = np.bincount(drawn.ravel(), minlength=count * users).reshape(count, users)
        means[start : start + count] = times.astype(np.float64) @ values / users
    return means


def intervals(values: Values, draws: int = DRAWS, seed: int = SEED) -> list[Interval]:
    """One per column of `values` (users, columns); raises ValueError without a user."""
    if not len(values):
        raise ValueError("no users: an interval needs the values of at least one")
    return intervals_of_means(values.mean(axis=0), bootstrap_means(values, draws, seed))


def intervals_of_means(means: Values, drawn: Values) -> list[Interval]:
    """`drawn` of `bootstrap_means`."""
    low, high = np.quantile(drawn, (LOW, HIGH), axis=0)
    rows = zip(means.tolist(), low.tolist(), high.tolist(), strict=True)
    return [Interval(*(round(number, DIGITS) for number in row)) for row in rows]
