"""Small types of a row."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.candidates.model import FreshnessSource
from domain.catalog.art_shapes import ArtShape
from domain.catalog.titles import Title as DomainTitle
from domain.layouts.model import CardShape, RowStyle
from domain.layouts.row_kinds import RefreshTrigger
from domain.recommendations.reasons import ReasonKind
from resolvers.execution import pure
from resolvers.request.context import ContextInfo
from resolvers.types.artwork import ArtRequest, Artwork, artwork_for
from resolvers.types.enums import CardSize
from resolvers.types.scalars import Duration
from resolvers.types.titles import Title


@strawberry.type(description="A title a sentence speaks of.")
class ReasonPivot:
    title: Title = strawberry.field(description="The title, for a link.")


@strawberry.type(description="Why a row is on this page.")
class RowReason:
    kind: ReasonKind = strawberry.field(description="What kind of reason it is.")
    text: str = strawberry.field(description="Ready to draw.")
    pivots: list[ReasonPivot] = strawberry.field(description="The titles it speaks of; may be empty.")
    share: float | None = strawberry.field(
        description="How much of what speaks for this row comes from the title it names, 0 to 1, of all the "
        "titles that were asked. Null for a row that names none."
    )


@strawberry.type(description="How to draw a row: a hint.")
class RowPresentation:
    seed_title: strawberry.Private[DomainTitle | None]
    density: strawberry.Private[float]
    style: RowStyle = strawberry.field(description="One of the styles the device said it supports, or SHELF.")
    fallback_style: RowStyle = strawberry.field(description="Draw this if the style cannot be drawn.")
    card_shape: CardShape = strawberry.field(description="Shape of the cards.")
    card_size: CardSize = strawberry.field(description="How large to draw them, relative to other rows.")

    @pure(description="A wide picture to stand behind the row: of the title it is about, if it is about one.")
    def background_art(self, info: ContextInfo) -> Artwork | None:
        if self.seed_title is None:
            return None
        request = ArtRequest(ArtShape.HERO, textless=True, density=self.density)
        return artwork_for(self.seed_title, request, info.context)

    numbered: bool = strawberry.field(description="Draw the place, 1 to 10, beside each card.")
    show_titles: bool = strawberry.field(description="Draw names beneath the cards.")


@strawberry.type(description="Send it back with every event about this row.")
class RowTracking:
    row_token: str = strawberry.field(description="Opaque and signed.")
    position: int = strawberry.field(description="Place on the page, counted from 0.")
    source: str = strawberry.field(description="Where its titles come from.")
    model_version: str | None = strawberry.field(description="Data version that computed them.")
    experiment: str | None = strawberry.field(
        description="Experiment and variant that decided it, if one did."
    )


@strawberry.type(description="How old the data behind a row is.")
class Freshness:
    computed_at: datetime = strawberry.field(description="When it was computed.")
    source: FreshnessSource = strawberry.field(description="By whom.")
    stale: bool = strawberry.field(description="Older than it should be.")


@strawberry.type(description="When to fetch a row again, by `node(id:)`.")
class RefreshPolicy:
    after: Duration = strawberry.field(description="At the latest after this long.")
    on: list[RefreshTrigger] = strawberry.field(description="At once when one of these happens.")


@strawberry.type(description="What to fetch before it is needed.")
class PrefetchHint:
    priority: int = strawberry.field(description="0 first.")
    image_count: int = strawberry.field(description="How many pictures of this row.")


@strawberry.type(description="Where the whole list is.")
class SeeAll:
    target: str = strawberry.field(description="Deep link.")
