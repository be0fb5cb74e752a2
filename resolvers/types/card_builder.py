"""Cards of a row: what of each is this viewer's own, worked out in one go when the row is first shown.

It is kept on the row of the page, for the viewer it was worked out for: a page that is asked twice in one request
makes its cards once. All of it is cheap for a card about which there is nothing to say, and most are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast

from domain.catalog.titles import Title, TitleKind
from domain.layouts.client_compatibility import knows
from domain.layouts.model import RowStyle
from domain.page.model import Card as DomainCard
from domain.page.model import Page, Row
from domain.viewers.continue_watching import Resume
from domain.viewers.profiles import Audience
from resolvers.display_text import (
    ADDED_RECENTLY,
    LEAVES_SOON,
    availability_label,
    card_label,
    card_reason,
    resume_label,
    spoken_key,
)
from resolvers.execution import pieces_for
from resolvers.request.signed_tracking import sealer_of, signatures_of
from resolvers.request.viewer import Viewer
from resolvers.types.actions import UNTOUCHED, play_link, user_state_of
from resolvers.types.card_parts import Badge, CardReason, Progress, ResumePoint
from resolvers.types.cards import CardRow, ShownCard, ShownTracking
from resolvers.types.enums import BadgeKind

TOP_TEN = 10
NEVER = datetime.max.replace(tzinfo=UTC)


class CardsMade(NamedTuple):
    """Cards, and whose they are, on which page. A viewer is of one moment."""

    viewer: Viewer
    page: str
    secret: bytes
    cards: list[ShownCard]


def shown_cards(row: Row, page: Page, viewer: Viewer, secret: bytes) -> list[ShownCard]:
    """All cards of the row, in their order."""
    known = cast("CardsMade | None", row.memo.get("cards"))
    if known and known.viewer is viewer and known.page == page.snapshot_id and known.secret == secret:
        return known.cards
    cards = _cards(row, page, viewer, secret)
    row.memo["cards"] = CardsMade(viewer, page.snapshot_id, secret, cards)
    return cards


def _cards(row: Row, page: Page, viewer: Viewer, secret: bytes) -> list[ShownCard]:
    shared = CardRow(row, page, viewer, secret)
    place = f"{page.snapshot_id}-{row.position}-"
    seal = sealer_of(row, page.snapshot_id, secret)
    numbered = row.proposal.spec.style == RowStyle.NUMBERED
    touched, activity, audience = viewer.touched, viewer.activity, viewer.audience
    now, region = audience.now, audience.region
    words, facts = spoken_key(region), shared.facts
    cards = []
    for card, signature in zip(row.cards, signatures_of(row, seal), strict=True):
        title, candidate = card.title, card.candidate
        mine = title.id in touched
        memo = title.memo
        pieces = memo.get(facts) or pieces_for(memo, facts)
        begins, ends = memo.get("quiet") or quiet_time(title)
        spoken = memo.get(words)
        if spoken is None or card.seed is not None or candidate.resume is not None:
            label = card_label(card, region)
        else:
            label = f"{spoken}."
        # By position: naming ten arguments costs as much as making the object.
        shown = ShownCard(
            card,
            shared,
            pieces,
            f"{place}{card.column}",
            [] if begins <= now < ends and not numbered else list(_badges(card, numbered, audience)),
            _reason(card, page, audience) if card.seed is not None else None,
            _progress(title, viewer) if mine else None,
            _resume(candidate.resume, title) if candidate.resume is not None else None,
            user_state_of(activity, title) if mine else UNTOUCHED,
            ShownTracking(seal.token(signature, str(card.column), title.id, candidate.source)),
            label,
        )
        cards.append(shown)
    return cards


def _resume(resume: Resume, title: Title) -> ResumePoint:
    return ResumePoint(kind=resume.kind, label=resume_label(resume, title), target=play_link(title))


def _reason(card: DomainCard, page: Page, audience: Audience) -> CardReason | None:
    why, text = card.candidate.reason, card_reason(card)
    if text is None or why is None or card.seed is None:
        return None
    if not knows(page.request.schema, "ReasonKind", why.kind):
        return None
    return CardReason(about=card.seed, audience=audience, text=text, kind=why.kind, share=why.share)


def _progress(title: Title, viewer: Viewer) -> Progress | None:
    watch = viewer.activity.standing(title.id)
    if watch is None or watch.finished or not watch.duration_seconds:
        return None
    return Progress(
        position_seconds=watch.position_seconds,
        duration_seconds=watch.duration_seconds,
        percent=round(100 * watch.share),
        updated_at=watch.at,
    )


def _badges(card: DomainCard, numbered: bool, audience: Audience) -> Iterator[Badge]:
    if numbered and card.column < TOP_TEN:
        place = card.column + 1
        yield Badge(kind=BadgeKind.TOP_10, label=f"#{place}", accessibility_label=f"Number {place}")
    yield from _timely(card.title, audience)


def quiet_time(title: Title) -> tuple[datetime, datetime]:
    """From when until when there is nothing to say about its time: neither new, nor leaving anywhere."""
    ends = [window.ends_at for window in title.windows if window.ends_at is not None]
    leaves = min(ends) - LEAVES_SOON if ends else NEVER
    found = title.memo["quiet"] = (title.launched_at + ADDED_RECENTLY, leaves)
    return found


def _timely(title: Title, audience: Audience) -> Iterator[Badge]:
    age = audience.now - title.launched_at
    if title.kind != TitleKind.EPISODE and timedelta(0) <= age < ADDED_RECENTLY:
        yield Badge(kind=BadgeKind.NEW, label="New", accessibility_label="Recently added")
    window = title.window(audience.region, audience.now)
    leaving = availability_label(window.ends_at, audience.now) if window else None
    if leaving:
        yield Badge(kind=BadgeKind.LEAVING_SOON, label=leaving, accessibility_label=leaving)
