"""Dense scores of the viewers of a cut, and how well they foretell: the same formulas as `scoring.py`, all titles
at once.

The measure is NDCG@10 + Recall@20 / 4, full ranking over all titles that the viewer has not: the first screen and
the depth of a row, brought to about the same size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.models.compiled import kernel
from batch.models.histories import Floats, Histories, Integers, Numbers
from batch.models.sparse_rows import SparseRows

SCREEN, DEPTH = 10, 20
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Quality:
    ndcg: float
    recall: float
    viewers: int

    @property
    def value(self) -> float:
        return self.ndcg + self.recall / 4.0


def part_scores(histories: Histories, weights: Floats, rows: SparseRows, columns: int) -> Scores:
    """(profiles, first `columns` titles): the part in standard deviations over all titles."""
    scores = np.zeros((len(histories), columns), np.float32)
    _add_parts(histories.starts, histories.titles, weights, rows.starts, rows.columns, rows.values, scores)
    return scores


@kernel
def _add_parts(
    starts: Integers,
    titles: Numbers,
    weights: Floats,
    row_starts: Integers,
    row_columns: Numbers,
    row_values: Floats,
    scores: Scores,
) -> None:
    title_count = len(row_starts) - 1
    part = np.zeros(title_count)
    for profile in range(len(starts) - 1):
        part[:] = 0.0
        for entry in range(starts[profile], starts[profile + 1]):
            if weights[entry] != 0.0:
                for place in range(row_starts[titles[entry]], row_starts[titles[entry] + 1]):
                    part[row_columns[place]] += weights[entry] * row_values[place]
        spread = _deviation(part)
        if spread > 1e-12:
            for title in range(scores.shape[1]):
                scores[profile, title] = part[title] / spread


@kernel
def _deviation(values: NDArray[np.float64]) -> float:
    """Of loops: that of numpy takes seconds to compile."""
    total, squares = 0.0, 0.0
    for value in values:
        total += value
    mean = total / len(values)
    for value in values:
        squares += (value - mean) * (value - mean)
    return float(np.sqrt(squares / len(values)))


def measure(
    parts: tuple[Scores, Scores, Scores],
    shares: tuple[float, float, float],
    personal: Floats,
    prior: Floats,
    seen: Histories,
    target_starts: Integers,
    targets: Numbers,
) -> Quality:
    """`personal` is c of each viewer, `prior` the popularity part with its weight."""
    found = np.zeros(2)
    _measure(
        *parts, np.array(shares), personal, prior, seen.starts, seen.titles, target_starts, targets, found
    )
    viewers = len(target_starts) - 1
    return Quality(float(found[0] / viewers), float(found[1] / viewers), viewers)


@kernel
def _measure(
    similar: Scores,
    following: Scores,
    content: Scores,
    shares: NDArray[np.float64],
    personal: Floats,
    prior: Floats,
    seen_starts: Integers,
    seen_titles: Numbers,
    target_starts: Integers,
    targets: Numbers,
    found: NDArray[np.float64],
) -> None:
    count = similar.shape[1]
    scores = np.empty(count, np.float32)
    for viewer in range(len(target_starts) - 1):
        first, second, third = shares * personal[viewer]
        for title in range(count):
            scores[title] = prior[title]
        if first != 0.0:
            for title in range(count):
                scores[title] += np.float32(first) * similar[viewer, title]
        if second != 0.0:
            for title in range(count):
                scores[title] += np.float32(second) * following[viewer, title]
        if third != 0.0:
            for title in range(count):
                scores[title] += np.float32(third) * content[viewer, title]
        for place in range(seen_starts[viewer], seen_starts[viewer + 1]):
            if seen_titles[place] < count:
                scores[seen_titles[place]] = -np.inf
        gain, hits, wanted = 0.0, 0, target_starts[viewer + 1] - target_starts[viewer]
        for place in range(target_starts[viewer], target_starts[viewer + 1]):
            target = targets[place]
            if target >= count:
                continue
            rank = 0
            for title in range(count):
                if scores[title] > scores[target] or (scores[title] == scores[target] and title < target):
                    rank += 1
                    if rank == DEPTH:
                        break
            if rank < SCREEN:
                gain += 1.0 / np.log2(rank + 2.0)
            hits += 1 if rank < DEPTH else 0
        ideal = 0.0
        for rank in range(min(wanted, SCREEN)):
            ideal += 1.0 / np.log2(rank + 2.0)
        found[0] += gain / ideal
        found[1] += hits / wanted
