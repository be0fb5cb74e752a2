"""The home page as a value: rows of cards, and what it has to do without. domain/page/composition.py makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from domain.candidates.model import Candidate, RowCandidates, Tier
from domain.catalog.titles import Title
from domain.layouts.model import RowSpec
from domain.layouts.request_context import PageRequest
from domain.resilience.degradation_levels import ServiceLevel


class DegradationKind(StrEnum):
    """What a viewer has to do without, and why."""

    ROW_UNAVAILABLE = "row_unavailable"
    ROW_LATE = "row_late"
    PROFILE_UNAVAILABLE = "profile_unavailable"
    RECOMMENDATIONS_UNAVAILABLE = "recommendations_unavailable"
    LAYOUT_UNAVAILABLE = "layout_unavailable"
    CATALOG_UNAVAILABLE = "catalog_unavailable"
    SHIPPED_PAGE_MISSING = "shipped_page_missing"


@dataclass(frozen=True, slots=True)
class Degradation:
    """`since` is when this process first noticed, None on a page that has not been served yet."""

    what: DegradationKind
    served_instead: str
    row_id: str | None = None
    since: datetime | None = None


class Card(NamedTuple):
    """One title in one row. `column` counts from 0; `score` is the blended one that ranked it, if one did.

    A tuple for the same reason as Candidate.
    """

    title: Title
    candidate: Candidate
    column: int
    seed: Title | None = None
    """The title its reason names, when this profile may see it."""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`position` counts from 0, top to bottom. `tier` is the lowest rung of the ladder that gave it a card.

    `memo` is room for whoever works something out from the row alone.
    """

    proposal: RowCandidates
    position: int
    cards: tuple[Card, ...]
    seed: Title | None = None
    tier: Tier = Tier.FRESH
    memo: dict[str, object] = field(default_factory=dict, init=False, compare=False, repr=False)


class RowStatus(StrEnum):
    """How far a row is what it should be."""

    OK = "ok"
    STALE = "stale"
    FALLBACK = "fallback"
    EMPTY_DROPPED = "empty_dropped"


STALE_AFTER = timedelta(hours=36)
"""Age at which the night shift's data counts as stale: one missed night and a half."""


def status(row: Row, now: datetime) -> RowStatus:
    """Of a row that stands on a page. What it held last is stale, not a fallback: they are its own titles."""
    if row.tier not in (Tier.FRESH, Tier.LAST_GOOD):
        return RowStatus.FALLBACK
    is_old = now - row.proposal.computed_at > STALE_AFTER
    return RowStatus.STALE if is_old or row.tier == Tier.LAST_GOOD else RowStatus.OK


@dataclass(frozen=True, slots=True)
class Page:
    """A composed home page. The same snapshot id means the same rows and cards in the same order."""

    snapshot_id: str
    layout_id: str
    layout_version: int
    data_version: str | None
    generated_at: datetime
    rows: tuple[Row, ...]
    degradations: tuple[Degradation, ...] = field(default_factory=tuple)
    arms: Mapping[str, str] = field(default_factory=dict)
    """Experiment -> variant, of those that had a say in it."""
    forced: tuple[str, ...] = ()
    """Experiments whose variant somebody chose by hand: nothing of this page is to be analysed."""
    decided: Mapping[str, str] = field(default_factory=dict)
    """Row of the layout -> the arms that decided it: {"trending": "row-order:B"}."""
    request: PageRequest = field(default_factory=PageRequest)
    dropped: tuple[RowSpec, ...] = ()
    """Rows of the layout that were tried and had too few titles, or none."""
    level: ServiceLevel = ServiceLevel.FULL
    changes_at: datetime | None = None
    """The first licence to begin or end among the titles it was made from: it is right until then."""
