"""Signatures of tracking tokens: computed once, stored with a page, recomputed when they do not match it."""

from __future__ import annotations

from dataclasses import replace

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page.model import Card, Page, Row
from domain.recommendations.reasons import Reason, ReasonKind
from domain.signed_tokens import SIGNATURE_BYTES, seal
from domain.snapshots.snapshot import SIGNATURES, restore_page, snapshot_id, take_snapshot
from resolvers.request.signed_tracking import card_signatures, sign_cards, tracking_sealer
from tests.domain.made import MINA, NOW, a_title

SECRET, OTHER = b"s" * 32, b"t" * 32


def a_page() -> Page:
    """Two rows of three cards."""
    rows = []
    for position, name in enumerate(("picks", "because~tt1")):
        titles = [a_title(f"{name}-{place}") for place in range(3)]
        candidates = tuple(Candidate(title.id, f"similar:{name}") for title in titles)
        spec = RowSpec(name.partition("~")[0], RowSource.TOP_PICKS)
        key = name.partition("~")[2]
        why = Reason(ReasonKind.TASTE)
        row_candidates = RowCandidates(spec, candidates, why, FreshnessSource.BATCH, NOW, key)
        cards = zip(titles, candidates, range(3), strict=True)
        rows.append(Row(row_candidates, position, tuple(Card(*each) for each in cards)))
    page = Page("", "home", 3, "v1", NOW, tuple(rows))
    return replace(page, snapshot_id=snapshot_id(MINA, page))


def tokens(row: Row, snapshot_id: str, secret: bytes) -> list[str]:
    sealer = tracking_sealer(row, snapshot_id, secret)
    return [
        sealer.token(signature, str(card.column), card.title.id, card.candidate.source)
        for card, signature in zip(row.cards, card_signatures(row, sealer), strict=True)
    ]


def sealed(row: Row, snapshot_id: str, secret: bytes) -> list[str]:
    place = snapshot_id, row.candidates.name, str(row.position)
    return [
        seal(secret, "tracking", *place, str(card.column), card.title.id, card.candidate.source)
        for card in row.cards
    ]


def test_a_token_of_a_kept_signature_is_the_token_that_is_sealed_whole() -> None:
    page = a_page()
    for row in page.rows:
        assert tokens(row, page.snapshot_id, SECRET) == sealed(row, page.snapshot_id, SECRET)


def test_signatures_go_with_a_page_that_is_kept() -> None:
    page = a_page()
    sign_cards(page, SECRET)
    again = shown_again(page)
    for row, before in zip(again.rows, page.rows, strict=True):
        assert row.memo[SIGNATURES] == before.memo[SIGNATURES]
        assert len(before.memo[SIGNATURES]) == (1 + len(row.cards)) * SIGNATURE_BYTES  # type: ignore[arg-type]
        assert tokens(row, page.snapshot_id, SECRET) == sealed(row, page.snapshot_id, SECRET)


def test_signatures_of_another_secret_are_not_used() -> None:
    page = a_page()
    sign_cards(page, OTHER)
    for row in shown_again(page).rows:
        assert tokens(row, page.snapshot_id, SECRET) == sealed(row, page.snapshot_id, SECRET)


def test_signatures_of_another_row_or_another_page_are_not_used() -> None:
    page = a_page()
    sign_cards(page, SECRET)
    first, second = page.rows
    second.memo[SIGNATURES] = first.memo[SIGNATURES]
    assert tokens(second, page.snapshot_id, SECRET) == sealed(second, page.snapshot_id, SECRET)
    assert tokens(first, "another page", SECRET) == sealed(first, "another page", SECRET)


def test_a_row_with_a_gap_is_signed_again() -> None:
    page = a_page()
    sign_cards(page, SECRET)
    row = page.rows[0]
    shorter = replace(row, cards=row.cards[1:])
    shorter.memo[SIGNATURES] = row.memo[SIGNATURES]
    assert tokens(shorter, page.snapshot_id, SECRET) == sealed(shorter, page.snapshot_id, SECRET)


def shown_again(page: Page) -> Page:
    titles = {card.title.id: card.title for row in page.rows for card in row.cards}
    return restore_page(take_snapshot(page, MINA), titles)
