"""Cards: one title in one row."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import msgspec
import strawberry

from domain.catalog.art_shapes import ArtShape
from domain.catalog.titles import Title as DomainTitle
from domain.layouts.client_compatibility import is_known
from domain.page.model import Card as DomainCard
from domain.page.model import Page, Row
from domain.recommendations.reasons import ReasonKind
from resolvers.display_text import metadata_line
from resolvers.execution import FragmentCache, Memo, pure, render_key
from resolvers.request.context import Context, ContextInfo
from resolvers.request.viewer import Viewer
from resolvers.types.actions import Action, UserState, actions_of
from resolvers.types.arguments import ArtFormats, ArtLanguage, MinWidth, Shape, Textless, TrailerLanguage
from resolvers.types.artwork import ArtRequest, Artwork, artwork_for
from resolvers.types.card_parts import (
    Badge,
    CardPosition,
    CardReason,
    CardTracking,
    Match,
)
from resolvers.types.previews import Preview, preview_of
from resolvers.types.title_parts import (
    Availability,
    Maturity,
    Progress,
    ResumePoint,
    availability_of,
    maturity_of,
    shared_render_key,
)
from resolvers.types.titles import Episode, Title, title_node

HIDDEN_UNTIL_CALIBRATED = "How well it fits this profile; null until the scores are calibrated."


class SharedCardValues:
    """Shared by the cards of one row.

    `render_key` covers what a rendered title depends on: the region, the device's density, and the genre that a genre
    row names first.
    Holds neither row nor page: the row caches its cards, and the cycle would need the garbage collector.
    """

    def __init__(self, row: Row, page: Page, viewer: Viewer, secret: bytes, density: float) -> None:
        self.position = row.position
        self.source = row.candidates.spec.source
        self.schema = page.request.schema
        self.viewer = viewer
        self.density = density
        reason = row.candidates.reason
        self.genre = reason.detail if reason.kind == ReasonKind.GENRE else ""
        self.render_key = render_key("card", viewer.region, self.genre, secret, density)

    def title_node(self, title: DomainTitle) -> Title:
        return title_node(title, self.viewer.audience, self.viewer, self.density)


class CardValues(msgspec.Struct, gc=False):
    """Object of the GraphQL type Card. `gc=False`: part of no cycle."""

    card: DomainCard
    shared: SharedCardValues
    fragments: FragmentCache
    card_id: str
    badges: list[Badge]
    reason: CardReason | None
    progress: Progress | None
    resume: ResumePoint | None
    user_state: UserState
    tracking: TrackingValues
    accessibility_label: str


class TrackingValues(msgspec.Struct, gc=False, frozen=True):
    """Object of the GraphQL type CardTracking."""

    card_token: str


@strawberry.type(description="One title in one row.")
class Card:
    """Its objects are CardValues, with viewer-specific values computed eagerly: an attribute costs a tenth of a
    resolver call.
    """

    card: strawberry.Private[DomainCard]
    shared: strawberry.Private[SharedCardValues]
    card_id: strawberry.ID = strawberry.field(description="Unique on this page: the id of its impression.")

    render_cache: ClassVar = "fragments"

    def shared_render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.card.title.memo, shared_render_key(context.secret, self.shared.density)

    @pure(description="Where it stands.")
    def position(self) -> CardPosition:
        return CardPosition(row=self.shared.position, column=self.card.column)

    @pure(render_once=True, description="The title.")
    def title(self) -> Title:
        return self.shared.title_node(self.card.title)

    @pure(render_once=True, description="A picture in this shape; there always is one.")
    def artwork(
        self,
        info: ContextInfo,
        shape: Shape = ArtShape.POSTER,
        min_width: MinWidth = 0,
        textless: Textless = False,
        language: ArtLanguage = None,
        formats: ArtFormats = None,
    ) -> Artwork:
        request = ArtRequest(shape, min_width, textless, language, tuple(formats or ()), self.shared.density)
        return artwork_for(self.card.title, request, info.context)

    @pure(
        render_once=True,
        description="A wide picture without text, for the background while it has the focus.",
    )
    def backdrop(
        self,
        info: ContextInfo,
        min_width: MinWidth = 0,
        language: ArtLanguage = None,
        formats: ArtFormats = None,
    ) -> Artwork:
        density = self.shared.density
        request = ArtRequest(ArtShape.HERO, min_width, True, language, tuple(formats or ()), density)
        return artwork_for(self.card.title, request, info.context)

    @pure(
        render_once=True,
        description="The name as its pictures write it, on nothing: to lay over the backdrop.",
    )
    def logo(
        self,
        info: ContextInfo,
        min_width: MinWidth = 0,
        language: ArtLanguage = None,
        formats: ArtFormats = None,
    ) -> Artwork:
        density = self.shared.density
        request = ArtRequest(ArtShape.LOGO, min_width, False, language, tuple(formats or ()), density)
        return artwork_for(self.card.title, request, info.context)

    badges: list[Badge] = strawberry.field(description="Marks to draw on it.")

    @pure(render_once=True, description=HIDDEN_UNTIL_CALIBRATED)
    def match(self) -> Match | None:
        return None

    reason: CardReason | None = strawberry.field(
        description="Why it is here, when there is something true and short to say."
    )
    progress: Progress | None = strawberry.field(
        description="How far it has been watched; null when it has not."
    )
    resume: ResumePoint | None = strawberry.field(
        description="What playing it carries on with; null outside Continue Watching."
    )

    @pure(description="The episode that `resume` plays; null for movies, and outside Continue Watching.")
    def next_episode(self) -> Episode | None:
        if self.card.candidate.resume is None:
            return None
        about = self.shared.title_node(self.card.title)
        return about if isinstance(about, Episode) else None

    @pure(description="Until when it can be watched by this viewer.")
    def availability(self) -> Availability | None:
        return availability_of(self.card.title, self.shared.viewer.audience)

    @pure(render_once_per_key=True, description="Who it suits.")
    def maturity(self) -> Maturity:
        return maturity_of(self.card.title, self.shared.viewer.audience)

    @pure(render_once_per_key=True, description='Ready to draw: "2024 · PG-13 · 2h 4m · Thriller".')
    def metadata_line(self) -> str:
        return metadata_line(self.card.title, self.shared.viewer.region, self.shared.genre)

    @pure(
        render_once=True,
        description="A trailer to play, muted, while it has the focus; null when there is none.",
    )
    def preview(self, info: ContextInfo, language: TrailerLanguage = None) -> Preview | None:
        return preview_of(self.card.title, language, info.context)

    @pure(description="What pressing it can do, the main one first.")
    def actions(self) -> list[Action]:
        offered = actions_of(self.card, self.shared.source, self.shared.viewer.activity)
        schema = self.shared.schema
        return [action for action in offered if is_known(schema, "ActionKind", action.kind)]

    user_state: UserState = strawberry.field(description="What this profile has done with it.")
    tracking: CardTracking = strawberry.field(description="Send it back with every event about this card.")
    accessibility_label: str = strawberry.field(description="The whole card as one spoken sentence.")
