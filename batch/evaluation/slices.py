"""Viewers by what is known of them at the cut. One viewer is in several slices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.models.histories import Integers
from domain.evaluation.table import EVERYBODY

COLD, HEAVY, KIDS, NEW = "cold", "heavy", "kids", "new profile"
COLD_TITLES = 5
"""Fewer titles known are cold."""

HEAVY_SHARE = 0.8
"""Heavy are those with more titles than this share of all viewers."""

NEW_DAYS = 30.0
"""Since the first title of a new profile."""

MAX_REGIONS = 5
FEWEST_USERS = 25


@dataclass(frozen=True, slots=True)
class ViewerFacts:
    """One value a user."""

    known_titles: Integers
    days_since_first: NDArray[np.float64]
    kids: NDArray[np.bool_]
    regions: NDArray[np.str_]


def slices_of(facts: ViewerFacts, fewest: int = FEWEST_USERS) -> dict[str, NDArray[np.bool_]]:
    """Everybody first, then the slices with at least `fewest` users that are not everybody; the regions with most
    users, ties by name.
    """
    count = len(facts.known_titles)
    many = np.quantile(facts.known_titles, HEAVY_SHARE) if count else 0.0
    found = {
        EVERYBODY: np.ones(count, np.bool_),
        COLD: facts.known_titles < COLD_TITLES,
        HEAVY: facts.known_titles > many,
        NEW: facts.days_since_first <= NEW_DAYS,
        KIDS: facts.kids,
    }
    names, users = np.unique(facts.regions[facts.regions != ""], return_counts=True)
    for name in names[np.lexsort((names, -users))][:MAX_REGIONS].tolist():
        found[f"region {name}"] = facts.regions == name
    return {name: mask for name, mask in found.items() if name == EVERYBODY or fewest <= mask.sum() < count}
