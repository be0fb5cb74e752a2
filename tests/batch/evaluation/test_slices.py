"""Slices by what is known of viewers; small ones and those of everybody are left out."""

from __future__ import annotations

import numpy as np

from batch.evaluation.slices import ViewerFacts, slices_of


def test_slices() -> None:
    facts = ViewerFacts(
        np.array([1, 4, 5, 9, 50]),
        np.array([2.0, 30.0, 31.0, 400.0, 400.0]),
        np.array([True, False, False, True, False]),
        np.array(["FR", "DE", "DE", "FR", ""]),
    )
    found = {name: np.flatnonzero(mask).tolist() for name, mask in slices_of(facts, fewest=2).items()}
    assert found == {
        "all": [0, 1, 2, 3, 4],
        "cold": [0, 1],
        "new profile": [0, 1],
        "kids": [0, 3],
        "region DE": [1, 2],
        "region FR": [0, 3],
    }
    assert list(slices_of(facts)) == ["all"]


def test_a_slice_of_everybody_is_not_told_twice() -> None:
    facts = ViewerFacts(
        np.array([9, 9]), np.array([90.0, 90.0]), np.zeros(2, np.bool_), np.array(["DE", "DE"])
    )
    assert list(slices_of(facts, fewest=1)) == ["all"]
