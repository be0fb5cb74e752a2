"""The result of a page-level evaluation: scores and paired differences with 95 % intervals by bootstrap over profiles
(Efron, 1979). The JSON has the rows of a version's `evaluation.json`, with level "page".
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from domain.page.play_positions import METRICS
from domain.serialization import Document

LEVEL, EVERYBODY = "page", "all"
CANDIDATE = "candidate"
DRAWS, SEED = 500, 20_261_130
TAIL = 0.025
DIGITS = 6

Figures = Sequence[Sequence[float]]
"""One row a profile, one column a metric."""


@dataclass(frozen=True, slots=True)
class PageScore:
    level: str
    slice: str
    model: str
    metric: str
    value: float
    low: float
    high: float
    users: int


@dataclass(frozen=True, slots=True)
class PageDifference:
    """The candidate's value minus that of `against`, of the same profiles."""

    level: str
    slice: str
    against: str
    metric: str
    value: float
    low: float
    high: float
    users: int

    @property
    def verdict(self) -> str:
        return "better" if self.low > 0 else "worse" if self.high < 0 else "no clear difference"


@dataclass(frozen=True, slots=True)
class PageTable:
    note: str
    scores: tuple[PageScore, ...]
    differences: tuple[PageDifference, ...]

    def to_document(self) -> Document:
        return {
            "split": "time",
            "note": self.note,
            "scores": [asdict(one) for one in self.scores],
            "differences": [{**asdict(one), "verdict": one.verdict} for one in self.differences],
        }


def page_table(figures: Mapping[str, Figures], slices: Mapping[str, Sequence[int]], note: str) -> PageTable:
    """`figures` by model, CANDIDATE among them, all of the same profiles; `slices` name the profiles by place.

    A slice without a profile is left out.
    """
    scores: list[PageScore] = []
    differences: list[PageDifference] = []
    for name, members in slices.items():
        if not members:
            continue
        count = len(members)
        chosen = {model: [rows[one] for one in members] for model, rows in figures.items()}
        for model, rows in chosen.items():
            scores += [
                PageScore(LEVEL, name, model, metric, *interval, count)
                for metric, interval in zip(METRICS, mean_intervals(rows), strict=True)
            ]
        for model, rows in chosen.items():
            if model != CANDIDATE:
                differences += [
                    PageDifference(LEVEL, name, model, metric, *interval, count)
                    for metric, interval in zip(
                        METRICS, mean_intervals(_minus(chosen[CANDIDATE], rows)), strict=True
                    )
                ]
    return PageTable(note, tuple(scores), tuple(differences))


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
