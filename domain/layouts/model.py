"""Layouts: which rows a home page has, in which order, drawn how. Data, not code.

This file is the shape of a layout as it applies to one request, and the layout that ships with Marquee: when
none can be read, a page falls back to DEFAULT_LAYOUT, so it never depends on somebody having published one.
How documents and files become this shape stands in domain/layouts/documents.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from domain.ids import TitleId

HOME = "home"
MAX_CARDS = 40
MIN_CARDS = 3
MAX_ROWS = 5
"""Rows that one row spec can make."""


class RowSource(StrEnum):
    """What fills a row. Each value has a file of that name in resolvers/rows/."""

    CONTINUE_WATCHING = "continue_watching"
    TOP_PICKS = "top_picks"
    BECAUSE_YOU_WATCHED = "because_you_watched"
    BECAUSE_YOU_LIKED = "because_you_liked"
    TRENDING = "trending"
    NEW_RELEASES = "new_releases"
    GENRE = "genre"
    MY_LIST = "my_list"
    WATCH_AGAIN = "watch_again"
    LEAVING_SOON = "leaving_soon"
    EDITORIAL = "editorial"
    ONBOARDING = "onboarding"


FAMILIAR = frozenset({RowSource.CONTINUE_WATCHING, RowSource.MY_LIST, RowSource.WATCH_AGAIN})
"""Rows of what the viewer knows already. All others are for discovery."""


class RowStyle(StrEnum):
    """How a client should draw a row; a client that cannot falls back to SHELF."""

    SHELF = "shelf"
    LANDSCAPE = "landscape"
    NUMBERED = "numbered"
    HERO = "hero"


class CardShape(StrEnum):
    POSTER = "poster"
    LANDSCAPE = "landscape"
    SQUARE = "square"


class ShortRule(StrEnum):
    """What happens to a row that has fewer than `min_cards`; tried in the order a row names them."""

    WIDEN = "widen"
    """Fill up from the next rungs of the fallback ladder."""
    MERGE = "merge"
    """Join its cards to the next row of the same source."""
    REPLACE = "replace"
    """Give its place to the row named in `RowSpec.stand_in`."""
    DROP = "drop"


class Rotation(StrEnum):
    """How often a row may change its order when nothing else did."""

    NONE = "none"
    DAY = "day"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Portion:
    """A further source of a row: `share` (0..1) of its places, its scores multiplied by `weight`."""

    source: RowSource
    share: float
    weight: float = 1.0
    options: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowPlacement:
    """Where a row may stand. Positions count from 1. `apart_from` names rows it may not stand beside."""

    pin: int | None = None
    earliest: int = 1
    latest: int | None = None
    after: str | None = None
    before: str | None = None
    apart_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pin:
    """An editor's title in a fixed slot (counted from 1) of a row, until it ends."""

    title_id: TitleId
    slot: int
    until: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Boost:
    """Adds `by` (-1..1; below 0 buries) to the score of titles that the filter rule `match` is true of."""

    match: str
    by: float
    until: datetime


@dataclass(frozen=True, slots=True)
class Quota:
    """At least `share` (0..1) of a row's cards are titles that the filter rule `match` is true of."""

    match: str
    share: float


@dataclass(frozen=True, slots=True)
class Caps:
    """At most so many titles of one franchise, and such a share (0..1) of one genre; `diversity` (0..1) is
    how much being unlike its neighbours counts against a title's own score (0: not at all)."""

    franchise: int | None = None
    genre_share: float | None = None
    diversity: float = 0.0


@dataclass(frozen=True, slots=True)
class Exploration:
    """`share` (0..1) of a row's places go to little-known titles, none of them before slot `earliest`."""

    share: float
    earliest: int = 4


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of a card's score counts; domain/ranking/scoring.py says what each part is."""

    base: float = 1.0
    taste: float = 0.3
    trending: float = 0.1
    newness: float = 0.1
    context: float = 0.1
    fatigue: float = 0.4
    dislike: float = 0.6


@dataclass(frozen=True, slots=True)
class Promise:
    """What every page made from this layout must hold; checked on pages as they are served."""

    min_rows: int = 3
    discovery_rows: int = 1
    genre_share: float = 1.0


@dataclass(frozen=True, slots=True)
class RowSpec:
    """A row of a layout as it applies to one request: conditions, schedules and variants are decided already.

    A row with fewer than `min_cards` is treated by its `short` rules; it never shows more than `max_cards`.
    `options` are read by the row's source and described in docs/adding-a-row.md. `title` maps language to a
    text of the designer's own. `filter` is a filter rule (domain/filter_rules/compiler.py). When two rows want
    the same
    title, the one with the higher `priority` has it, else the one further up in the layout. `budget_ms` is how
    long its source may take; None: the layout's.
    """

    id: str
    source: RowSource
    style: RowStyle = RowStyle.SHELF
    card_shape: CardShape = CardShape.POSTER
    min_cards: int = MIN_CARDS
    max_cards: int = 20
    options: Mapping[str, str | int] = field(default_factory=dict)
    title: Mapping[str, str] = field(default_factory=dict)
    mix: tuple[Portion, ...] = ()
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

    def text(self, name: str, default: str) -> str:
        return str(self.options.get(name, default))

    def number(self, name: str, default: int) -> int:
        return int(self.options.get(name, default))


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of one request: rows in the designer's order.

    `personal_order`: rows without a pin are ordered by how much each should matter to this profile.
    `stand_ins` are rows that appear only in the place of another (`RowSpec.stand_in`).
    `arms` are the experiment variants that had a say in it.
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
    arms: Mapping[str, str] = field(default_factory=dict)


_SEEDED = ("because_you_watched", "because_you_liked")

DEFAULT_LAYOUT = Layout(
    id=HOME,
    version=0,
    published_at=datetime(2026, 1, 1, tzinfo=UTC),
    personal_order=True,
    rows=(
        RowSpec(
            "continue-watching",
            RowSource.CONTINUE_WATCHING,
            RowStyle.LANDSCAPE,
            CardShape.LANDSCAPE,
            min_cards=1,
            place=RowPlacement(latest=3),
        ),
        RowSpec(
            "top-picks",
            RowSource.TOP_PICKS,
            place=RowPlacement(latest=3),
            caps=Caps(franchise=3, diversity=0.2),
            exploration=Exploration(0.1, earliest=6),
        ),
        RowSpec("onboarding", RowSource.ONBOARDING, max_cards=12, place=RowPlacement(earliest=2)),
        RowSpec(
            "because-you-watched",
            RowSource.BECAUSE_YOU_WATCHED,
            options={"rows": 2},
            place=RowPlacement(apart_from=_SEEDED),
        ),
        RowSpec(
            "trending-today", RowSource.TRENDING, RowStyle.NUMBERED, max_cards=10, options={"window": "day"}
        ),
        RowSpec("my-list", RowSource.MY_LIST, min_cards=1),
        RowSpec("new-releases", RowSource.NEW_RELEASES, RowStyle.LANDSCAPE, CardShape.LANDSCAPE),
        RowSpec(
            "because-you-liked",
            RowSource.BECAUSE_YOU_LIKED,
            options={"rows": 1},
            place=RowPlacement(apart_from=_SEEDED),
        ),
        RowSpec("genres", RowSource.GENRE, options={"rows": 3}),
        RowSpec("trending-week", RowSource.TRENDING, options={"window": "week"}),
        RowSpec("leaving-soon", RowSource.LEAVING_SOON),
        RowSpec("watch-again", RowSource.WATCH_AGAIN, options={"days": 30}, place=RowPlacement(earliest=6)),
    ),
)
