"""The home page as a value: rows of cards, and degradations."""

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
    ROW_UNAVAILABLE = "row_unavailable"
    ROW_LATE = "row_late"
    PROFILE_UNAVAILABLE = "profile_unavailable"
    RECOMMENDATIONS_UNAVAILABLE = "recommendations_unavailable"
    LAYOUT_UNAVAILABLE = "layout_unavailable"
    CATALOG_UNAVAILABLE = "catalog_unavailable"
    SHIPPED_PAGE_MISSING = "shipped_page_missing"


@dataclass(frozen=True, slots=True)
class Degradation:
    """`since`: first noticed by this process; None before the page is served."""

    what: DegradationKind
    served_instead: str
    row_id: str | None = None
    since: datetime | None = None


class Card(NamedTuple):
    """`column` counts from 0. `score` None: not ranked. A tuple for speed, as Candidate."""

    title: Title
    candidate: Candidate
    column: int
    seed: Title | None = None
    """The title its reason names, when eligible."""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """`position` counts from 0. `tier` is the lowest of its cards. `memo` caches values derived from the row
    alone."""

    candidates: RowCandidates
    position: int
    cards: tuple[Card, ...]
    seed: Title | None = None
    tier: Tier = Tier.FRESH
    memo: dict[str, object] = field(default_factory=dict, init=False, compare=False, repr=False)


class RowStatus(StrEnum):
    OK = "ok"
    STALE = "stale"
    FALLBACK = "fallback"
    EMPTY_DROPPED = "empty_dropped"


STALE_AFTER = timedelta(hours=36)
"""One and a half nightly runs."""


def row_status(row: Row, now: datetime) -> RowStatus:
    """A row from memory is stale, not a fallback: its titles are its own."""
    if row.tier not in (Tier.FRESH, Tier.LAST_GOOD):
        return RowStatus.FALLBACK
    is_old = now - row.candidates.computed_at > STALE_AFTER
    return RowStatus.STALE if is_old or row.tier == Tier.LAST_GOOD else RowStatus.OK


@dataclass(frozen=True, slots=True)
class PageHead:
    """What a page and its snapshot have in common: everything but rows. The same snapshot id means the same rows and
    cards in the same order."""

    snapshot_id: str
    layout_id: str
    layout_version: int
    data_version: str | None
    generated_at: datetime
    degradations: tuple[Degradation, ...] = field(default=(), kw_only=True)
    arms: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """Experiment -> variant, of the experiments with an impact on it."""
    forced_experiments: tuple[str, ...] = field(default=(), kw_only=True)
    """Experiments with a variant chosen by hand: the page is not analysed."""
    deciding_arms: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """Row of the layout -> arms: {"trending": "row-order:B"}."""
    request: PageRequest = field(default_factory=PageRequest, kw_only=True)
    dropped_rows: tuple[RowSpec, ...] = field(default=(), kw_only=True)
    """Rows of the layout with too few titles."""
    level: ServiceLevel = field(default=ServiceLevel.FULL, kw_only=True)


@dataclass(frozen=True, slots=True)
class Page(PageHead):
    rows: tuple[Row, ...]
    changes_at: datetime | None = None
    """The page is valid until then: the next licence change of its candidates."""
