"""The GraphQL enums."""

from __future__ import annotations

from enum import Enum, StrEnum

import strawberry

from domain.candidates.model import FreshnessSource, Tier
from domain.catalog.art_shapes import ArtShape
from domain.catalog.own_images import ImageFormat
from domain.catalog.titles import TitleKind
from domain.error_codes import ErrorCode
from domain.layouts.model import CardShape, RowStyle
from domain.layouts.row_kinds import RefreshTrigger, RowCapability, RowSource
from domain.page.model import DegradationKind, RowStatus
from domain.recommendations.reasons import ReasonKind
from domain.resilience.degradation_levels import ServiceLevel
from domain.viewers.continue_watching import ResumeKind
from domain.viewers.events import EventType
from resolvers.types.enum_values import VALUE_DESCRIPTIONS


def publish_enum(enum: type[Enum], name: str, description: str) -> None:
    graphql_enum = strawberry.enum(enum, name=name, description=description)
    for value in graphql_enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = VALUE_DESCRIPTIONS[name][value.name]


class FormFactor(StrEnum):
    TV = "tv"
    WEB = "web"
    MOBILE = "mobile"
    TABLET = "tablet"


class CardSize(Enum):
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class BadgeKind(Enum):
    NEW = "new"
    LEAVING_SOON = "leaving_soon"
    TOP_10 = "top_10"


class ActionKind(Enum):
    PLAY = "play"
    RESUME = "resume"
    DETAILS = "details"
    LIST_ADD = "list_add"
    LIST_REMOVE = "list_remove"
    ROW_REMOVE = "row_remove"
    SNOOZE = "snooze"
    NOT_ME = "not_me"


class Verdict(Enum):
    LIKE = "like"
    DISLIKE = "dislike"
    NONE = "unrate"


class SnapshotState(Enum):
    CURRENT = "current"
    REPLAYED = "replayed"
    EXPIRED = "expired"


# strawberry.enum marks the domain class itself, so annotations can use it.
publish_enum(RowSource, "RowKind", "What fills a row.")
publish_enum(RowStyle, "RowStyle", "How to draw a row: a hint. Draw SHELF for a style you do not know.")
publish_enum(CardShape, "CardShape", "The shape of a row's cards.")
publish_enum(
    ArtShape,
    "ArtworkShape",
    "HERO 21:9, LANDSCAPE 16:9, POSTER 2:3, SQUARE 1:1, FOUR_THREE 4:3, LOGO the name alone.",
)
publish_enum(
    ImageFormat,
    "ImageFormat",
    "Formats of pictures. The service draws SVG; the operator's own pictures have any of them.",
)
publish_enum(
    ResumeKind,
    "ResumeKind",
    "CONTINUE where playback stopped, begin the NEXT episode, or one that is NEW since.",
)
publish_enum(
    FreshnessSource,
    "FreshnessSource",
    "BATCH: the nightly run. NEARLINE: updated by events. LIVE: read just now. FALLBACK: a stand-in.",
)
publish_enum(DegradationKind, "DegradationKind", "What a page has to do without.")
publish_enum(
    ErrorCode, "ErrorCode", "What `extensions.code` of an error can say; `extensions.docs` explains it."
)
publish_enum(RowStatus, "RowStatus", "How far a row is what it should be.")
publish_enum(Tier, "Tier", "The fallback tiers, best first.")
publish_enum(
    ServiceLevel, "ServiceLevel", "How much a page may cost while the service is overloaded, best first."
)
publish_enum(ReasonKind, "ReasonKind", "Why something is shown.")
publish_enum(TitleKind, "TitleKind", "Movie, series or episode.")
publish_enum(
    EventType,
    "EventType",
    "PLAY: playback began. PROGRESS: where it stands. COMPLETE: watched to the end. RATING: stars.",
)
publish_enum(FormFactor, "FormFactor", "The class of device; it changes format, never what may be seen.")
publish_enum(CardSize, "CardSize", "How large to draw cards: a hint, relative to other rows.")
publish_enum(RefreshTrigger, "RefreshTrigger", "What makes a row worth fetching again.")
publish_enum(RowCapability, "RowCapability", "What a client may offer to do with a row.")
publish_enum(BadgeKind, "BadgeKind", "A small mark on a card.")
publish_enum(ActionKind, "ActionKind", "What pressing a card can do; play and details are different things.")
publish_enum(Verdict, "Verdict", "A verdict on a title.")
publish_enum(SnapshotState, "SnapshotState", "How the page in hand relates to the one that was asked for.")
