"""The tokens that clients send back with every event about a card: where it stood, and who put it there."""

from __future__ import annotations

from collections.abc import Mapping

from domain.pages import Row
from domain.tokens import Sealer

PURPOSE = "tracking"


def sign_tokens(row: Row, snapshot_id: str, secret: bytes) -> Mapping[int, str]:
    """A token for each card of the row by its column: snapshot, row, position, column, title, source.

    They are kept on the row.
    """
    seal = Sealer(secret, PURPOSE, snapshot_id, row.proposal.name, str(row.position))
    for card in row.cards:
        row.tokens[card.column] = seal(str(card.column), card.title.id, card.candidate.source)
    return row.tokens
