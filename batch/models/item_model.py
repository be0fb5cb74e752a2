"""The item model: item-item weights and next-title transitions, from the counts of row blocks.

A transition from a to b weighs its count relative to the titles that follow anything: count / (accounts of b + 5) ^
power; with power 1/2 it is a cosine, with 0 a plain count. The 200 greatest of each title stay.

`fit_item_model` is the whole in memory. A cluster counts blocks apart (`part_of_counts`) and joins them
(`join_parts`); counts are exact, so both give the same model for any number of blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from batch.models.counting import (
    TOGETHER_UNIT,
    TRANSITION_UNIT,
    BlockCounts,
    Counts,
    count_block,
    count_titles,
    counter_kind,
    empty_counts,
)
from batch.models.histories import Floats, Histories, Integers, Numbers
from batch.models.item_weights import all_weights
from batch.models.sparse_rows import SparseRows, join_triples, largest_of_rows, rows_of_triples

MIN_HEAD_ACCOUNTS = 2.0
"""A title that fewer accounts liked has nothing to regress on."""

DAMPING = 5.0
"""Accounts added to a title's own, so that a rare title does not get the greatest transitions."""


@dataclass(frozen=True, slots=True)
class ItemParameters:
    ridge: float = 100.0
    transition_power: float = 0.5
    head_size: int = 6000
    kept_weights: int = 200
    kept_transitions: int = 200
    tail_neighbours: int = 50
    shrinkage: float = 5.0
    ties: bool = True
    """Titles of one instant follow each other (`counting.py`)."""


@dataclass(frozen=True, slots=True)
class ItemPart:
    """What one block contributes.

    `head_rows` are whole rows of the Gram matrix (accounts times 144) of `head_titles`. `tail` has, for each of
    `tail_titles`, its similar head titles with the accounts that liked both. `transitions` are (from, to, weight).
    """

    head_titles: Numbers
    head_rows: Counts
    tail_titles: Numbers
    tail: SparseRows
    transitions: tuple[Numbers, Numbers, Floats]


@dataclass(frozen=True, slots=True)
class ItemModel:
    """Rows are watched titles, columns what they speak for."""

    weights: SparseRows
    transitions: SparseRows

    @property
    def title_count(self) -> int:
        return len(self.weights)


def head_size(title_counts: Integers, parameters: ItemParameters) -> int:
    """Title numbers rank by popularity, so the head is the first numbers, up to the last with enough accounts."""
    enough = np.flatnonzero(title_counts[: parameters.head_size] >= MIN_HEAD_ACCOUNTS * TOGETHER_UNIT)
    return int(enough[-1]) + 1 if len(enough) else 0


def part_of_counts(counts: BlockCounts, title_counts: Integers, parameters: ItemParameters) -> ItemPart:
    """`title_counts` of `count_titles`, over all histories."""
    titles = counts.row_titles()
    head = head_size(title_counts, parameters)
    in_head = titles < head
    popularity = (title_counts / TOGETHER_UNIT).astype(np.float32)
    tail = _tail(counts, titles, head, popularity, parameters)
    return ItemPart(
        titles[in_head],
        counts.together[in_head][:, :head],
        titles[~in_head],
        tail,
        _transitions(counts, titles, popularity, parameters),
    )


def _tail(
    counts: BlockCounts, titles: Numbers, head: int, popularity: Floats, parameters: ItemParameters
) -> SparseRows:
    """Neighbours by count / (sqrt(accounts) + shrinkage): the order of a shrunk cosine, as the own norm is common."""
    together = counts.together[titles >= head]
    factors = np.float32(1.0) / (np.sqrt(popularity[:head]) + np.float32(parameters.shrinkage))
    rows, columns, _ = largest_of_rows(together, factors, parameters.tail_neighbours)
    both = (together[rows, columns] / TOGETHER_UNIT).astype(np.float32)
    return rows_of_triples(rows, columns, both, len(together))


def _transitions(
    counts: BlockCounts, titles: Numbers, popularity: Floats, parameters: ItemParameters
) -> tuple[Numbers, Numbers, Floats]:
    damping = (popularity + np.float32(DAMPING)) ** np.float32(-parameters.transition_power)
    damping /= np.float32(TRANSITION_UNIT)
    rows, columns, scores = largest_of_rows(counts.transitions, damping, parameters.kept_transitions)
    return titles[rows], columns, scores


def join_parts(
    parts: Sequence[ItemPart], title_counts: Integers, accounts: int, parameters: ItemParameters
) -> ItemModel:
    """Raises `NoInverse` if the ridge is too small."""
    head, count = head_size(title_counts, parameters), len(title_counts)
    gram = np.zeros((head, head), np.float32)
    for part in parts:
        gram[part.head_titles] = part.head_rows / np.float32(TOGETHER_UNIT)
    tail_titles = np.concatenate([part.tail_titles for part in parts])
    tail = join_rows([part.tail for part in parts])
    popularity = (title_counts / TOGETHER_UNIT).astype(np.float32)
    weights = all_weights(
        gram, tail, tail_titles, popularity, float(accounts), parameters.ridge, parameters.kept_weights
    )
    return ItemModel(weights, join_triples([part.transitions for part in parts], count))


def join_rows(parts: Sequence[SparseRows]) -> SparseRows:
    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    columns = np.concatenate([part.columns for part in parts])
    return SparseRows(starts, columns, np.concatenate([part.values for part in parts]))


def fit_item_model(
    histories: Histories, title_count: int, parameters: ItemParameters, blocks: int = 1
) -> ItemModel:
    title_counts = count_titles(histories, title_count)
    parts = []
    for block in range(blocks):
        counts = empty_counts(title_count, block, blocks, counter_kind(title_counts))
        count_block(histories, counts, parameters.ties)
        parts.append(part_of_counts(counts, title_counts, parameters))
    return join_parts(parts, title_counts, len(np.unique(histories.accounts)), parameters)
