"""Only roots and input types parse global ids; inner code takes domain ids."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import BadInput
from domain.ids import ProfileId, TitleId, parse_global_id, raw_id
from domain.signed_tokens import unseal

CARD_FIELDS = 6
"""Snapshot, row, position, column, title, source."""


def parse_profile_id(text: str) -> ProfileId:
    return ProfileId(raw_id("profile", text))


def parse_title_id(text: str) -> TitleId:
    return TitleId(raw_id("title", text))


def parse_optional_profile_id(text: str | None) -> ProfileId | None:
    """An empty id counts as missing. Raises BadInput."""
    return parse_profile_id(text) if text else None


def parse_card_token(secret: bytes, token: str) -> tuple[TitleId, str]:
    """Title and row name. Raises BadInput."""
    fields = unseal(secret, "tracking", token)
    if len(fields) != CARD_FIELDS:
        raise BadInput("cardToken: is a row's token; send that of a card.")
    return TitleId(fields[4]), fields[1]


@dataclass(frozen=True, slots=True)
class NodeId:
    """Of any kind; a page's or row's id begins with its profile."""

    kind: str
    parts: tuple[str, ...]

    def single_part(self) -> str:
        """Raises BadInput for several parts."""
        if len(self.parts) != 1:
            raise BadInput(f"Expected the id of a {self.kind}, such as {self.kind}_example.")
        return self.parts[0]

    def two_parts(self) -> tuple[str, str]:
        """Raises BadInput for fewer or more."""
        if len(self.parts) != 2:
            raise BadInput(f"Expected the id of a {self.kind}, such as {self.kind}_profile~title.")
        return self.parts[0], self.parts[1]


def parse_node_id(text: str) -> NodeId:
    return NodeId(*parse_global_id(text))
