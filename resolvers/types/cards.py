"""A card: one title in one row, with everything a client draws, says aloud or sends back."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import NamedTuple

import strawberry

from domain.artwork import ArtShape
from domain.client_schema import knows
from domain.continue_watching import ResumeKind
from domain.layouts import RowStyle
from domain.pages import Card as DomainCard
from domain.pages import Page, Row
from domain.reasons import ReasonKind
from domain.titles import TitleKind
from domain.tokens import seal
from resolvers.context import Context, ContextInfo
from resolvers.execution import Memo, pure
from resolvers.texts import (
    ADDED_RECENTLY,
    availability_label,
    card_label,
    card_reason,
    metadata_line,
    resume_label,
)
from resolvers.types.actions import Action, UserState, actions_of, play_link, user_state_of
from resolvers.types.arguments import MinWidth, Shape, Textless
from resolvers.types.artwork import Artwork, artwork_for
from resolvers.types.enums import BadgeKind
from resolvers.types.titles import (
    Availability,
    Episode,
    Maturity,
    Title,
    availability_of,
    maturity_of,
    title_node,
)
from resolvers.viewer import Viewer

TOP_TEN = 10
HIDDEN_UNTIL_CALIBRATED = "How well it fits this profile; null until the scores are calibrated."


class CardSource(NamedTuple):
    """What a card is made from. `facts` decide, with the title, whatever of it is the same for everybody."""

    card: DomainCard
    row: Row
    page: Page
    viewer: Viewer
    facts: Hashable


def facts_of(row: Row, viewer: Viewer, secret: bytes) -> Hashable:
    """Of every card of a row: ratings and words go by region, a genre row names its genre first."""
    return viewer.region, _genre_of(row), secret


def _genre_of(row: Row) -> str:
    reason = row.proposal.reason
    return reason.detail if reason.kind == ReasonKind.GENRE else ""


@strawberry.type(description="Where a card stands on the page, counted from 0.")
class CardPosition:
    row: int = strawberry.field(description="Row, top to bottom.")
    column: int = strawberry.field(description="Place in the row.")


@strawberry.type(description="A small mark on a card.")
class Badge:
    kind: BadgeKind = strawberry.field(description="What it says, for styling.")
    label: str = strawberry.field(description="What to draw.")
    accessibility_label: str = strawberry.field(description="What to say.")


@strawberry.type(description="How well a title fits this profile.")
class Match:
    percent: int = strawberry.field(description="0 to 100, calibrated.")
    label: str = strawberry.field(description="What to draw.")


@strawberry.type(description="Why this card is in this row.")
class CardReason:
    text: str = strawberry.field(description="At most 40 characters.")
    kind: ReasonKind = strawberry.field(description="What kind of reason it is.")
    seed: Title = strawberry.field(description="The title it names, for a link.")
    share: float | None = strawberry.field(
        description="How much of what speaks for this card comes from that title, 0 to 1; null when not known."
    )


@strawberry.type(description="How far this profile has watched.")
class Progress:
    position_seconds: int = strawberry.field(description="Where playback stands.")
    duration_seconds: int = strawberry.field(description="Length of the title.")
    percent: int = strawberry.field(description="0 to 100, for the bar.")
    updated_at: datetime = strawberry.field(description="When it was last watched.")


@strawberry.type(description="What playing this card carries on with.")
class ResumePoint:
    kind: ResumeKind = strawberry.field(description="Carry on, or begin the next episode.")
    label: str = strawberry.field(description='"S2 E4 · 23 min left".')
    target: str = strawberry.field(description="Deep link that plays it.")


@strawberry.type(description="A trailer to play while a card has the focus.")
class Preview:
    url: str = strawberry.field(description="Address of the video.")
    duration_ms: int = strawberry.field(description="Its length in milliseconds.")


@strawberry.type(description="Send it back with every event about this card.")
class CardTracking:
    card_token: str = strawberry.field(
        description="Opaque and signed: snapshot, row, place, title and source."
    )


@strawberry.type(description="One title in one row.")
class Card:
    source: strawberry.Private[CardSource]

    def rendered_with(self, _context: Context) -> tuple[Memo, Hashable]:
        return self.source.card.title.memo, self.source.facts

    @pure(description="Unique on this page: the id of its impression.")
    def card_id(self) -> strawberry.ID:
        source = self.source
        return strawberry.ID(f"{source.page.snapshot_id}-{source.row.position}-{source.card.column}")

    @pure(description="Where it stands.")
    def position(self) -> CardPosition:
        return CardPosition(row=self.source.row.position, column=self.source.card.column)

    @pure(of_snapshot=True, description="The title.")
    def title(self) -> Title:
        return title_node(self.source.card.title, self.source.viewer.audience)

    @pure(of_snapshot=True, description="A picture in this shape; there always is one.")
    def artwork(
        self,
        info: ContextInfo,
        shape: Shape = ArtShape.POSTER,
        min_width: MinWidth = 0,
        textless: Textless = False,
    ) -> Artwork:
        return artwork_for(self.source.card.title, shape, min_width, textless, info.context.secret)

    @pure(
        of_snapshot=True,
        description="A wide picture without text, for the background while it has the focus.",
    )
    def backdrop(self, info: ContextInfo, min_width: MinWidth = 0) -> Artwork:
        return artwork_for(self.source.card.title, ArtShape.HERO, min_width, True, info.context.secret)

    @pure(
        of_snapshot=True,
        description="The name as its pictures write it, on nothing: to lay over the backdrop.",
    )
    def logo(self, info: ContextInfo, min_width: MinWidth = 0) -> Artwork:
        return artwork_for(self.source.card.title, ArtShape.LOGO, min_width, False, info.context.secret)

    @pure(description="Marks to draw on it.")
    def badges(self) -> list[Badge]:
        return badges_of(self.source)

    @pure(of_snapshot=True, description=HIDDEN_UNTIL_CALIBRATED)
    def match(self) -> Match | None:
        return None

    @pure(description="Why it is here, when there is something true and short to say.")
    def reason(self) -> CardReason | None:
        reason, seed = self.source.card.candidate.reason, self.source.card.seed
        text = card_reason(self.source.card)
        if text is None or reason is None or seed is None:
            return None
        if not knows(self.source.page.request.schema, "ReasonKind", reason.kind):
            return None
        about = title_node(seed, self.source.viewer.audience)
        return CardReason(text=text, kind=reason.kind, seed=about, share=reason.share)

    @pure(description="How far it has been watched; null when it has not.")
    def progress(self) -> Progress | None:
        watch = self.source.viewer.activity.standing(self.source.card.title.id)
        if watch is None or watch.finished or not watch.duration_seconds:
            return None
        return Progress(
            position_seconds=watch.position_seconds,
            duration_seconds=watch.duration_seconds,
            percent=round(100 * watch.share),
            updated_at=watch.at,
        )

    @pure(description="What playing it carries on with; null outside Continue Watching.")
    def resume(self) -> ResumePoint | None:
        resume = self.source.card.candidate.resume
        if resume is None:
            return None
        label = resume_label(resume, self.source.card.title)
        return ResumePoint(kind=resume.kind, label=label, target=play_link(self.source.card.title))

    @pure(description="The episode that `resume` plays; null for movies, and outside Continue Watching.")
    def next_episode(self) -> Episode | None:
        if self.source.card.candidate.resume is None:
            return None
        about = self.title()
        return about if isinstance(about, Episode) else None

    @pure(description="Until when it can be watched by this viewer.")
    def availability(self) -> Availability | None:
        return availability_of(self.source.card.title, self.source.viewer.audience)

    @pure(of_snapshot=True, description="Who it suits.")
    def maturity(self) -> Maturity:
        return maturity_of(self.source.card.title, self.source.viewer.audience)

    @pure(of_snapshot=True, description='Ready to draw: "2024 · PG-13 · 2h 4m · Thriller".')
    def metadata_line(self) -> str:
        source = self.source
        return metadata_line(source.card.title, source.viewer.region, _genre_of(source.row))

    @pure(of_snapshot=True, description="A trailer; null when there is none.")
    def preview(self) -> Preview | None:
        return None

    @pure(description="What pressing it can do, the main one first.")
    def actions(self) -> list[Action]:
        offered = actions_of(self.source.card, self.source.row, self.source.viewer.activity)
        schema = self.source.page.request.schema
        return [action for action in offered if knows(schema, "ActionKind", action.kind)]

    @pure(description="What this profile has done with it.")
    def user_state(self) -> UserState:
        return user_state_of(self.source.viewer.activity, self.source.card.title)

    @pure(description="Send it back with every event about this card.")
    def tracking(self, info: ContextInfo) -> CardTracking:
        source = self.source
        fields = (
            source.page.snapshot_id,
            source.row.proposal.name,
            str(source.row.position),
            str(source.card.column),
            source.card.title.id,
            source.card.candidate.source,
        )
        return CardTracking(card_token=seal(info.context.secret, "tracking", *fields))

    @pure(description="The whole card as one spoken sentence.")
    def accessibility_label(self) -> str:
        return card_label(self.source.card, self.source.viewer.region)


def badges_of(source: CardSource) -> list[Badge]:
    title, audience = source.card.title, source.viewer.audience
    badges = []
    if source.row.proposal.spec.style == RowStyle.NUMBERED and source.card.column < TOP_TEN:
        place = source.card.column + 1
        badges.append(Badge(kind=BadgeKind.TOP_10, label=f"#{place}", accessibility_label=f"Number {place}"))
    age = audience.now - title.launched_at
    if title.kind != TitleKind.EPISODE and timedelta(0) <= age < ADDED_RECENTLY:
        badges.append(Badge(kind=BadgeKind.NEW, label="New", accessibility_label="Recently added"))
    window = title.window(audience.region, audience.now)
    leaving = availability_label(window.ends_at, audience.now) if window else None
    if leaving:
        badges.append(Badge(kind=BadgeKind.LEAVING_SOON, label=leaving, accessibility_label=leaving))
    return badges
