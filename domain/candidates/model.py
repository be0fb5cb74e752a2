"""Candidates: the titles that one source proposes for one row, by id, before any title is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.reasons import Reason
from domain.viewers.continue_watching import Resume


class FreshnessSource(StrEnum):
    BATCH = "batch"
    NEARLINE = "nearline"
    LIVE = "live"
    FALLBACK = "fallback"


class Tier(StrEnum):
    """Tiers of the fallback chain, best first."""

    FRESH = "fresh"
    LAST_GOOD = "last_good"
    SIMILAR = "similar"
    REGIONAL = "regional"
    GLOBAL = "global"
    STATIC = "static"


class Candidate(NamedTuple):
    """A tuple: a page has hundreds, and a dataclass takes three times as long to make.

    `score` (0..1) is the source's own. `propensity` (0..1): the probability with which exploration chose the title
    for its place; None: not chosen by chance.
    """

    title_id: TitleId
    source: str
    reason: Reason | None = None
    score: float | None = None
    resume: Resume | None = None
    other_sources: tuple[str, ...] = ()
    propensity: float | None = None


@dataclass(frozen=True, slots=True)
class QuotaFloor:
    """At least `min_cards` cards of a row are among `titles`, where available."""

    titles: frozenset[TitleId]
    min_cards: int


@dataclass(frozen=True, slots=True)
class RowCandidates:
    """What one source proposes for one row.

    `key` tells rows of one spec apart; the first `max_rows` that fill are shown. Without an eligible `reason.seed`
    the row is dropped. `repeats`: may show titles of other rows (Top 10, My List). `ordered`: the order of
    candidates is its meaning (charts). `floors`: shares of a blended row. `kind_override`: set on a fallback row that
    holds another kind than its spec's. `more`: the source has further candidates.
    """

    spec: RowSpec
    candidates: tuple[Candidate, ...]
    reason: Reason
    freshness: FreshnessSource
    computed_at: datetime
    key: str = ""
    repeats: bool = False
    max_rows: int | None = None
    ordered: bool = False
    tier: Tier = Tier.FRESH
    kind_override: RowSource | None = None
    floors: tuple[QuotaFloor, ...] = ()
    more: bool = False

    @property
    def name(self) -> str:
        """Unique on the page."""
        return f"{self.spec.id}~{self.key}" if self.key else self.spec.id

    @property
    def kind(self) -> RowSource:
        """What clients see."""
        return self.kind_override or self.spec.source


def title_ids(rows: Iterable[RowCandidates]) -> list[TitleId]:
    """Every title that composition needs, for one catalogue call: candidates, pins, seeds and series of episodes."""
    ids: dict[TitleId, None] = {}
    for row in rows:
        if row.reason.seed:
            ids.setdefault(row.reason.seed)
        for pin in row.spec.pins:
            ids.setdefault(pin.title_id)
        for candidate in row.candidates:
            ids.setdefault(candidate.title_id)
            if candidate.reason and candidate.reason.seed:
                ids.setdefault(candidate.reason.seed)
            if candidate.resume and candidate.resume.series_id:
                ids.setdefault(candidate.resume.series_id)
    return list(ids)
