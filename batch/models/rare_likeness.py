"""The content part of the blend: what a watched title says, by likeness of content, for titles that few have watched.

    C[a, b] = likeness(a, b) RARE / (RARE + accounts of b)        0 where b has RARE accounts or more

Item-item weights need accounts that watched both titles; a new or rare title has none. The weight moves to
co-watching as accounts come. Rows are the most watched titles, which nearly all histories consist of; each keeps
its KEPT best.

`CatalogueContent` is what learning and evaluation need to make these rows as they were at a cut in the past.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.models.best_keys import keep_best, key_of, score_of, sort_falling, title_of
from batch.models.compiled import kernel
from batch.models.content import ContentIndex, add_likeness, index_content
from batch.models.counting import TOGETHER_UNIT
from batch.models.histories import DAY_MILLIS, Floats, Integers, Numbers
from batch.models.sparse_rows import SparseRows, rows_of_triples

RARE = 20.0
KEPT = 30
MAX_ROWS = 3000
LEAST_LIKENESS = 0.2


@dataclass(frozen=True, slots=True)
class CatalogueContent:
    """By title number. `launch_ages` are days before the histories' `as_of`, infinite where unknown."""

    index: ContentIndex
    launch_ages: Floats

    @classmethod
    def at(cls, as_of: int, index: ContentIndex, launched_at: Integers) -> CatalogueContent:
        """Instants are epoch milliseconds, a negative launch is unknown."""
        known = np.where(launched_at < 0, -np.inf, launched_at)
        return cls(index, ((as_of - known) / DAY_MILLIS).astype(np.float32))

    @property
    def titles(self) -> int:
        return len(self.launch_ages)

    @property
    def says_nothing(self) -> bool:
        return not len(self.index.features)

    def launched_before(self, age: float) -> NDArray[np.bool_]:
        """Titles with a description that had launched `age` days ago."""
        found: NDArray[np.bool_] = (self.launch_ages > age) & (np.diff(self.index.starts) > 0)
        return found

    def take(self, titles: Numbers) -> CatalogueContent:
        return CatalogueContent(self.index.take(titles), self.launch_ages[titles])


def no_content(title_count: int) -> CatalogueContent:
    """Of a catalogue that says nothing, and launched nobody knows when."""
    index = index_content([()] * title_count)
    return CatalogueContent(index, np.full(title_count, np.inf, np.float32))


def rare_likeness(index: ContentIndex, title_counts: Integers, accounts_each: float = 1.0) -> SparseRows:
    """`title_counts` of `counting.count_titles`; title numbers as in `index`. In a sample each account stands for
    `accounts_each`.
    """
    accounts = title_counts / TOGETHER_UNIT * accounts_each
    factors = np.where(accounts < RARE, RARE / (RARE + accounts), 0.0)
    count = min(MAX_ROWS, index.titles)
    columns = np.empty(count * KEPT, np.int32)
    values = np.zeros(count * KEPT, np.float32)
    lengths = np.zeros(count, np.int64)
    _choose_rare(
        (index.starts, index.features, index.feature_weights),
        (index.posting_starts, index.postings, index.posting_weights),
        factors,
        np.flatnonzero(factors > 0.0),
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
    rare: Integers,
    columns: Numbers,
    values: Floats,
    lengths: Integers,
) -> None:
    likeness, best = np.zeros(len(factors)), np.zeros(KEPT, np.int64)
    for title in range(len(lengths)):
        add_likeness(title, own[0], own[1], own[2], postings[0], postings[1], postings[2], likeness)
        found = 0
        for other in rare:
            if other != title and likeness[other] >= LEAST_LIKENESS:
                key = key_of(likeness[other] * factors[other], int(other))
                if found < KEPT or key > best[0]:
                    found = keep_best(best, found, key)
        keys = best[:found]
        sort_falling(keys)
        for place in range(found):
            columns[title * KEPT + place] = title_of(keys[place])
            values[title * KEPT + place] = score_of(keys[place])
        lengths[title] = found
