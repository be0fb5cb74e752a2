"""The result of an evaluation: one table for all levels, with paired differences.

The nightly run measures ranked lists, the service composed pages; both write rows of this form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from domain.serialization import Document

TITLE_LEVEL, PAGE_LEVEL = "title", "page"
EVERYBODY = "all"
CANDIDATE, LAST_VERSION = "candidate", "last version"
POPULARITY, RECENT_POPULARITY, ITEM_KNN = "popularity", "recent popularity", "item-kNN"
NDCG = "ndcg@10"
"""The title-level metric of the headline."""


@dataclass(frozen=True, slots=True)
class Score:
    """`level` is TITLE_LEVEL (a ranked list) or PAGE_LEVEL (the composed page). No interval where a value belongs to
    no single user, such as coverage.
    """

    level: str
    slice: str
    model: str
    metric: str
    value: float
    low: float | None
    high: float | None
    users: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The candidate's value minus that of `against`, of the same users."""

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
class EvaluationTable:
    """`split` is "time", "last title" or "" where nothing could be measured; `note` says how, or why not."""

    split: str
    note: str
    scores: tuple[Score, ...] = ()
    differences: tuple[Difference, ...] = ()

    def with_rows(
        self, scores: Iterable[Score], differences: Iterable[Difference], note: str = ""
    ) -> EvaluationTable:
        """With those of another level or slice below."""
        joined = f"{self.note} {note}".strip()
        return EvaluationTable(self.split, joined, (*self.scores, *scores), (*self.differences, *differences))

    def find(
        self, model: str, metric: str = NDCG, slice_: str = EVERYBODY, level: str = TITLE_LEVEL
    ) -> Score | None:
        wanted = (level, slice_, model, metric)
        return next(
            (one for one in self.scores if (one.level, one.slice, one.model, one.metric) == wanted), None
        )

    def headline(self) -> Document | None:
        """What gates and the run ledger read; None where nothing was measured."""
        candidate, popularity = self.find(CANDIDATE), self.find(POPULARITY)
        recent = self.find(RECENT_POPULARITY)
        if candidate is None or popularity is None or recent is None:
            return None
        return {
            "ndcg10": candidate.value,
            "ndcg10_low": candidate.low,
            "ndcg10_high": candidate.high,
            "popularity_ndcg10": popularity.value,
            "recent_popularity_ndcg10": recent.value,
            "profiles": candidate.users,
            "split": self.split,
        }


def join_levels(table: EvaluationTable, other: EvaluationTable, level: str) -> EvaluationTable:
    """`table` with the rows of `other` at this level instead of its own."""
    kept = EvaluationTable(
        table.split,
        table.note,
        tuple(one for one in table.scores if one.level != level),
        tuple(one for one in table.differences if one.level != level),
    )
    note = "" if other.note in table.note else other.note
    return kept.with_rows(
        [one for one in other.scores if one.level == level],
        [one for one in other.differences if one.level == level],
        note,
    )


def table_to_document(table: EvaluationTable) -> Document:
    return {
        "split": table.split,
        "note": table.note,
        "headline": table.headline(),
        "scores": [asdict(one) for one in table.scores],
        "differences": [{**asdict(one), "verdict": one.verdict} for one in table.differences],
    }


def table_from_document(document: Document) -> EvaluationTable:
    """Raises KeyError or TypeError for a document of another form."""
    differences = [
        {name: value for name, value in one.items() if name != "verdict"} for one in document["differences"]
    ]
    return EvaluationTable(
        document["split"],
        document["note"],
        tuple(Score(**one) for one in document["scores"]),
        tuple(Difference(**one) for one in differences),
    )
