"""Titles proposed for rows: where each came from, why, and from which rung of the fallback ladder.

Proposal (what one source proposes for one row, by id)  -- domain.composing -->  Row (cards with titles)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain.ids import TitleId
from domain.layouts.model import RowSource, RowSpec
from domain.recommendations.reasons import Reason
from domain.viewers.continue_watching import Resume


class FreshnessSource(StrEnum):
    BATCH = "batch"
    NEARLINE = "nearline"
    LIVE = "live"
    FALLBACK = "fallback"


class Tier(StrEnum):
    """The rungs of the fallback ladder, best first: what a row was served from."""

    FRESH = "fresh"
    LAST_GOOD = "last_good"
    SIMILAR = "similar"
    REGIONAL = "regional"
    GLOBAL = "global"
    STATIC = "static"


class Candidate(NamedTuple):
    """A title proposed for a row. There are hundreds on a page: a tuple is made in a third of a dataclass's time.

    `source` says which list it came from, for tracking and explaining; `also` names further lists that had
    it too. `score` is the source's own, 0..1 where it has one. `propensity` is the chance, 0..1, with which
    exploration chose this title for its place; None for titles that were not chosen by chance.
    """

    title_id: TitleId
    source: str
    reason: Reason | None = None
    score: float | None = None
    resume: Resume | None = None
    also: tuple[str, ...] = ()
    propensity: float | None = None


@dataclass(frozen=True, slots=True)
class QuotaFloor:
    """At least `need` cards of a row are among `titles`, as far as there are any that may stand there."""

    titles: frozenset[TitleId]
    need: int


@dataclass(frozen=True, slots=True)
class RowCandidates:
    """What one source proposes for one row. `key` tells apart several rows of one spec ("" for one).

    `reason.seed`, when set, must itself be shown to this profile, or the row is dropped.
    `repeats` rows may show titles that stand elsewhere on the page (Top 10, My List).
    `ordered` rows keep the order of their candidates: it is what they are about (charts, what to resume).
    Of the proposals of one spec the first `at_most` that fill become rows; the rest stand by.
    `floors` hold the shares of a mixed row.
    `instead` is what the row is to clients when that is not what its spec asked for (a stand-in).
    """

    spec: RowSpec
    candidates: tuple[Candidate, ...]
    reason: Reason
    freshness: FreshnessSource
    computed_at: datetime
    key: str = ""
    repeats: bool = False
    at_most: int | None = None
    ordered: bool = False
    tier: Tier = Tier.FRESH
    instead: RowSource | None = None
    floors: tuple[QuotaFloor, ...] = ()

    @property
    def name(self) -> str:
        """Unique on the page: the spec's id, with the key behind it when the spec makes several rows."""
        return f"{self.spec.id}~{self.key}" if self.key else self.spec.id

    @property
    def kind(self) -> RowSource:
        """What the row is to clients."""
        return self.instead or self.spec.source
