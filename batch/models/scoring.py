"""Histories and item model -> the best titles of each profile, with source and seed.

A profile costs what its history touches: its rows of the sparse matrices, and the first titles of its audience by
popularity. No array over all titles is scanned per profile. Scores are compared in ten-thousandths: what differs by
less is a tie, which the smaller title number wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from batch.models.blend import BlendWeights
from batch.models.compiled import fixed
from batch.models.histories import Floats, Histories, Integers, Numbers
from batch.models.history_decay import history_weights
from batch.models.item_model import ItemModel
from batch.models.score_kernel import NO_TITLE, score_profiles
from batch.models.sparse_rows import SparseRows


class Source(IntEnum):
    """The part that contributed most to a score."""

    SIMILAR = 0
    NEXT = 1
    CONTENT = 2
    POPULAR = 3


@dataclass(frozen=True, slots=True)
class Audiences:
    """Row a is of one audience: region, age limit, kids.

    `popularity` is the prior of each title (`popularity_prior.py`), `order` the title numbers by falling
    popularity, ties by number, `eligible` marks what the audience may see.
    """

    popularity: NDArray[np.float32]
    order: NDArray[np.int32]
    eligible: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Picks:
    """Row p is of profile p, best first; `NO_TITLE` ends a short row. `seeds` are title numbers or `NO_TITLE`."""

    titles: NDArray[np.int32]
    scores: NDArray[np.float32]
    sources: NDArray[np.int8]
    seeds: NDArray[np.int32]


def audiences_of(popularity: NDArray[np.float32], eligible: NDArray[np.bool_]) -> Audiences:
    order = np.argsort(-popularity, axis=1, kind="stable").astype(np.int32)
    return Audiences(np.ascontiguousarray(popularity, np.float32), order, np.ascontiguousarray(eligible))


def score_histories(
    histories: Histories,
    audience: Numbers,
    excluded_starts: Integers,
    excluded: Numbers,
    model: ItemModel,
    content: SparseRows,
    audiences: Audiences,
    weights: BlendWeights,
    size: int,
    taste_size: int = 0,
) -> Picks:
    """The `size` best titles of each profile that its audience may see and that are not excluded; in the columns
    behind them the `taste_size` next best by taste alone, without popularity.

    `audience` is the row of `audiences` of each profile. `excluded` are title numbers of each profile, as their
    starts divide them: all that it has seen, beyond the history too. A title of the history that is not excluded,
    such as one on a list to watch, may be recommended.
    """
    count, width = len(histories), size + taste_size
    picks = Picks(
        np.full((count, width), NO_TITLE, np.int32),
        np.zeros((count, width), np.float32),
        np.full((count, width), Source.POPULAR, np.int8),
        np.full((count, width), NO_TITLE, np.int32),
    )
    by_part = [
        history_weights(histories, weights.similar_decay, weights.negative),
        history_weights(histories, weights.next_decay),
    ]
    score_profiles(
        (*_fixed_histories(histories), fixed(excluded_starts), fixed(excluded), fixed(audience)),
        np.argsort(audience, kind="stable"),
        np.stack([*by_part, by_part[0]]),
        (_fixed_rows(model.weights), _fixed_rows(model.transitions), _fixed_rows(content)),
        (fixed(audiences.popularity), fixed(audiences.order), fixed(audiences.eligible)),
        np.array([weights.similar, weights.next, weights.content, weights.popular, weights.caution]),
        size,
        (picks.titles, picks.scores, picks.sources, picks.seeds),
    )
    return picks


def _fixed_histories(histories: Histories) -> tuple[Integers, Numbers, Floats]:
    return fixed(histories.starts), fixed(histories.titles), fixed(histories.strengths)


def _fixed_rows(rows: SparseRows) -> tuple[Integers, Numbers, Floats]:
    return fixed(rows.starts), fixed(rows.columns), fixed(rows.values)
