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

TITLE_ID = re.compile(r"^(?=.{1,64}\Z)[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*\Z")
"""As RAW_ID, and dots and slashes inside: an EIDR id ("10.5240/7791-8534-2C23-9030-8610-5") is a title's id as it is.

Where a dot or a slash has a meaning, `storage_key` and `address_part` write it otherwise.
"""

GLOBAL_ID = re.compile(r"^[a-z]+_[A-Za-z0-9_~./-]{1,200}\Z")
PART_SEPARATOR = "~"
"""Joins the parts of a global id; no raw id contains it."""

GLOBAL = Region("GLOBAL")
"""All regions together."""

PROFILE_DIGEST_CHARACTERS = 6
"""Of a snapshot id: enough to spread keys, too few to identify the profile."""


def is_raw_id(text: str) -> bool:
    return RAW_ID.fullmatch(text) is not None


def is_title_id(text: str) -> bool:
    return TITLE_ID.fullmatch(text) is not None


def storage_key(text: str) -> str:
    """A title's id as a key of a stored map, where dots separate keys."""
    return text.replace(".", "%2E") if "." in text else text


def from_storage_key(key: str) -> str:
    return key.replace("%2E", ".") if "%" in key else key


def address_part(title_id: str) -> str:
    """A title's id as one part of an address; no id has a "~"."""
    return title_id.replace("/", PART_SEPARATOR)


def from_address_part(part: str) -> str:
    return part.replace(PART_SEPARATOR, "/")


def global_id(kind: str, *parts: str) -> str:
    """`global_id("row", "mina", "trending")` -> "row_mina~trending"."""
    return f"{kind}_{PART_SEPARATOR.join(parts)}"


def parse_global_id(text: str) -> tuple[str, tuple[str, ...]]:
    """Kind and raw ids. Raises BadInput."""
    if not GLOBAL_ID.fullmatch(text):
        raise BadInput("This is not an id of this API. Use ids as the API returned them.")
    kind, _, rest = text.partition("_")
    parts = tuple(rest.split(PART_SEPARATOR))
    if not all(is_title_id(part) for part in parts):
        raise BadInput("This is not an id of this API. Use ids as the API returned them.")
    return kind, parts


def raw_id(kind: str, text: str) -> str:
    """Raises BadInput for another kind."""
    found, parts = parse_global_id(text)
    if found != kind or len(parts) != 1 or not (kind == "title" or is_raw_id(parts[0])):
        raise BadInput(f"Expected the id of a {kind}, such as {kind}_example.")
    return parts[0]
