"""Snapshots: pages as they were served.

    Page  -- take_snapshot -->  PageSnapshot  -- restore_page, with the titles eligible by then -->  Page

A snapshot has no title metadata: titles pass the eligibility check again before it is shown. Cards keep their columns
and rows their positions, with gaps for refused titles.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.candidates.model import Candidate, RowCandidates, Tier
from domain.catalog.titles import Title
from domain.ids import PROFILE_DIGEST_CHARACTERS, ProfileId, TitleId
from domain.layouts.model import RowSpec
from domain.page.model import Card, Page, PageHead, Row
from domain.recommendations.reasons import Reason
from domain.signed_tokens import digest
from domain.timestamps import whole_millis


class SnapshotOutcome(StrEnum):
    """Whatever the outcome, this process caches the snapshot for a while."""

    SAVED = "saved"
    NOT_SAVED = "not_saved"
    """The store did not answer."""
    DROPPED = "dropped"
    """Too much background work was pending."""


SIGNATURES = "signatures"
"""Key of `Row.memo`: the signatures of a row's cards, stored so that they are made once."""

SNAPSHOT_ID = re.compile(r"^[0-9a-f]{24}\Z")


@dataclass(frozen=True, slots=True)
class RowSnapshot:
    """`candidates.candidates`, `columns` and `scores` are of the cards shown. The spec has only what rendering
    needs."""

    candidates: RowCandidates
    position: int
    tier: Tier
    columns: tuple[int, ...]
    scores: tuple[float | None, ...]
    signatures: bytes = b""


@dataclass(frozen=True, slots=True)
class PageSnapshot(PageHead):
    profile_id: ProfileId
    rows: tuple[RowSnapshot, ...]

    def title_ids(self) -> list[TitleId]:
        """Cards, seeds and series of episodes, in no order."""
        cards = [candidate for row in self.rows for candidate in row.candidates.candidates]
        ids: dict[TitleId, None] = dict.fromkeys([candidate[0] for candidate in cards])
        for row in self.rows:
            if row.candidates.reason.seed:
                ids[row.candidates.reason.seed] = None
        # Most cards have neither a reason nor a resume of their own, and this skips them fast.
        for one in [one for one in cards if one[2] is not None or one[4] is not None]:
            if one.reason and one.reason.seed:
                ids[one.reason.seed] = None
            if one.resume and one.resume.series_id:
                ids[one.resume.series_id] = None
        return list(ids)

    def with_only_row(self, row_name: str) -> PageSnapshot:
        return replace(self, rows=tuple(row for row in self.rows if row.candidates.name == row_name))


def snapshot_id(profile_id: ProfileId, page: Page) -> str:
    """Equal for pages that show this profile the same for the same reasons, whenever they were composed.

    It begins with the profile, so that its pages are stored together. Times and scores do not count: viewers do not
    see them.
    """
    rows = [
        (
            row.candidates.name,
            row.candidates.kind.value,
            row.tier.value,
            row.candidates.spec.style.value,
            row.candidates.spec.card_shape.value,
            sorted(row.candidates.spec.title.items()),
            _reason_values(row.candidates.reason),
            [_card_values(card.candidate) for card in row.cards],
        )
        for row in page.rows
    ]
    degradations = [(one.what.value, one.row_id) for one in page.degradations]
    arms = (sorted(page.arms.items()), sorted(page.forced_experiments))
    origin = (profile_id, page.layout_id, page.layout_version, page.data_version, arms)
    request = (page.request.device, page.request.locale, page.request.client, page.request.schema)
    return digest(profile_id)[:PROFILE_DIGEST_CHARACTERS] + digest(origin, request, degradations, rows)


def is_snapshot_id(text: str) -> bool:
    return SNAPSHOT_ID.fullmatch(text) is not None


def _card_values(candidate: Candidate) -> object:
    """What viewers see, and what analysis needs."""
    if candidate.reason is None and candidate.resume is None and candidate.propensity is None:
        return candidate.title_id, candidate.source
    reason = _reason_values(candidate.reason) if candidate.reason else None
    resume = candidate.resume
    progress = (resume.kind.value, resume.title_id, resume.position_seconds) if resume else None
    return candidate.title_id, candidate.source, reason, progress, candidate.propensity


def _reason_values(reason: Reason) -> tuple[str, str | None, str, float | None]:
    return reason.kind.value, reason.seed, reason.detail, reason.share


def take_snapshot(page: Page, profile_id: ProfileId) -> PageSnapshot:
    return PageSnapshot(
        snapshot_id=page.snapshot_id,
        profile_id=profile_id,
        layout_id=page.layout_id,
        layout_version=page.layout_version,
        data_version=page.data_version,
        generated_at=whole_millis(page.generated_at),
        rows=tuple(_row_snapshot(row) for row in page.rows),
        degradations=tuple(
            one if one.since is None else replace(one, since=whole_millis(one.since))
            for one in page.degradations
        ),
        arms=page.arms,
        forced_experiments=page.forced_experiments,
        deciding_arms=page.deciding_arms,
        request=page.request,
        dropped_rows=tuple(RowSpec(spec.id, spec.source) for spec in page.dropped_rows),
        level=page.level,
    )


def _row_snapshot(row: Row) -> RowSnapshot:
    candidates, spec = row.candidates, row.candidates.spec
    shown = RowCandidates(
        spec=RowSpec(
            id=spec.id,
            source=spec.source,
            style=spec.style,
            card_shape=spec.card_shape,
            min_cards=spec.min_cards,
            max_cards=spec.max_cards,
            options=spec.options,
            title=spec.title,
            repeats=spec.repeats,
        ),
        candidates=tuple(card.candidate for card in row.cards),
        reason=candidates.reason,
        freshness=candidates.freshness,
        computed_at=whole_millis(candidates.computed_at),
        key=candidates.key,
        repeats=candidates.repeats,
        tier=candidates.tier,
        kind_override=candidates.kind_override,
    )
    columns = tuple(card.column for card in row.cards)
    scores = tuple(card.score for card in row.cards)
    signatures = row.memo.get(SIGNATURES)
    stored = signatures if isinstance(signatures, bytes) else b""
    return RowSnapshot(shown, row.position, row.tier, columns, scores, stored)


def restore_page(snapshot: PageSnapshot, titles: Mapping[TitleId, Title]) -> Page:
    """A card without its title leaves a gap; a row without cards or seed is dropped."""
    rows = (_restore_row(row, titles) for row in snapshot.rows)
    return Page(
        snapshot_id=snapshot.snapshot_id,
        layout_id=snapshot.layout_id,
        layout_version=snapshot.layout_version,
        data_version=snapshot.data_version,
        generated_at=snapshot.generated_at,
        rows=tuple(row for row in rows if row is not None),
        degradations=snapshot.degradations,
        arms=snapshot.arms,
        forced_experiments=snapshot.forced_experiments,
        deciding_arms=snapshot.deciding_arms,
        request=snapshot.request,
        dropped_rows=snapshot.dropped_rows,
        level=snapshot.level,
    )


def _restore_row(row: RowSnapshot, titles: Mapping[TitleId, Title]) -> Row | None:
    reason = row.candidates.reason
    seed = titles.get(reason.seed) if reason.seed else None
    if reason.seed and seed is None:
        return None
    cards: list[Card] = []
    for candidate, column, score in zip(row.candidates.candidates, row.columns, row.scores, strict=True):
        title = titles.get(candidate[0])
        if title is not None:
            why = candidate[2]
            card_seed = titles.get(why.seed) if why is not None and why.seed else None
            # A page has hundreds: this makes the same tuple in two thirds of the time.
            cards.append(tuple.__new__(Card, (title, candidate, column, card_seed, score)))
    if not cards:
        return None
    restored = Row(row.candidates, row.position, tuple(cards), seed, row.tier)
    if row.signatures:
        restored.memo[SIGNATURES] = row.signatures
    return restored
