"""Trending on arrays: bursts of an unseen simulated service are found, and raw counts do not find them."""

from __future__ import annotations

import numpy as np

from batch.models.surprise import MIN_ACCOUNTS, expected_shares, surprise
from tests.bench.trending_quality import (
    UNSEEN_SEEDS,
    Quality,
    measure,
    raw_count,
    simulate,
    surprise_scorer,
)


def test_bursts_are_found_within_twelve_hours_and_little_else() -> None:
    """The means of three seeds that nothing was chosen on."""
    worlds = [simulate(seed) for seed in UNSEEN_SEEDS]
    found = _means([measure(world, surprise_scorer(world, 1.0)) for world in worlds])
    raw = _means([measure(world, raw_count) for world in worlds])
    assert [value >= goal for value, goal in zip(found, (0.90, 0.95, 0.85), strict=True)] == [True] * 3, found
    assert max(raw[:2]) < 0.35


def _means(qualities: list[Quality]) -> list[float]:
    return [
        float(np.mean([getattr(one, part) for one in qualities])) for part in ("found", "precision", "ndcg")
    ]


def test_only_what_enough_accounts_watch_more_than_expected_has_a_score() -> None:
    shares = expected_shares(np.array([100.0, 0.0, 0.0, 0.0]))
    accounts = np.array([9, MIN_ACCOUNTS, MIN_ACCOUNTS - 1, 0])
    scores = surprise(np.array([6.0, 3.0, 3.0, 0.0]), shares, accounts)
    assert abs(shares.sum() - 1.0) < 1e-12
    assert [score > 0 for score in scores] == [False, True, False, False]
