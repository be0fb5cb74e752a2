"""Recent popularity as a part of the blend: decayed counts, transformed and brought to unit variance.

    count(t) = sum over viewings of t of 2^(-age / half-life)        r = count / greatest count
    prior    = f(r) / standard deviation of f(r) over all titles     f: r, sqrt(r), log(1 + 100 r), log(1 + 10000 r)

The half-life, from hours to years, and f are learned: both say how steep popularity is here. r has no scale, so
that what a sample taught holds for all viewings, and for each region.
"""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from batch.models.histories import Floats, Numbers

Counts = NDArray[np.float64]


class Shape(StrEnum):
    """f, from steep to flat."""

    LINEAR = "linear"
    ROOT = "root"
    LOG = "log"
    FLAT_LOG = "flat_log"


def decayed_counts(titles: Numbers, ages: Floats, half_life_days: float, title_count: int) -> Counts:
    per_day = 0.0 if math.isinf(half_life_days) else -1.0 / half_life_days
    faded = np.exp2(ages.astype(np.float64) * per_day)
    return np.bincount(titles, faded, minlength=title_count).astype(np.float64)


def popularity_prior(counts: Counts, shape: Shape) -> Floats:
    """One value per title; all 0 where nothing or everything is equally popular."""
    greatest = counts.max(initial=0.0)
    if greatest <= 0.0:
        return np.zeros(len(counts), np.float32)
    relative = counts / greatest
    if shape == Shape.ROOT:
        relative = np.sqrt(relative)
    elif shape in (Shape.LOG, Shape.FLAT_LOG):
        relative = np.log1p(relative * (100.0 if shape == Shape.LOG else 10_000.0))
    spread = float(relative.std())
    return (relative / spread if spread > 1e-12 else np.zeros(len(counts))).astype(np.float32)
