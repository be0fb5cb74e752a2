"""Signatures of tracking tokens: a third of a card's cost, so a page stores them.

A row's are one byte string: a mark of page, row and secret, then one signature per card.
"""

from __future__ import annotations

from domain.page.model import Page, Row
from domain.signed_tokens import SIGNATURE_BYTES, Sealer
from domain.snapshots.snapshot import SIGNATURES

PURPOSE = "tracking"


def tracking_sealer(row: Row, snapshot_id: str, secret: bytes) -> Sealer:
    """Fields: snapshot, row, position; then column, title, source."""
    return Sealer(secret, PURPOSE, snapshot_id, row.candidates.name, str(row.position))


def card_signatures(row: Row, seal: Sealer) -> list[bytes]:
    """One per card; computed unless the row has stored them."""
    mark, width = seal.signature(), SIGNATURE_BYTES
    kept = row.memo.get(SIGNATURES)
    if not isinstance(kept, bytes) or kept[:width] != mark or len(kept) != (len(row.cards) + 1) * width:
        made = (seal.signature(str(card.column), card.title.id, card.candidate.source) for card in row.cards)
        row.memo[SIGNATURES] = kept = b"".join((mark, *made))
    return [kept[start : start + width] for start in range(width, len(kept), width)]


def sign_cards(page: Page, secret: bytes) -> None:
    """Call before the page is saved."""
    for row in page.rows:
        card_signatures(row, tracking_sealer(row, page.snapshot_id, secret))
