"""A card: one title in one row, with everything a client draws, says aloud or sends back."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import cast

import strawberry

from domain.artwork import ArtShape
from domain.client_schema import knows
from domain.layouts import RowStyle
from domain.pages import Card as DomainCard
from domain.pages import Page, Row
from domain.profiles import Audience
from domain.reasons import ReasonKind
from domain.titles import Title as DomainTitle
from domain.titles import TitleKind
from resolvers.context import Context, ContextInfo
from resolvers.execution import Memo, pure
from resolvers.texts import (
    ADDED_RECENTLY,
    LEAVES_SOON,
    availability_label,
    card_label,
    card_reason,
    metadata_line,
    resume_label,
)
from resolvers.tracking import sign_tokens
from resolvers.types.actions import UNTOUCHED, Action, UserState, actions_of, play_link, user_state_of
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
NEVER = datetime.max.replace(tzinfo=UTC)
HIDDEN_UNTIL_CALIBRATED = "How well it fits this profile; null until the scores are calibrated."


class CardRow:
    """What the cards of one row have in common, worked out once: there are hundreds of cards on a page.

    `facts` decide, with the title, whatever of a card is the same for everybody: ratings and words go by region, a
    genre row names its genre first.
    """

    def __init__(self, row: Row, page: Page, viewer: Viewer, secret: bytes) -> None:
        self.row = row
        self.page = page
        self.viewer = viewer
        self.ids = f"{page.snapshot_id}-{row.position}-"
        reason = row.proposal.reason
        self.genre = reason.detail if reason.kind == ReasonKind.GENRE else ""
        self.facts: Hashable = (viewer.region, self.genre, secret)
        self.numbered = row.proposal.spec.style == RowStyle.NUMBERED
        self._secret = secret

    @cached_property
    def tokens(self) -> Mapping[int, str]:
        """Signed for every card of the row when one is asked for, unless the page brought them along."""
        return self.row.tokens or sign_tokens(self.row, self.page.snapshot_id, self._secret)


@strawberry.type(description="One title in one row.")
class Card:
    card: strawberry.Private[DomainCard]
    shared: strawberry.Private[CardRow]

    def rendered_with(self, _context: Context) -> tuple[Memo, Hashable]:
        return self.card.title.memo, self.shared.facts

    @pure(description="Unique on this page: the id of its impression.")
    def card_id(self) -> strawberry.ID:
        return strawberry.ID(f"{self.shared.ids}{self.card.column}")

    @pure(description="Where it stands.")
    def position(self) -> CardPosition:
        return CardPosition(row=self.shared.row.position, column=self.card.column)

    @pure(of_snapshot=True, description="The title.")
    def title(self) -> Title:
        return title_node(self.card.title, self.shared.viewer.audience)

    @pure(of_snapshot=True, description="A picture in this shape; there always is one.")
    def artwork(
        self,
        info: ContextInfo,
        shape: Shape = ArtShape.POSTER,
        min_width: MinWidth = 0,
        textless: Textless = False,
    ) -> Artwork:
        return artwork_for(self.card.title, shape, min_width, textless, info.context.secret)

    @pure(
        of_snapshot=True,
        description="A wide picture without text, for the background while it has the focus.",
    )
    def backdrop(self, info: ContextInfo, min_width: MinWidth = 0) -> Artwork:
        return artwork_for(self.card.title, ArtShape.HERO, min_width, True, info.context.secret)

    @pure(
        of_snapshot=True,
        description="The name as its pictures write it, on nothing: to lay over the backdrop.",
    )
    def logo(self, info: ContextInfo, min_width: MinWidth = 0) -> Artwork:
        return artwork_for(self.card.title, ArtShape.LOGO, min_width, False, info.context.secret)

    @pure(description="Marks to draw on it.")
    def badges(self) -> list[Badge]:
        return badges_of(self.card, self.shared)

    @pure(of_snapshot=True, description=HIDDEN_UNTIL_CALIBRATED)
    def match(self) -> Match | None:
        return None

    @pure(description="Why it is here, when there is something true and short to say.")
    def reason(self) -> CardReason | None:
        reason, seed = self.card.candidate.reason, self.card.seed
        if reason is None or seed is None:
            return None
        text = card_reason(self.card)
        if text is None or not knows(self.shared.page.request.schema, "ReasonKind", reason.kind):
            return None
        audience = self.shared.viewer.audience
        return CardReason(about=seed, audience=audience, text=text, kind=reason.kind, share=reason.share)

    @pure(description="How far it has been watched; null when it has not.")
    def progress(self) -> Progress | None:
        viewer, title_id = self.shared.viewer, self.card.title.id
        if title_id not in viewer.touched:
            return None
        watch = viewer.activity.standing(title_id)
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
        resume = self.card.candidate.resume
        if resume is None:
            return None
        label = resume_label(resume, self.card.title)
        return ResumePoint(kind=resume.kind, label=label, target=play_link(self.card.title))

    @pure(description="The episode that `resume` plays; null for movies, and outside Continue Watching.")
    def next_episode(self) -> Episode | None:
        if self.card.candidate.resume is None:
            return None
        about = self.title()
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

    @pure(of_snapshot=True, description="A trailer; null when there is none.")
    def preview(self) -> Preview | None:
        return None

    @pure(description="What pressing it can do, the main one first.")
    def actions(self) -> list[Action]:
        offered = actions_of(self.card, self.shared.row, self.shared.viewer.activity)
        schema = self.shared.page.request.schema
        return [action for action in offered if knows(schema, "ActionKind", action.kind)]

    @pure(description="What this profile has done with it.")
    def user_state(self) -> UserState:
        viewer, title = self.shared.viewer, self.card.title
        return user_state_of(viewer.activity, title) if title.id in viewer.touched else UNTOUCHED

    @pure(description="Send it back with every event about this card.")
    def tracking(self) -> CardTracking:
        return CardTracking(card_token=self.shared.tokens[self.card.column])

    @pure(description="The whole card as one spoken sentence.")
    def accessibility_label(self) -> str:
        return card_label(self.card, self.shared.viewer.region)


def badges_of(card: DomainCard, shared: CardRow) -> list[Badge]:
    title, now = card.title, shared.viewer.audience.now
    badges = []
    if shared.numbered and card.column < TOP_TEN:
        place = card.column + 1
        badges.append(Badge(kind=BadgeKind.TOP_10, label=f"#{place}", accessibility_label=f"Number {place}"))
    begins, ends = _quiet(title)
    if not begins <= now < ends:
        badges += _timely(title, shared.viewer.audience)
    return badges


def _quiet(title: DomainTitle) -> tuple[datetime, datetime]:
    """From when until when there is nothing to say about its time: neither new, nor leaving anywhere."""
    known = title.memo.get("quiet")
    if known is None:
        ends = [window.ends_at for window in title.windows if window.ends_at is not None]
        leaves = min(ends) - LEAVES_SOON if ends else NEVER
        known = title.memo["quiet"] = (title.launched_at + ADDED_RECENTLY, leaves)
    return cast("tuple[datetime, datetime]", known)


def _timely(title: DomainTitle, audience: Audience) -> Iterator[Badge]:
    age = audience.now - title.launched_at
    if title.kind != TitleKind.EPISODE and timedelta(0) <= age < ADDED_RECENTLY:
        yield Badge(kind=BadgeKind.NEW, label="New", accessibility_label="Recently added")
    window = title.window(audience.region, audience.now)
    leaving = availability_label(window.ends_at, audience.now) if window else None
    if leaving:
        yield Badge(kind=BadgeKind.LEAVING_SOON, label=leaving, accessibility_label=leaving)
