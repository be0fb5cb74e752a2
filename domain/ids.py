"""Raw ids inside ("tt0111161"), global ids on the wire ("title_tt0111161").

A global id names its kind for `node(id:)`. Clients treat it as opaque.
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
"""Excludes null bytes, Mongo operators, dotted paths and Redis key injection."""

GLOBAL_ID = re.compile(r"^[a-z]+_[A-Za-z0-9_~-]{1,200}\Z")
PART_SEPARATOR = "~"
"""Joins the parts of a global id; no raw id contains it."""

GLOBAL = Region("GLOBAL")
"""All regions together."""

PROFILE_DIGEST_CHARACTERS = 6
"""Of a snapshot id: enough to spread keys, too few to identify the profile."""


def is_raw_id(text: str) -> bool:
    return RAW_ID.fullmatch(text) is not None


def global_id(kind: str, *parts: str) -> str:
    """`global_id("row", "mina", "trending")` -> "row_mina~trending"."""
    return f"{kind}_{PART_SEPARATOR.join(parts)}"


def parse_global_id(text: str) -> tuple[str, tuple[str, ...]]:
    """Kind and raw ids. Raises BadInput."""
    if not GLOBAL_ID.fullmatch(text):
        raise BadInput("This is not an id of this API. Use ids as the API returned them.")
    kind, _, rest = text.partition("_")
    parts = tuple(rest.split(PART_SEPARATOR))
    if not all(is_raw_id(part) for part in parts):
        raise BadInput("This is not an id of this API. Use ids as the API returned them.")
    return kind, parts


def raw_id(kind: str, text: str) -> str:
    """Raises BadInput for another kind."""
    found, parts = parse_global_id(text)
    if found != kind or len(parts) != 1:
        raise BadInput(f"Expected the id of a {kind}, such as {kind}_example.")
    return parts[0]
