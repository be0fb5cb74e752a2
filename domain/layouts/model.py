"""The values of a layout as it applies to one request. Field names are document keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import ceil

from domain.ids import TitleId
from domain.layouts.row_kinds import RowSource

MAX_CARDS = 40
MIN_CARDS = 3
DEFAULT_MAX_CARDS = 20
MAX_ROWS_PER_SPEC = 5

MAX_BOOST = 1.0
"""Bounds the sum of one title's boosts, up and down."""

ROUNDING = 1e-9
"""Of products of shares, which are decimals."""


class RowStyle(StrEnum):
    """Clients draw SHELF for an unsupported style."""

    SHELF = "shelf"
    LANDSCAPE = "landscape"
    NUMBERED = "numbered"
    HERO = "hero"


class CardShape(StrEnum):
    POSTER = "poster"
    LANDSCAPE = "landscape"
    SQUARE = "square"


class ShortRule(StrEnum):
    """What to do with fewer than `min_cards`."""

    WIDEN = "widen"
    """Fill up from the fallback chain."""
    MERGE = "merge"
    """Append its cards to the next row of its source."""
    REPLACE = "replace"
    """Show `RowSpec.stand_in` instead."""
    DROP = "drop"


class Rotation(StrEnum):
    """How often the order may change without new data."""

    NONE = "none"
    DAY = "day"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class SourceShare:
    """A further source: its `share` (0..1) of the cards; `weight` multiplies its scores."""

    source: RowSource
    share: float
    weight: float = 1.0
    options: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowPlacement:
    """Positions count from 1. Never next to `apart_from`."""

    pin: int | None = None
    earliest: int = 1
    latest: int | None = None
    after: str | None = None
    before: str | None = None
    apart_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pin:
    """An editor's title in a fixed slot, from 1."""

    title_id: TitleId
    slot: int
    until: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Boost:
    """Adds `by` (-1..1) to scores of titles that match the filter rule."""

    match: str
    by: float
    until: datetime


@dataclass(frozen=True, slots=True)
class Quota:
    """At least `share` (0..1) of the cards match the filter rule."""

    match: str
    share: float

    def min_cards(self, places: int) -> int:
        return ceil(self.share * places - ROUNDING)


@dataclass(frozen=True, slots=True)
class Caps:
    """Maximum titles per franchise and share (0..1) per genre. `diversity` (0..1) weighs difference from neighbours
    against a title's own score (0: not at all)."""

    franchise: int | None = None
    genre_share: float | None = None
    diversity: float = 0.0


@dataclass(frozen=True, slots=True)
class Exploration:
    """`share` (0..1) of the cards are little-known titles, none before slot `earliest`."""

    share: float
    earliest: int = 4

    def slots(self, places: int) -> list[int]:
        """Counted from 1, spread evenly from `earliest` to the end."""
        available = places - self.earliest + 1
        count = min(int(self.share * places + ROUNDING), max(0, available))
        return [self.earliest + (2 * index + 1) * available // (2 * count) for index in range(count)]


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the parts of a score (domain/ranking/scoring.py)."""

    base: float = 1.0
    taste: float = 0.3
    trending: float = 0.1
    newness: float = 0.1
    context: float = 0.1
    fatigue: float = 0.4
    dislike: float = 0.6


@dataclass(frozen=True, slots=True)
class Promise:
    """Invariants of every page of the layout, checked on serving."""

    min_rows: int = 3
    discovery_rows: int = 1
    genre_share: float = 1.0


@dataclass(frozen=True, slots=True)
class RowSpec:
    """Conditions, schedules and variants are already evaluated.

    Rules of `short` are tried in order. The source reads `options` (docs/adding-a-row.md). `title` maps language to
    text. `filter` is a filter rule. A title that two rows want goes to the higher `priority`, else to the upper row.
    `budget_ms` limits the source; None: the layout's.
    """

    id: str
    source: RowSource
    style: RowStyle = RowStyle.SHELF
    card_shape: CardShape = CardShape.POSTER
    min_cards: int = MIN_CARDS
    max_cards: int = DEFAULT_MAX_CARDS
    options: Mapping[str, str | int] = field(default_factory=dict)
    title: Mapping[str, str] = field(default_factory=dict)
    mix: tuple[SourceShare, ...] = ()
    place: RowPlacement = RowPlacement()
    priority: int = 0
    short: tuple[ShortRule, ...] = (ShortRule.WIDEN, ShortRule.DROP)
    stand_in: str | None = None
    filter: str = ""
    pins: tuple[Pin, ...] = ()
    boosts: tuple[Boost, ...] = ()
    quotas: tuple[Quota, ...] = ()
    caps: Caps = Caps()
    exploration: Exploration | None = None
    rotation: Rotation = Rotation.NONE
    repeats: bool = False
    budget_ms: int | None = None

    def text_option(self, name: str, default: str) -> str:
        return str(self.options.get(name, default))

    def number_option(self, name: str, default: int) -> int:
        return int(self.options.get(name, default))


@dataclass(frozen=True, slots=True)
class Layout:
    """`personal_order`: unpinned rows are ordered by their value for the profile.

    `stand_ins` only replace other rows (`RowSpec.stand_in`).
    """

    id: str
    version: int
    rows: tuple[RowSpec, ...]
    published_at: datetime
    personal_order: bool = False
    stand_ins: tuple[RowSpec, ...] = ()
    caps: Caps = Caps()
    weights: Weights = Weights()
    promise: Promise = Promise()
    budget_ms: int = 1200
