"""Pages as they were served: what is kept of one, and how it is shown again.

    Page  -- kept_page -->  KeptPage  -- restore, with the titles that may be shown by then -->  Page

Title metadata is not kept. Whoever shows a kept page loads the titles anew through the one choke point
(domain/candidates/eligibility.py), so it never shows what a filter would refuse by then. Cards keep their
columns and rows their
positions, with gaps for what is withheld: a place on a page means the same as long as the page is kept.
domain/snapshots/documents.py writes kept pages down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.candidates.model import Candidate, RowCandidates, Tier
from domain.catalog.titles import Title
from domain.ids import PROFILE_CHARACTERS, ProfileId, TitleId
from domain.layouts.model import RowSpec
from domain.layouts.request_context import PageRequest
from domain.page.model import Card, Degradation, Page, Row
from domain.recommendations.reasons import Reason
from domain.resilience.degradation_levels import ServiceLevel
from domain.signed_tokens import digest
from domain.timestamps import whole_millis


class SnapshotOutcome(StrEnum):
    """What became of a page that was to be kept. Whatever it is, this process has it at hand for a while."""

    SAVED = "saved"
    NOT_SAVED = "not_saved"
    """The store did not answer."""
    DROPPED = "dropped"
    """Too much was under way behind answers."""


SIGNATURES = "signatures"
"""What a row's memo has under this name is kept with the row: whoever shows it again need not sign its cards."""

SNAPSHOT_ID = re.compile(r"^[0-9a-f]{24}\Z")


@dataclass(frozen=True, slots=True)
class RowSnapshot:
    """`proposal.candidates` are the cards as shown; `columns` and `scores` are theirs, in the same order.

    Of the spec only what drawing needs is kept.
    """

    proposal: RowCandidates
    position: int
    tier: Tier
    columns: tuple[int, ...]
    scores: tuple[float | None, ...]
    signatures: bytes = b""
    """Of its cards' tokens, where the row had them in its memo under SIGNATURES."""


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """A page as it was served to a profile, less the titles themselves."""

    snapshot_id: str
    profile_id: ProfileId
    layout_id: str
    layout_version: int
    data_version: str | None
    generated_at: datetime
    rows: tuple[RowSnapshot, ...]
    degradations: tuple[Degradation, ...] = field(default_factory=tuple)
    arms: Mapping[str, str] = field(default_factory=dict)
    forced: tuple[str, ...] = ()
    decided: Mapping[str, str] = field(default_factory=dict)
    request: PageRequest = field(default_factory=PageRequest)
    dropped: tuple[RowSpec, ...] = ()
    level: ServiceLevel = ServiceLevel.FULL

    def wanted_titles(self) -> list[TitleId]:
        """Every title that showing it needs, once: cards, seeds and the series of episodes, in no order."""
        cards = [candidate for row in self.rows for candidate in row.proposal.candidates]
        wanted: dict[TitleId, None] = dict.fromkeys([candidate[0] for candidate in cards])
        for row in self.rows:
            if row.proposal.reason.seed:
                wanted[row.proposal.reason.seed] = None
        # Most cards have nothing of their own to tell, and are not looked at one by one.
        for one in [one for one in cards if one[2] is not None or one[4] is not None]:
            if one.reason and one.reason.seed:
                wanted[one.reason.seed] = None
            if one.resume and one.resume.series_id:
                wanted[one.resume.series_id] = None
        return list(wanted)

    def only(self, row_name: str) -> PageSnapshot:
        """The same page with this row alone, for whoever needs no other."""
        return replace(self, rows=tuple(row for row in self.rows if row.proposal.name == row_name))


def snapshot_id(profile_id: ProfileId, page: Page) -> str:
    """Equal for pages that show this profile the same for the same reasons, whenever they were composed.

    It begins with what stands for the profile, so that the pages of one lie together wherever they are kept.
    Instants and scores are left out: they may change while nothing on the screen does.
    """
    shown = [
        (
            row.proposal.name,
            row.proposal.kind.value,
            row.tier.value,
            row.proposal.spec.style.value,
            row.proposal.spec.card_shape.value,
            sorted(row.proposal.spec.title.items()),
            _why(row.proposal.reason),
            [_shown(card.candidate) for card in row.cards],
        )
        for row in page.rows
    ]
    lost = [(loss.what.value, loss.row_id) for loss in page.degradations]
    arms = (sorted(page.arms.items()), sorted(page.forced))
    made = (profile_id, page.layout_id, page.layout_version, page.data_version, arms)
    asked = (page.request.device, page.request.locale, page.request.client, page.request.schema)
    return digest(profile_id)[:PROFILE_CHARACTERS] + digest(made, asked, lost, shown)


def is_snapshot_id(text: str) -> bool:
    return SNAPSHOT_ID.fullmatch(text) is not None


def _shown(candidate: Candidate) -> object:
    """What of a card can be seen or counts when its effect is judged."""
    if candidate.reason is None and candidate.resume is None and candidate.propensity is None:
        return candidate.title_id, candidate.source
    reason = _why(candidate.reason) if candidate.reason else None
    resume = candidate.resume
    where = (resume.kind.value, resume.title_id, resume.position_seconds) if resume else None
    return candidate.title_id, candidate.source, reason, where, candidate.propensity


def _why(reason: Reason) -> tuple[str, str | None, str, float | None]:
    return reason.kind.value, reason.seed, reason.detail, reason.share


def kept_page(page: Page, profile_id: ProfileId) -> PageSnapshot:
    """What is kept of a page."""
    return PageSnapshot(
        snapshot_id=page.snapshot_id,
        profile_id=profile_id,
        layout_id=page.layout_id,
        layout_version=page.layout_version,
        data_version=page.data_version,
        generated_at=whole_millis(page.generated_at),
        rows=tuple(_kept_row(row) for row in page.rows),
        degradations=tuple(_kept_loss(loss) for loss in page.degradations),
        arms=page.arms,
        forced=page.forced,
        decided=page.decided,
        request=page.request,
        dropped=tuple(RowSpec(spec.id, spec.source) for spec in page.dropped),
        level=page.level,
    )


def _kept_loss(loss: Degradation) -> Degradation:
    return loss if loss.since is None else replace(loss, since=whole_millis(loss.since))


def _kept_row(row: Row) -> RowSnapshot:
    proposal = row.proposal
    shown = RowCandidates(
        spec=_drawn(proposal.spec),
        candidates=tuple(card.candidate for card in row.cards),
        reason=proposal.reason,
        freshness=proposal.freshness,
        computed_at=whole_millis(proposal.computed_at),
        key=proposal.key,
        repeats=proposal.repeats,
        tier=proposal.tier,
        instead=proposal.instead,
    )
    columns = tuple(card.column for card in row.cards)
    scores = tuple(card.score for card in row.cards)
    signatures = row.memo.get(SIGNATURES)
    kept = signatures if isinstance(signatures, bytes) else b""
    return RowSnapshot(shown, row.position, row.tier, columns, scores, kept)


def _drawn(spec: RowSpec) -> RowSpec:
    return RowSpec(
        id=spec.id,
        source=spec.source,
        style=spec.style,
        card_shape=spec.card_shape,
        min_cards=spec.min_cards,
        max_cards=spec.max_cards,
        options=spec.options,
        title=spec.title,
        repeats=spec.repeats,
    )


def restore(kept: PageSnapshot, titles: Mapping[TitleId, Title]) -> Page:
    """The page as it can be shown now: `titles` holds only what this profile may see by now.

    A card whose title is withheld leaves a gap; a row goes when all its cards do, or the title it is about.
    """
    rows = (_restored(row, titles) for row in kept.rows)
    return Page(
        snapshot_id=kept.snapshot_id,
        layout_id=kept.layout_id,
        layout_version=kept.layout_version,
        data_version=kept.data_version,
        generated_at=kept.generated_at,
        rows=tuple(row for row in rows if row is not None),
        degradations=kept.degradations,
        arms=kept.arms,
        forced=kept.forced,
        decided=kept.decided,
        request=kept.request,
        dropped=kept.dropped,
        level=kept.level,
    )


def _restored(row: RowSnapshot, titles: Mapping[TitleId, Title]) -> Row | None:
    reason = row.proposal.reason
    seed = titles.get(reason.seed) if reason.seed else None
    if reason.seed and seed is None:
        return None
    cards: list[Card] = []
    for candidate, column, score in zip(row.proposal.candidates, row.columns, row.scores, strict=True):
        title = titles.get(candidate[0])
        if title is not None:
            why = candidate[2]
            about = titles.get(why.seed) if why is not None and why.seed else None
            # Hundreds a page: this makes the same tuple at two thirds of the cost.
            cards.append(tuple.__new__(Card, (title, candidate, column, about, score)))
    if not cards:
        return None
    shown = Row(row.proposal, row.position, tuple(cards), seed, row.tier)
    if row.signatures:
        shown.memo[SIGNATURES] = row.signatures
    return shown
