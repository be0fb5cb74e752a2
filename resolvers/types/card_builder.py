"""Builds a row's cards with viewer-specific values, cached on the row per viewer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, cast

from domain.catalog.titles import Title, TitleKind
from domain.layouts.client_compatibility import is_known
from domain.layouts.model import RowStyle
from domain.page.model import Card as DomainCard
from domain.page.model import Page, Row
from domain.viewers.profiles import Audience
from resolvers.display_text import (
    LEAVING_DAYS,
    NEW_DAYS,
    availability_label,
    card_label,
    card_reason,
    spoken_text_key,
)
from resolvers.execution import fragment_cache
from resolvers.request.signed_tracking import card_signatures, tracking_sealer
from resolvers.request.viewer import Viewer
from resolvers.types.actions import NO_USER_STATE, user_state_of
from resolvers.types.card_parts import Badge, CardReason
from resolvers.types.cards import CardValues, SharedCardValues, TrackingValues
from resolvers.types.enums import BadgeKind
from resolvers.types.title_parts import progress_of, resume_point

LONGEST_DAY = timedelta(days=2)
"""More than a calendar day is long in any market, changes of its clock included."""
TOP_TEN = 10
NEVER = datetime.max.replace(tzinfo=UTC)


class CachedCards(NamedTuple):
    viewer: Viewer
    page: str
    secret: bytes
    density: float
    cards: list[CardValues]


def build_cards(
    row: Row, page: Page, viewer: Viewer, secret: bytes, density: float = 1.0
) -> list[CardValues]:
    known = cast("CachedCards | None", row.memo.get("cards"))
    if (
        known
        and known.viewer is viewer
        and (known.page, known.secret, known.density) == (page.snapshot_id, secret, density)
    ):
        return known.cards
    cards = _build(row, page, viewer, secret, density)
    row.memo["cards"] = CachedCards(viewer, page.snapshot_id, secret, density, cards)
    return cards


def _build(row: Row, page: Page, viewer: Viewer, secret: bytes, density: float) -> list[CardValues]:
    shared = SharedCardValues(row, page, viewer, secret, density)
    id_prefix = f"{page.snapshot_id}-{row.position}-"
    seal = tracking_sealer(row, page.snapshot_id, secret)
    numbered = row.candidates.spec.style == RowStyle.NUMBERED
    interacted, activity, audience = viewer.interacted_ids, viewer.activity, viewer.audience
    now, region = audience.now, audience.region
    label_key, render_key = spoken_text_key(region), shared.render_key
    cards = []
    for card, signature in zip(row.cards, card_signatures(row, seal), strict=True):
        title, candidate = card.title, card.candidate
        has_state = title.id in interacted
        memo = title.memo
        fragments = memo.get(render_key) or fragment_cache(memo, render_key)
        begins, ends = memo.get("badge_free") or badge_free_period(title)
        spoken = memo.get(label_key)
        if spoken is None or card.seed is not None or candidate.resume is not None:
            label = card_label(card, region)
        else:
            label = f"{spoken}."
        # Positional: ten keyword arguments would double the cost.
        values = CardValues(
            card,
            shared,
            fragments,
            f"{id_prefix}{card.column}",
            [] if begins <= now < ends and not numbered else list(_badges(card, numbered, audience)),
            _reason(card, page, audience, density) if card.seed is not None else None,
            progress_of(title, activity) if has_state else None,
            resume_point(candidate.resume, title) if candidate.resume is not None else None,
            user_state_of(activity, title) if has_state else NO_USER_STATE,
            TrackingValues(seal.token(signature, str(card.column), title.id, candidate.source)),
            label,
        )
        cards.append(values)
    return cards


def _reason(card: DomainCard, page: Page, audience: Audience, density: float) -> CardReason | None:
    reason, text = card.candidate.reason, card_reason(card)
    if text is None or reason is None or card.seed is None:
        return None
    if not is_known(page.request.schema, "ReasonKind", reason.kind):
        return None
    return CardReason(
        seed_title=card.seed,
        audience=audience,
        density=density,
        text=text,
        kind=reason.kind,
        share=reason.share,
    )


def _badges(card: DomainCard, numbered: bool, audience: Audience) -> Iterator[Badge]:
    if numbered and card.column < TOP_TEN:
        rank = card.column + 1
        yield Badge(kind=BadgeKind.TOP_10, label=f"#{rank}", accessibility_label=f"Number {rank}")
    yield from _time_badges(card.title, audience)


def badge_free_period(title: Title) -> tuple[datetime, datetime]:
    """A period in which the title is neither new nor leaving, in whatever region."""
    ends = [window.ends_at for window in title.windows if window.ends_at is not None]
    leaves = min(ends) - timedelta(days=LEAVING_DAYS) - LONGEST_DAY if ends else NEVER
    new_until = title.launched_at + timedelta(days=NEW_DAYS) + LONGEST_DAY
    found = title.memo["badge_free"] = (new_until, leaves)
    return found


def _time_badges(title: Title, audience: Audience) -> Iterator[Badge]:
    region, now = audience.region, audience.now
    if title.kind != TitleKind.EPISODE and title.is_new(now, region, NEW_DAYS):
        yield Badge(kind=BadgeKind.NEW, label="New", accessibility_label="Recently added")
    leaving = availability_label(title.leaves_at(region, now), now, region)
    if leaving:
        yield Badge(kind=BadgeKind.LEAVING_SOON, label=leaving, accessibility_label=leaving)
