"""A card: one title in one row, with everything a client draws, says aloud or sends back."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

import msgspec
import strawberry

from domain.catalog.artwork import ArtShape
from domain.layouts.client_compatibility import knows
from domain.page.model import Card as DomainCard
from domain.page.model import Page, Row
from domain.recommendations.reasons import ReasonKind
from resolvers.display_text import metadata_line
from resolvers.execution import Memo, Pieces, one_of, pure
from resolvers.request.context import Context, ContextInfo
from resolvers.request.viewer import Viewer
from resolvers.types.actions import Action, UserState, actions_of
from resolvers.types.arguments import MinWidth, Shape, Textless
from resolvers.types.artwork import Artwork, artwork_for
from resolvers.types.card_parts import (
    Badge,
    CardPosition,
    CardReason,
    CardTracking,
    Match,
    Preview,
    Progress,
    ResumePoint,
)
from resolvers.types.titles import (
    Availability,
    Episode,
    Maturity,
    Title,
    availability_of,
    for_everybody,
    maturity_of,
    title_node,
)

HIDDEN_UNTIL_CALIBRATED = "How well it fits this profile; null until the scores are calibrated."


class CardRow:
    """What the cards of one row have in common, worked out once: there are hundreds of cards on a page.

    `facts` decide, with the title, what of a card others share: ratings and words go by region, a genre row names its
    genre first. Neither the row nor the page is held: the row keeps its cards, and what goes round in a circle is
    freed by the garbage collector alone.
    """

    def __init__(self, row: Row, page: Page, viewer: Viewer, secret: bytes) -> None:
        self.position = row.position
        self.source = row.proposal.spec.source
        self.schema = page.request.schema
        self.viewer = viewer
        reason = row.proposal.reason
        self.genre = reason.detail if reason.kind == ReasonKind.GENRE else ""
        self.facts = one_of("card", viewer.region, self.genre, secret)


class ShownCard(msgspec.Struct, gc=False):
    """A card as it is shown: what GraphQL reads of the type Card. It is part of no circle, so `gc` need not look."""

    card: DomainCard
    shared: CardRow
    pieces: Pieces
    card_id: str
    badges: list[Badge]
    reason: CardReason | None
    progress: Progress | None
    resume: ResumePoint | None
    user_state: UserState
    tracking: ShownTracking
    accessibility_label: str


class ShownTracking(msgspec.Struct, gc=False, frozen=True):
    """What GraphQL reads of the type CardTracking."""

    card_token: str


@strawberry.type(description="One title in one row.")
class Card:
    """The type alone: its objects are ShownCard. Whatever is this viewer's own is worked out when the page is made
    (resolvers/types/card_builder.py), whether it is asked for or not: reading an attribute costs a tenth of calling a
    resolver, and a page has thousands of them.
    """

    card: strawberry.Private[DomainCard]
    shared: strawberry.Private[CardRow]
    card_id: strawberry.ID = strawberry.field(description="Unique on this page: the id of its impression.")

    rendered_with: ClassVar = "pieces"

    def rendered_for_everybody(self, context: Context) -> tuple[Memo, Hashable]:
        return self.card.title.memo, for_everybody(context.secret)

    @pure(description="Where it stands.")
    def position(self) -> CardPosition:
        return CardPosition(row=self.shared.position, column=self.card.column)

    @pure(for_everybody=True, description="The title.")
    def title(self) -> Title:
        return title_node(self.card.title, self.shared.viewer.audience)

    @pure(for_everybody=True, description="A picture in this shape; there always is one.")
    def artwork(
        self,
        info: ContextInfo,
        shape: Shape = ArtShape.POSTER,
        min_width: MinWidth = 0,
        textless: Textless = False,
    ) -> Artwork:
        return artwork_for(self.card.title, shape, min_width, textless, info.context.secret)

    @pure(
        for_everybody=True,
        description="A wide picture without text, for the background while it has the focus.",
    )
    def backdrop(self, info: ContextInfo, min_width: MinWidth = 0) -> Artwork:
        return artwork_for(self.card.title, ArtShape.HERO, min_width, True, info.context.secret)

    @pure(
        for_everybody=True,
        description="The name as its pictures write it, on nothing: to lay over the backdrop.",
    )
    def logo(self, info: ContextInfo, min_width: MinWidth = 0) -> Artwork:
        return artwork_for(self.card.title, ArtShape.LOGO, min_width, False, info.context.secret)

    badges: list[Badge] = strawberry.field(description="Marks to draw on it.")

    @pure(for_everybody=True, description=HIDDEN_UNTIL_CALIBRATED)
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
        about = title_node(self.card.title, self.shared.viewer.audience)
        return about if isinstance(about, Episode) else None

    @pure(description="Until when it can be watched by this viewer.")
    def availability(self) -> Availability | None:
        return availability_of(self.card.title, self.shared.viewer.audience)

    @pure(of_snapshot=True, description="Who it suits.")
    def maturity(self) -> Maturity:
        return maturity_of(self.card.title, self.shared.viewer.audience)

    @pure(of_snapshot=True, description='Ready to draw: "2024 · PG-13 · 2h 4m · Thriller".')
    def metadata_line(self) -> str:
        return metadata_line(self.card.title, self.shared.viewer.region, self.shared.genre)

    @pure(for_everybody=True, description="A trailer; null when there is none.")
    def preview(self) -> Preview | None:
        return None

    @pure(description="What pressing it can do, the main one first.")
    def actions(self) -> list[Action]:
        offered = actions_of(self.card, self.shared.source, self.shared.viewer.activity)
        schema = self.shared.schema
        return [action for action in offered if knows(schema, "ActionKind", action.kind)]

    user_state: UserState = strawberry.field(description="What this profile has done with it.")
    tracking: CardTracking = strawberry.field(description="Send it back with every event about this card.")
    accessibility_label: str = strawberry.field(description="The whole card as one spoken sentence.")
