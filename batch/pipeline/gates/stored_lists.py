"""A stored list as the service's own readers understand it, and what is wrong with it in itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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

    def instants(self, now: datetime) -> tuple[datetime, ...]:
        """At which its titles may be licensed: that of its events, or now."""
        return (now,) if self.computed_at is None else (self.computed_at, now)


def parse_list(dataset: str, name: str, document: Document | None, belongs_to: str | None) -> StoredList:
    """`document` None: its text is no JSON. `belongs_to`: the profile of picks, the title of neighbours."""
    try:
        if document is None:
            raise ValueError("no document")
        entries, more = _entries(dataset, document["items"]), _entries(dataset, _behind(dataset, document))
        computed_at = _computed_at(dataset, document)
        if not all(isinstance(one, str) and one for one, _ in (*entries, *more)):
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


Items = Sequence[Sequence[Any]]

SHORTEST_ITEM: Mapping[str, int] = {TOP_PICKS: 4, SIMILAR: 3, POPULAR: 2, TRENDING: 2}
"""What readers ask of an item (domain/recommendations/documents.py); its first two are title and score."""


def _entries(dataset: str, items: Items) -> list[Entry]:
    """Raises ValueError for an item that a reader would not take."""
    if not isinstance(items, list) or any(len(item) < SHORTEST_ITEM[dataset] for item in items):
        raise ValueError("an item is too short")
    return [(item[0], item[1]) for item in items]


def _behind(dataset: str, document: Mapping[str, Any]) -> Items:
    """What rows draw on after the list. Old runs left it out."""
    return document.get("taste", []) if dataset == TOP_PICKS else []


def _computed_at(dataset: str, document: Mapping[str, Any]) -> datetime | None:
    """Readers of similar titles do not ask for it."""
    found = document.get("computed_at") if dataset == SIMILAR else document["computed_at"]
    return None if found is None else from_millis(found)
