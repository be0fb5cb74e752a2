"""The result of a page-level evaluation: scores and paired differences with 95 % intervals by bootstrap over profiles
(Efron, 1979).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from domain.evaluation.table import CANDIDATE, PAGE_LEVEL, Difference, EvaluationTable, Score
from domain.page.play_positions import METRICS

SPLIT = "time"
DRAWS, SEED = 500, 20_261_130
TAIL = 0.025
DIGITS = 6

Figures = Sequence[Sequence[float]]
"""One row a profile, one column a metric."""


def page_table(
    figures: Mapping[str, Figures], slices: Mapping[str, Sequence[int]], note: str
) -> EvaluationTable:
    """`figures` by model, CANDIDATE among them, all of the same profiles; `slices` name the profiles by place.

    A slice without a profile is left out.
    """
    scores: list[Score] = []
    differences: list[Difference] = []
    for name, members in slices.items():
        if not members:
            continue
        count = len(members)
        chosen = {model: [rows[one] for one in members] for model, rows in figures.items()}
        for model, rows in chosen.items():
            scores += [
                Score(PAGE_LEVEL, name, model, metric, *interval, count)
                for metric, interval in zip(METRICS, mean_intervals(rows), strict=True)
            ]
        for model, rows in chosen.items():
            if model != CANDIDATE:
                differences += [
                    Difference(PAGE_LEVEL, name, model, metric, *interval, count)
                    for metric, interval in zip(
                        METRICS, mean_intervals(_minus(chosen[CANDIDATE], rows)), strict=True
                    )
                ]
    return EvaluationTable(SPLIT, note, tuple(scores), tuple(differences))


def mean_intervals(rows: Figures, draws: int = DRAWS, seed: int = SEED) -> list[tuple[float, float, float]]:
    """Mean, low and high of each column. Equal rows give equal intervals. Needs at least one row."""
    columns, count = list(zip(*rows, strict=True)), len(rows)
    rng = random.Random(seed)
    drawn: list[list[float]] = [[] for _ in columns]
    for _ in range(draws):
        chosen = rng.choices(range(count), k=count)
        for means, column in zip(drawn, columns, strict=True):
            means.append(sum([column[one] for one in chosen]) / count)
    cut = int(TAIL * draws)
    return [
        (
            round(sum(column) / count, DIGITS),
            round(ordered[cut], DIGITS),
            round(ordered[-1 - cut], DIGITS),
        )
        for column, ordered in zip(columns, map(sorted, drawn), strict=True)
    ]


def _minus(rows: Figures, others: Figures) -> list[list[float]]:
    return [[one - two for one, two in zip(a, b, strict=True)] for a, b in zip(rows, others, strict=True)]
