"""The content part of the blend: what a watched title says, by likeness of content, for titles that few have watched.

    C[a, b] = likeness(a, b) RARE / (RARE + accounts of b)        0 where b has RARE accounts or more

Item-item weights need accounts that watched both titles; a new or rare title has none. The weight moves to
co-watching as accounts come. Rows are the most watched titles, which nearly all histories consist of; each keeps
its KEPT best.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batch.models.compiled import kernel
from batch.models.content import ContentIndex, add_likeness
from batch.models.counting import TOGETHER_UNIT
from batch.models.histories import Floats, Integers, Numbers
from batch.models.sparse_rows import SparseRows, rows_of_triples

RARE = 20.0
KEPT = 30
MAX_ROWS = 3000
LEAST_LIKENESS = 0.2


def rare_likeness(index: ContentIndex, title_counts: Integers) -> SparseRows:
    """`title_counts` of `counting.count_titles`; title numbers as in `index`."""
    accounts = title_counts / TOGETHER_UNIT
    factors = np.where(accounts < RARE, RARE / (RARE + accounts), 0.0)
    count = min(MAX_ROWS, index.titles)
    columns = np.empty(count * KEPT, np.int32)
    values = np.zeros(count * KEPT, np.float32)
    lengths = np.zeros(count, np.int64)
    _choose_rare(
        (index.starts, index.features, index.feature_weights),
        (index.posting_starts, index.postings, index.posting_weights),
        factors,
        columns,
        values,
        lengths,
    )
    places = np.arange(count * KEPT) % KEPT < np.repeat(lengths, KEPT)
    rows = np.repeat(np.arange(count, dtype=np.int32), KEPT)
    return rows_of_triples(rows[places], columns[places], values[places], index.titles)


@kernel
def _choose_rare(
    own: tuple[Integers, Numbers, NDArray[np.float64]],
    postings: tuple[Integers, Numbers, NDArray[np.float64]],
    factors: NDArray[np.float64],
    columns: Numbers,
    values: Floats,
    lengths: Integers,
) -> None:
    likeness = np.zeros(len(factors))
    rare = np.flatnonzero(factors > 0.0)
    for title in range(len(lengths)):
        add_likeness(title, own[0], own[1], own[2], postings[0], postings[1], postings[2], likeness)
        scores = np.zeros(len(rare))
        for place in range(len(rare)):
            other = rare[place]
            if other != title and likeness[other] >= LEAST_LIKENESS:
                # Ten-thousandths: what differs by less is a tie, which the smaller title number wins.
                scores[place] = np.round(likeness[other] * factors[other] * 10_000.0)
        order = np.argsort(-scores, kind="mergesort")[:KEPT]
        for place in order:
            if scores[place] > 0.0:
                columns[title * KEPT + lengths[title]] = rare[place]
                values[title * KEPT + lengths[title]] = scores[place] / 10_000.0
                lengths[title] += 1
