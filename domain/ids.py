"""Identifiers: raw ids inside Marquee, global ids on the wire.

A raw id is what people's own data calls a thing ("tt0111161", "mina"). A global id says its kind too
("title_tt0111161"), so that `node(id:)` knows where to look. Clients treat global ids as opaque.
"""

from __future__ import annotations

import re
from typing import NewType

from domain.errors import BadInput

TitleId = NewType("TitleId", str)
ProfileId = NewType("ProfileId", str)
AccountId = NewType("AccountId", str)
Region = NewType("Region", str)

RAW_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}\Z")
"""Ends null bytes, Mongo operators, dotted paths and Redis key tricks at once."""

GLOBAL_ID = re.compile(r"^[a-z]+_[A-Za-z0-9_~-]{1,200}\Z")
PART_SEPARATOR = "~"
"""Joins the parts of a composite id (profile~row~seed). It cannot occur in a raw id."""

GLOBAL = Region("GLOBAL")
"""The whole service, where a list is kept per region."""

PROFILE_CHARACTERS = 6
"""How much of a snapshot id tells the profile: enough to spread, too little to tell who it is."""


def is_raw_id(text: str) -> bool:
    return RAW_ID.fullmatch(text) is not None


def global_id(kind: str, *parts: str) -> str:
    """`global_id("row", "mina", "trending")` -> "row_mina~trending"."""
    return f"{kind}_{PART_SEPARATOR.join(parts)}"


def parse_global_id(text: str) -> tuple[str, tuple[str, ...]]:
    """Kind and raw parts of a global id. Raises BadInput when it is not one."""
    if not GLOBAL_ID.fullmatch(text):
        raise BadInput("This is not an id of this API. Use ids as the API returned them.")
    kind, _, rest = text.partition("_")
    parts = tuple(rest.split(PART_SEPARATOR))
    if not all(is_raw_id(part) for part in parts):
        raise BadInput("This is not an id of this API. Use ids as the API returned them.")
    return kind, parts


def raw_id(kind: str, text: str) -> str:
    """The single raw id of a global id of this kind. Raises BadInput for another kind."""
    found, parts = parse_global_id(text)
    if found != kind or len(parts) != 1:
        raise BadInput(f"Expected the id of a {kind}, such as {kind}_example.")
    return parts[0]
