"""The signatures of a page's tracking tokens: a third of what a card costs, so they are made once and kept with it.

A row's are kept as one string of bytes: a mark that tells for which row of which page they were made and by which
secret, then one signature a card.
"""

from __future__ import annotations

from domain.page.model import Page, Row
from domain.signed_tokens import SIGNATURE_BYTES, Sealer
from domain.snapshots.snapshot import SIGNATURES

PURPOSE = "tracking"


def sealer_of(row: Row, snapshot_id: str, secret: bytes) -> Sealer:
    """Of the tokens of its cards: snapshot, row, position, and then column, title, source."""
    return Sealer(secret, PURPOSE, snapshot_id, row.proposal.name, str(row.position))


def signatures_of(row: Row, seal: Sealer) -> list[bytes]:
    """One for each card, as the page brought them along; made now when it brought none, or another's."""
    mark, width = seal.signature(), SIGNATURE_BYTES
    kept = row.memo.get(SIGNATURES)
    if not isinstance(kept, bytes) or kept[:width] != mark or len(kept) != (len(row.cards) + 1) * width:
        made = (seal.signature(str(card.column), card.title.id, card.candidate.source) for card in row.cards)
        row.memo[SIGNATURES] = kept = b"".join((mark, *made))
    return [kept[start : start + width] for start in range(width, len(kept), width)]


def sign(page: Page, secret: bytes) -> None:
    """Before a page is kept: whoever shows it again has not to sign it."""
    for row in page.rows:
        signatures_of(row, sealer_of(row, page.snapshot_id, secret))
