"""The table of what an interaction says about taste, at every boundary."""

from __future__ import annotations

import pytest

from domain.viewers.interaction_weights import share_weight, stars_weight


@pytest.mark.parametrize(
    ("share", "weight"),
    [
        (0.0, 0.0),
        (0.0499, 0.0),
        (0.05, -0.5),
        (0.2499, -0.5),
        (0.25, 0.25),
        (0.5, 0.5),
        (0.7999, 0.7999),
        (0.8, 1.0),
        (1.0, 1.0),
    ],
)
def test_share_watched(share: float, weight: float) -> None:
    assert share_weight(share) == weight


@pytest.mark.parametrize(
    ("stars", "weight"), [(0.5, -1.0), (1.0, -1.0), (2.0, -0.5), (3.0, 0.0), (3.5, 0.25), (5.0, 1.0)]
)
def test_stars(stars: float, weight: float) -> None:
    assert stars_weight(stars) == weight
