"""A stored list as the service's own readers understand it, and what is wrong with it in itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.recommendations.documents import (
    neighbours_from_document,
    ranked_list_from_document,
    top_picks_from_document,
)
from domain.serialization import Document
from domain.storage_names import POPULAR, SIMILAR, TOP_PICKS, TRENDING
from domain.timestamps import from_millis

Entry = tuple[str, float]
"""(title, score)."""


@dataclass(frozen=True, slots=True)
class StoredList:
    """`more`: titles behind the list that rows draw from, too. `problem`: why it is broken; None: it is whole.

    `ids` and `more` are empty when it cannot be read.
    """

    name: str
    ids: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    computed_at: datetime | None = None
    problem: str | None = None


def parse_list(dataset: str, name: str, document: Document | None, belongs_to: str | None) -> StoredList:
    """`document` None: its text is no JSON. `belongs_to`: the profile of picks, the title of neighbours."""
    try:
        if document is None:
            raise ValueError("no document")
        entries, more, computed_at = _DECODERS[dataset](document)
        everything = [*entries, *more]
        if not all(isinstance(one, str) and one for one, _ in everything):
            raise TypeError("a title id is no text")
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError):
        return StoredList(name, problem=f"that of {name}, which cannot be read")
    ids, behind = tuple(one for one, _ in entries), tuple(one for one, _ in more)
    found = _problem(dataset, name, document, belongs_to, [entries, more])
    return StoredList(name, ids, behind, computed_at, found)


def _problem(
    dataset: str, name: str, document: Document, belongs_to: str | None, lists: Sequence[Sequence[Entry]]
) -> str | None:
    if not all(_is_score(score) for entries in lists for _, score in entries):
        return f"that of {name}, which has a score that is no number"
    if any(len({one for one, _ in entries}) < len(entries) for entries in lists):
        return f"that of {name}, which holds a title twice"
    if dataset == TOP_PICKS and document.get("profile_id", belongs_to) != belongs_to:
        return f"that of {name}, which is of {document['profile_id']}"
    if dataset == SIMILAR and any(one == belongs_to for one, _ in lists[0]):
        return f"that of {name}, which holds the title itself"
    return None


def _is_score(score: object) -> bool:
    return isinstance(score, int | float) and not isinstance(score, bool) and math.isfinite(score)


Decoded = tuple[Sequence[Entry], Sequence[Entry], datetime | None]


def _picks(document: Mapping[str, Any]) -> Decoded:
    found = top_picks_from_document(document)
    taste = [(one.title_id, one.score) for one in found.taste]
    return [(one.title_id, one.score) for one in found.picks], taste, found.computed_at


def _neighbours(document: Mapping[str, Any]) -> Decoded:
    computed_at = document.get("computed_at")
    found = [(one.title_id, one.score) for one in neighbours_from_document(document)]
    return found, (), None if computed_at is None else from_millis(computed_at)


def _ranked(document: Mapping[str, Any]) -> Decoded:
    found = ranked_list_from_document(document)
    return [(one.title_id, one.score) for one in found.entries], (), found.computed_at


_DECODERS: Mapping[str, Callable[[Mapping[str, Any]], Decoded]] = {
    TOP_PICKS: _picks,
    SIMILAR: _neighbours,
    POPULAR: _ranked,
    TRENDING: _ranked,
}
