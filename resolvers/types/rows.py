"""Rows of a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import strawberry
from graphql.pyutils import AwaitableOrValue

from domain.candidates.eligibility import next_licence_change
from domain.candidates.model import Tier
from domain.catalog.titles import Title as DomainTitle
from domain.ids import global_id
from domain.layouts.client_compatibility import compatible_kind, is_known, known_values
from domain.layouts.conditions import Version
from domain.layouts.model import RowStyle
from domain.layouts.row_kinds import ROW_KINDS, RefreshTrigger, RowCapability, RowSource
from domain.page.model import STALE_AFTER, Page, RowStatus, row_status
from domain.page.model import Row as DomainRow
from domain.signed_tokens import seal
from domain.viewers.profiles import Audience
from resolvers.display_text import row_label, row_subtitle, row_title
from resolvers.execution import pure, require_graphql_core
from resolvers.home.snapshots import load_served_row
from resolvers.request.context import Context, ContextInfo
from resolvers.request.viewer import Viewer
from resolvers.types.arguments import After, First
from resolvers.types.card_builder import build_cards
from resolvers.types.cards import Card, CardValues
from resolvers.types.connection import (
    Connection,
    PageCursor,
    connect_page_list,
    decode_page_cursor,
    page_size,
)
from resolvers.types.device import Drawable
from resolvers.types.enums import CardSize
from resolvers.types.node import Node
from resolvers.types.row_parts import (
    Freshness,
    PrefetchHint,
    ReasonPivot,
    RefreshPolicy,
    RowPresentation,
    RowReason,
    RowTracking,
    SeeAll,
)
from resolvers.types.scalars import Duration
from resolvers.types.titles import title_node

IMAGES_AHEAD = 6
CARDS_AT_ONCE = 12
"""Cards per row whose images a client should prefetch."""

CARD_SIZES = {
    RowStyle.SHELF: CardSize.SMALL,
    RowStyle.LANDSCAPE: CardSize.MEDIUM,
    RowStyle.NUMBERED: CardSize.MEDIUM,
    RowStyle.HERO: CardSize.LARGE,
}


@dataclass(frozen=True, slots=True)
class RowValues:
    """`supports` is what the client can draw."""

    row: DomainRow
    page: Page
    viewer: Viewer
    supports: Drawable


@strawberry.type(description="A titled list of cards.")
class Row(Node):
    source: strawberry.Private[RowValues]

    @property
    def _schema(self) -> Version | None:
        return self.source.page.request.schema

    @pure(description="What fills it.")
    def kind(self) -> RowSource:
        kind = self.source.row.candidates.kind
        return compatible_kind(self._schema, kind) or kind

    @pure(description="Its name, ready to draw.")
    def title(self) -> str:
        return row_title(self.source.row, self.source.page.request.locale)

    @pure(description="Why it is there, in half a sentence.")
    def subtitle(self) -> str | None:
        return row_subtitle(self.source.row)

    @pure(description='As spoken: "Row 3, Trending in Germany Today, 20 titles".')
    def accessibility_label(self) -> str:
        return row_label(self.source.row, self.source.page.request.locale)

    @pure(description="Why it is on this page, with the titles it speaks of.")
    def reason(self) -> RowReason | None:
        seed = self.source.row.seed
        viewer, density = self.source.viewer, self.source.supports.density
        pivots = [ReasonPivot(title=title_node(seed, viewer.audience, viewer, density))] if seed else []
        text = (
            row_title(self.source.row, self.source.page.request.locale)
            if seed
            else row_subtitle(self.source.row)
        )
        reason = self.source.row.candidates.reason
        if not is_known(self._schema, "ReasonKind", reason.kind):
            return None
        return RowReason(kind=reason.kind, text=text, pivots=pivots, share=reason.share)

    @pure(description="How to draw it.")
    def presentation(self) -> RowPresentation:
        spec = self.source.row.candidates.spec
        style = spec.style if spec.style in self.source.supports.styles else RowStyle.SHELF
        return RowPresentation(
            style=style,
            fallback_style=RowStyle.SHELF,
            card_shape=spec.card_shape,
            card_size=CARD_SIZES[style],
            seed_title=self.source.row.seed,
            density=self.source.supports.density,
            numbered=style == RowStyle.NUMBERED,
            show_titles=spec.source == RowSource.CONTINUE_WATCHING,
        )

    @pure(description="Send it back with every event about this row.")
    def tracking(self, info: ContextInfo) -> RowTracking:
        row, page = self.source.row, self.source.page
        fields = (page.snapshot_id, row.candidates.name, str(row.position))
        return RowTracking(
            row_token=seal(info.context.secret, "tracking", *fields),
            position=row.position,
            source=row.cards[0].candidate.source,
            model_version=page.data_version,
            experiment=page.deciding_arms.get(row.candidates.spec.id),
        )

    @pure(description="How far it is what it should be.")
    def status(self) -> RowStatus:
        return row_status(self.source.row, self.source.page.generated_at)

    @pure(description="The fallback tier that gave its cards; of several, the lowest.")
    def served_from(self) -> Tier:
        return self.source.row.tier

    @pure(description="How old its data is.")
    def freshness(self) -> Freshness:
        proposal = self.source.row.candidates
        return Freshness(
            computed_at=proposal.computed_at,
            source=proposal.freshness,
            stale=self.source.page.generated_at - proposal.computed_at > STALE_AFTER,
        )

    @pure(description="When to fetch it again.")
    def refresh(self) -> RefreshPolicy:
        kind = self.source.row.candidates.kind
        shown = [card.title for card in self.source.row.cards]
        usual = ROW_KINDS[kind].refresh_after
        after = refresh_within(usual, shown, self.source.viewer.audience)
        triggers = known_values(self._schema, "RefreshTrigger", ROW_KINDS[kind].refresh_on)
        return RefreshPolicy(after=after, on=[*triggers, RefreshTrigger.TIME])

    @pure(description="What to fetch before it is needed.")
    def prefetch(self) -> PrefetchHint:
        count = min(IMAGES_AHEAD, len(self.source.row.cards))
        return PrefetchHint(priority=self.source.row.position, image_count=count)

    @pure(
        description="Where the whole row is; null when `cards` has all of it without arguments, as a row of up to "
        f"{CARDS_AT_ONCE} cards does."
    )
    def see_all(self) -> SeeAll | None:
        if len(self.source.row.cards) <= CARDS_AT_ONCE:
            return None
        return SeeAll(target=f"marquee://row/{self.id}")

    @pure(description="What to offer for it.")
    def capabilities(self) -> list[RowCapability]:
        return known_values(
            self._schema, "RowCapability", ROW_KINDS[self.source.row.candidates.spec.source].capabilities
        )

    @pure(
        description="Its cards; null when they could not be had, which costs this row alone. A cursor of another "
        "page goes on in that page, as it was served.",
        graphql_type=Connection[Card] | None,
    )
    def cards(
        self, info: ContextInfo, first: First = CARDS_AT_ONCE, after: After = None
    ) -> AwaitableOrValue[Connection[Card] | None]:
        source, secret = self.source, info.context.secret
        size = page_size(first, CARDS_AT_ONCE)
        if after is None:
            return card_connection(source, size, None, secret)
        cursor = decode_page_cursor(after, source.row.candidates.name, secret)
        if cursor.snapshot_id == source.page.snapshot_id:
            return card_connection(source, size, cursor, secret)
        require_graphql_core(info)
        return _cards_of_other_page(source, size, cursor, info.context)


async def _cards_of_other_page(
    source: RowValues, first: int, cursor: PageCursor, context: Context
) -> Connection[Card]:
    """Continues in the cursor's snapshot, or restarts when that has expired."""
    name = source.row.candidates.name
    served = await load_served_row(context, source.viewer, cursor.snapshot_id, name)
    if served is None:
        return card_connection(source, first, None, context.secret, restarted=True)
    rows = [replace(source, row=row, page=served) for row in served.rows]
    if not rows:
        # No card of the row is eligible any more.
        return connect_page_list(
            list[Card](), lambda _: 0, first, cursor, cursor.snapshot_id, name, context.secret
        )
    return card_connection(rows[0], first, cursor, context.secret)


def card_connection(
    source: RowValues, first: int, cursor: PageCursor | None, secret: bytes, restarted: bool = False
) -> Connection[Card]:
    row, page, viewer = source.row, source.page, source.viewer
    cards = build_cards(row, page, viewer, secret, source.supports.density)
    name = row.candidates.name
    found: Connection[CardValues] = connect_page_list(
        cards, _column, first, cursor, page.snapshot_id, name, secret, restarted
    )
    # CardValues are the objects of the type Card.
    return cast("Connection[Card]", found)


def _column(card: CardValues) -> int:
    return card.card.column


def refresh_within(
    usual: timedelta, shown: Iterable[DomainTitle], audience: Audience, changes_at: datetime | None = None
) -> Duration:
    """At most the usual time and not past a licence change; at least a second."""
    instants = [at for at in (changes_at, next_licence_change(shown, audience)) if at is not None]
    left = min((at - audience.now for at in instants), default=usual)
    return Duration(max(timedelta(seconds=1), min(usual, left)))


def row_node(row: DomainRow, page: Page, viewer: Viewer, supports: Drawable) -> Row:
    key = f"id for {viewer.profile.id}"
    identity = row.memo.get(key)
    if identity is None:
        parts = row.candidates.name.split("~")
        identity = row.memo[key] = strawberry.ID(global_id("row", viewer.profile.id, *parts))
    return Row(id=cast("strawberry.ID", identity), source=RowValues(row, page, viewer, supports))
