"""The trending formula on arrays; batch/jobs/trending.py says it in words, and in columns of Spark."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PRIOR = 2.0
DISPERSION = 0.001
"""How much more than Poisson popular titles vary. More of it hides bursts of popular titles: the first twenty of
`python -m tests.bench.trending_quality` hold .75 of the possible excess with .03, .87 with .001; false ones are few.
"""

MIN_ACCOUNTS = 3
HALF_LIVES_COUNTED = 4
"""Accounts are counted over four half-lives: what is older weighs less than a sixteenth."""

Values = NDArray[np.float64]


def expected_shares(baseline: Values, prior: Values | float = PRIOR) -> Values:
    """Of each title, from its decayed baseline; sums to 1."""
    smoothed = baseline + prior
    return np.asarray(smoothed / smoothed.sum())


def surprise(current: Values, shares: Values, accounts: NDArray[np.int64]) -> Values:
    """0 where a title is watched no more than expected, or by fewer than MIN_ACCOUNTS."""
    expected = shares * current.sum()
    exceeds = (current > expected) & (expected > 0) & (accounts >= MIN_ACCOUNTS)
    c, e = current[exceeds], expected[exceeds]
    scores = np.zeros(len(current))
    deviance = c * np.log(c / e) - (c - e)
    scores[exceeds] = np.sqrt(np.maximum(0.0, 2.0 * deviance / (1.0 + DISPERSION * e)))
    return scores
