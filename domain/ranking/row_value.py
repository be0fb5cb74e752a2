"""How much a row should matter to a profile: what a page in personal order is ordered by.

    value = prior x (1/2 + fit)          fit in 0..1, for tasks 0..2, prior = 1 / (1 + place / 8)

`fit` is how well the row's first cards fit the profile: the mean of their scores, the first ones counting
most, since those are seen without scrolling. For rows that are a task (carry on watching) it is twice how
likely the profile is to do it now: whoever came to carry on wants nothing else, so what was just begun stands
first. The prior is the designer's: with equal fit their order stands, and a row has to fit clearly better to
pass one that was put well above it. A discount that falls slowly with the place is the usual model of attention
over a page (cf. Järvelin and Kekäläinen, "Cumulated gain-based evaluation", 2002).
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.candidates.selection import Scored

PRIOR_HALF = 8.0
"""Places down at which the designer's word counts half."""

SEEN = (1.0, 0.8, 0.6, 0.5, 0.4)
"""How much each of a row's first cards says of it."""

TASK = 2.0
UNKNOWN_FIT = 0.5
"""Of rows whose cards have no comparable score: charts, lists."""


def row_value(place: int, fit: float) -> float:
    """`place` counts from 0 in the designer's order; `fit` is 0..1, or 0..`TASK`."""
    return (0.5 + fit) / (1 + place / PRIOR_HALF)


def fit_of(chosen: Sequence[Scored], best: float) -> float:
    """Mean score of the first cards, relative to `best`, the highest on the page; 0..1."""
    if best <= 0 or not chosen:
        return 0.0
    seen = list(zip(SEEN, chosen, strict=False))
    total = sum(weight * max(0.0, scored[0]) for weight, scored in seen)
    return min(1.0, total / (best * sum(weight for weight, _ in seen)))
