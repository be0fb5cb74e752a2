"""A row: a titled list of cards with how to draw it, why it is there, and when to fetch it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

import strawberry
from graphql.pyutils import AwaitableOrValue

from domain.candidates.eligibility import next_change
from domain.candidates.model import Tier
from domain.catalog.titles import Title as DomainTitle
from domain.ids import global_id
from domain.layouts.client_compatibility import Version, kind_for, known, knows
from domain.layouts.model import RowSource, RowStyle
from domain.page.model import STALE_AFTER, Page, RowStatus, status
from domain.page.model import Row as DomainRow
from domain.signed_tokens import seal
from domain.viewers.profiles import Audience
from resolvers.display_text import row_label, row_subtitle, row_title
from resolvers.execution import awaits, pure
from resolvers.home.snapshots import served_row
from resolvers.request.context import Context, ContextInfo
from resolvers.request.viewer import Viewer
from resolvers.types.arguments import After, First
from resolvers.types.card_builder import shown_cards
from resolvers.types.cards import Card, ShownCard
from resolvers.types.connection import Connection, Place, connect_places, place_of
from resolvers.types.enums import CardSize, RefreshTrigger, RowCapability
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
"""Cards of a row worth fetching pictures for before it is scrolled to."""

_TASTE = (RefreshTrigger.PLAYBACK_ENDED, RefreshTrigger.RATING_CHANGED, RefreshTrigger.HISTORY_CHANGED)
REFRESH_ON: dict[RowSource, tuple[RefreshTrigger, ...]] = {
    RowSource.CONTINUE_WATCHING: (*_TASTE, RefreshTrigger.CONTINUE_CHANGED),
    RowSource.BECAUSE_YOU_WATCHED: _TASTE,
    RowSource.BECAUSE_YOU_LIKED: _TASTE,
    RowSource.WATCH_AGAIN: _TASTE,
    RowSource.TOP_PICKS: _TASTE,
    RowSource.MY_LIST: (RefreshTrigger.LIST_CHANGED,),
}
CAPABILITIES: dict[RowSource, tuple[RowCapability, ...]] = {
    RowSource.CONTINUE_WATCHING: (RowCapability.DISMISS, RowCapability.SNOOZE, RowCapability.DISOWN),
    RowSource.BECAUSE_YOU_WATCHED: (RowCapability.DISOWN,),
    RowSource.WATCH_AGAIN: (RowCapability.DISOWN,),
    RowSource.MY_LIST: (RowCapability.LIST_REMOVE,),
}
REFRESH_AFTER = {RowSource.TRENDING: timedelta(minutes=15), RowSource.CONTINUE_WATCHING: timedelta(minutes=5)}
USUAL_REFRESH = timedelta(hours=1)


CARD_SIZES = {
    RowStyle.SHELF: CardSize.SMALL,
    RowStyle.LANDSCAPE: CardSize.MEDIUM,
    RowStyle.NUMBERED: CardSize.MEDIUM,
    RowStyle.HERO: CardSize.LARGE,
}


@dataclass(frozen=True, slots=True)
class RowValues:
    """What a row is made from. `supports` are the styles the client can draw."""

    row: DomainRow
    page: Page
    viewer: Viewer
    supports: frozenset[RowStyle]


@strawberry.type(description="A titled list of cards.")
class Row(Node):
    source: strawberry.Private[RowValues]

    @property
    def _schema(self) -> Version | None:
        return self.source.page.request.schema

    @pure(description="What fills it.")
    def kind(self) -> RowSource:
        kind = self.source.row.proposal.kind
        return kind_for(self._schema, kind) or kind

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
        pivots = [ReasonPivot(title=title_node(seed, self.source.viewer.audience))] if seed else []
        text = (
            row_title(self.source.row, self.source.page.request.locale)
            if seed
            else row_subtitle(self.source.row)
        )
        why = self.source.row.proposal.reason
        if not knows(self._schema, "ReasonKind", why.kind):
            return None
        return RowReason(kind=why.kind, text=text, pivots=pivots, share=why.share)

    @pure(description="How to draw it.")
    def presentation(self) -> RowPresentation:
        spec = self.source.row.proposal.spec
        style = spec.style if spec.style in self.source.supports else RowStyle.SHELF
        return RowPresentation(
            style=style,
            fallback_style=RowStyle.SHELF,
            card_shape=spec.card_shape,
            card_size=CARD_SIZES[style],
            about=self.source.row.seed,
            numbered=style == RowStyle.NUMBERED,
            show_titles=spec.source == RowSource.CONTINUE_WATCHING,
        )

    @pure(description="Send it back with every event about this row.")
    def tracking(self, info: ContextInfo) -> RowTracking:
        row, page = self.source.row, self.source.page
        fields = (page.snapshot_id, row.proposal.name, str(row.position))
        return RowTracking(
            row_token=seal(info.context.secret, "tracking", *fields),
            position=row.position,
            source=row.cards[0].candidate.source,
            model_version=page.data_version,
            experiment=page.decided.get(row.proposal.spec.id),
        )

    @pure(description="How far it is what it should be.")
    def status(self) -> RowStatus:
        return status(self.source.row, self.source.page.generated_at)

    @pure(description="The rung of the fallback ladder that gave its cards; of several, the lowest.")
    def served_from(self) -> Tier:
        return self.source.row.tier

    @pure(description="How old its data is.")
    def freshness(self) -> Freshness:
        proposal = self.source.row.proposal
        return Freshness(
            computed_at=proposal.computed_at,
            source=proposal.freshness,
            stale=self.source.page.generated_at - proposal.computed_at > STALE_AFTER,
        )

    @pure(description="When to fetch it again.")
    def refresh(self) -> RefreshPolicy:
        kind = self.source.row.proposal.kind
        shown = [card.title for card in self.source.row.cards]
        usual = REFRESH_AFTER.get(kind, USUAL_REFRESH)
        after = refresh_within(usual, shown, self.source.viewer.audience)
        triggers = known(self._schema, "RefreshTrigger", REFRESH_ON.get(kind, ()))
        return RefreshPolicy(after=after, on=[*triggers, RefreshTrigger.TIME])

    @pure(description="What to fetch before it is needed.")
    def prefetch(self) -> PrefetchHint:
        count = min(IMAGES_AHEAD, len(self.source.row.cards))
        return PrefetchHint(priority=self.source.row.position, image_count=count)

    @pure(description="Where the whole list is; null when this is all of it.")
    def see_all(self) -> SeeAll | None:
        spec = self.source.row.proposal.spec
        if len(self.source.row.cards) < spec.max_cards or spec.source == RowSource.CONTINUE_WATCHING:
            return None
        return SeeAll(target=f"marquee://row/{self.id}")

    @pure(description="What to offer for it.")
    def capabilities(self) -> list[RowCapability]:
        return known(
            self._schema, "RowCapability", CAPABILITIES.get(self.source.row.proposal.spec.source, ())
        )

    @pure(
        description="Its cards; null when they could not be had, which costs this row alone. A cursor of another "
        "page goes on in that page, as it was served.",
        graphql_type=Connection[Card] | None,
    )
    def cards(
        self, info: ContextInfo, first: First = 12, after: After = None
    ) -> AwaitableOrValue[Connection[Card] | None]:
        source, secret = self.source, info.context.secret
        if after is None:
            return cards_of(source, first, None, secret)
        place = place_of(after, source.row.proposal.name, secret)
        if place.snapshot_id == source.page.snapshot_id:
            return cards_of(source, first, place, secret)
        awaits(info)
        return _cards_elsewhere(source, first, place, info.context)


async def _cards_elsewhere(source: RowValues, first: int, place: Place, context: Context) -> Connection[Card]:
    """The cards behind a place in this row of another page; this row's first ones if that is not kept."""
    name = source.row.proposal.name
    served = await served_row(context, source.viewer, place.snapshot_id, name)
    if served is None:
        return cards_of(source, first, None, context.secret, restarted=True)
    rows = [replace(source, row=row, page=served) for row in served.rows]
    if not rows:
        # Nothing of the row may be seen any more: it is at its end.
        return connect_places(
            list[Card](), lambda _: 0, first, place, place.snapshot_id, name, context.secret
        )
    return cards_of(rows[0], first, place, context.secret)


def cards_of(
    source: RowValues, first: int, behind: Place | None, secret: bytes, restarted: bool = False
) -> Connection[Card]:
    row, page, viewer = source.row, source.page, source.viewer
    cards = shown_cards(row, page, viewer, secret)
    name = row.proposal.name
    found: Connection[ShownCard] = connect_places(
        cards, _column, first, behind, page.snapshot_id, name, secret, restarted
    )
    # What GraphQL calls a card.
    return cast("Connection[Card]", found)


def _column(card: ShownCard) -> int:
    return card.card.column


def refresh_within(
    usual: timedelta, shown: Iterable[DomainTitle], audience: Audience, changes_at: datetime | None = None
) -> Duration:
    """The usual time, or what is left until a licence changes what is shown: never past it, never nothing."""
    instants = [at for at in (changes_at, next_change(shown, audience)) if at is not None]
    left = min((at - audience.now for at in instants), default=usual)
    return Duration(max(timedelta(seconds=1), min(usual, left)))


def row_node(row: DomainRow, page: Page, viewer: Viewer, supports: frozenset[RowStyle]) -> Row:
    """The GraphQL type of a composed row."""
    key = f"id for {viewer.profile.id}"
    identity = row.memo.get(key)
    if identity is None:
        parts = row.proposal.name.split("~")
        identity = row.memo[key] = strawberry.ID(global_id("row", viewer.profile.id, *parts))
    return Row(id=cast("strawberry.ID", identity), source=RowValues(row, page, viewer, supports))
