"""Full rankings: the best titles of each viewer among all that it may see and does not know. Ties go to the smaller
title number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.evaluation.metrics import DEPTH, NO_TITLE, Lists, Targets
from batch.models.histories import Numbers

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recommendable:
    """What may be recommended: `eligible` (audiences, titles), the audience of each viewer, and what it knows."""

    eligible: NDArray[np.bool_]
    audience: Numbers
    excluded: Targets

    def __len__(self) -> int:
        return len(self.audience)

    @classmethod
    def all_titles(cls, title_count: int, excluded: Targets) -> Recommendable:
        return cls(np.ones((1, title_count), np.bool_), np.zeros(len(excluded), np.int32), excluded)

    def allowed(self, viewer: int) -> NDArray[np.bool_]:
        allowed: NDArray[np.bool_] = self.eligible[self.audience[viewer]].copy()
        allowed[self.known(viewer)] = False
        return allowed

    def known(self, viewer: int) -> Numbers:
        part = slice(self.excluded.starts[viewer], self.excluded.starts[viewer + 1])
        known: Numbers = self.excluded.titles[part]
        return known

    def reachable(self) -> NDArray[np.bool_]:
        """Titles that any viewer may see."""
        union: NDArray[np.bool_] = np.logical_or.reduce(self.eligible[np.unique(self.audience)], axis=0)
        return union


def rank_alike(scores: Scores, choice: Recommendable, size: int = DEPTH) -> Lists:
    """The same score of a title for everybody: popularity."""
    order = np.argsort(-scores, kind="stable").astype(np.int32)
    orders = [order[eligible[order]] for eligible in choice.eligible]
    lists = np.full((len(choice), size), NO_TITLE, np.int32)
    known = np.zeros(len(scores), np.bool_)
    for viewer in range(len(choice)):
        own = choice.known(viewer)
        known[own] = True
        first = orders[choice.audience[viewer]][: size + len(own)]
        best = first[~known[first]][:size]
        lists[viewer, : len(best)] = best
        known[own] = False
    return lists


def best_titles(scores: Scores, allowed: NDArray[np.bool_], size: int = DEPTH) -> Numbers:
    """Of one viewer. A short list has all that is allowed."""
    places = np.flatnonzero(allowed)
    values = scores[places]
    if len(places) > size:
        least = np.partition(values, len(values) - size)[len(values) - size]
        kept = values >= least
        places, values = places[kept], values[kept]
    return places[np.argsort(-values, kind="stable")][:size].astype(np.int32)
