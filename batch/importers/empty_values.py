"""Empty values of database dumps: a field whose value says nothing counts as left out."""

from __future__ import annotations

from domain.serialization import Document

ZERO_IS_EMPTY = frozenset({"runtime_seconds", "credits_seconds", "duration_seconds", "year"})
"""Fields of which dumps write 0 for "unknown". Season 0 and episode 0 are numbers."""


def without_empty_values(row: Document, required: frozenset[str] = frozenset()) -> Document:
    """Without null, empty texts and the zeros above, at any depth.

    A required field keeps an empty text, so that the message can show it. The row itself if nothing is empty.
    """
    if not any(_is_suspect(name, value) for name, value in row.items()):
        return row
    kept: Document = {}
    for name, value in row.items():
        if _is_empty(name, value) and not (name in required and value is not None):
            continue
        kept[name] = _without_empty_parts(value)
    return kept


def _is_suspect(name: str, value: object) -> bool:
    return isinstance(value, list | dict) or _is_empty(name, value)


def _is_empty(name: str, value: object) -> bool:
    if value is None or value == "":
        return True
    return name in ZERO_IS_EMPTY and value == 0 and not isinstance(value, bool)


def _without_empty_parts(value: object) -> object:
    if isinstance(value, dict):
        return without_empty_values(value)
    if isinstance(value, list):
        return [_without_empty_parts(one) for one in value if one is not None and one != ""]
    return value
