"""The domain's closed vocabularies, published as GraphQL enums."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import TypeVar

import strawberry

from domain.candidates.model import FreshnessSource, Tier
from domain.catalog.artwork import ArtShape
from domain.catalog.titles import TitleKind
from domain.error_codes import ErrorCode
from domain.layouts.model import CardShape, RowSource, RowStyle
from domain.page.model import DegradationKind, RowStatus
from domain.recommendations.reasons import ReasonKind
from domain.resilience.degradation_levels import ServiceLevel
from domain.viewers.continue_watching import ResumeKind
from domain.viewers.events import EventType
from resolvers.types.enum_values import VALUES

E = TypeVar("E", bound=Enum)

# Registering marks the domain's own class, so types can be annotated with it as it is.
PUBLISHED: tuple[tuple[type[Enum], str, str], ...] = (
    (RowSource, "RowKind", "What fills a row."),
    (RowStyle, "RowStyle", "How to draw a row: a hint. Draw SHELF for a style you do not know."),
    (CardShape, "CardShape", "The shape of a row's cards."),
    (
        ArtShape,
        "ArtworkShape",
        "HERO 21:9, LANDSCAPE 16:9, POSTER 2:3, SQUARE 1:1, FOUR_THREE 4:3, LOGO the name alone.",
    ),
    (
        ResumeKind,
        "ResumeKind",
        "CONTINUE where playback stopped, begin the NEXT episode, or one that is NEW since.",
    ),
    (
        FreshnessSource,
        "FreshnessSource",
        "BATCH: the night shift. NEARLINE: updated by events. LIVE: read just now. FALLBACK: a stand-in.",
    ),
    (DegradationKind, "DegradationKind", "What a page has to do without."),
    (ErrorCode, "ErrorCode", "What `extensions.code` of an error can say; `extensions.docs` explains it."),
    (RowStatus, "RowStatus", "How far a row is what it should be."),
    (Tier, "Tier", "The rungs of the fallback ladder, best first."),
    (ServiceLevel, "ServiceLevel", "How much a page may cost while the service is overloaded, best first."),
    (ReasonKind, "ReasonKind", "Why something is shown."),
    (TitleKind, "TitleKind", "Movie, series or episode."),
    (
        EventType,
        "EventType",
        "PLAY: playback began. PROGRESS: where it stands. COMPLETE: watched to the end. RATING: stars.",
    ),
)


def published(enum: type[E], name: str, description: str) -> type[E]:
    """The enum as a GraphQL enum, each value with what it means."""
    made = strawberry.enum(enum, name=name, description=description)
    for value in made.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = VALUES[name][value.name]
    return made


for _domain_enum, _name, _description in PUBLISHED:
    published(_domain_enum, _name, _description)


class FormFactor(StrEnum):
    TV = "tv"
    WEB = "web"
    MOBILE = "mobile"
    TABLET = "tablet"


class CardSize(Enum):
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class RefreshTrigger(Enum):
    PLAYBACK_ENDED = "playback_ended"
    LIST_CHANGED = "list_changed"
    RATING_CHANGED = "rating_changed"
    CONTINUE_CHANGED = "continue_changed"
    HISTORY_CHANGED = "history_changed"
    TIME = "time"


class RowCapability(Enum):
    LIST_REMOVE = "list_remove"
    DISMISS = "dismiss"
    SNOOZE = "snooze"
    DISOWN = "disown"


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


published(FormFactor, "FormFactor", "The class of device; it changes format, never what may be seen.")
published(CardSize, "CardSize", "How large to draw cards: a hint, relative to other rows.")
published(RefreshTrigger, "RefreshTrigger", "What makes a row worth fetching again.")
published(RowCapability, "RowCapability", "What a client may offer to do with a row.")
published(BadgeKind, "BadgeKind", "A small mark on a card.")
published(ActionKind, "ActionKind", "What pressing a card can do; play and details are different things.")
published(Verdict, "Verdict", "A verdict on a title.")
published(SnapshotState, "SnapshotState", "How the page in hand relates to the one that was asked for.")
