"""Two profiles become one: who may, and what becomes of the explicit preferences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.errors import BadInput
from domain.serialization import Document
from domain.viewers.profiles import Profile

JOINED_LISTS = ("favourite_genres", "languages", "blocked")
"""The successor has its own first, then the other's. What was blocked on either stays blocked."""

EARLIER = ("created_at", "welcomed_at")


def check_merge(source: Profile, into: Profile) -> None:
    """Raises BadInput."""
    if source.id == into.id:
        raise BadInput("intoProfileId: is the profile itself. Name another profile.")
    if source.kids != into.kids:
        raise BadInput(
            "intoProfileId: a kids profile and another kind of profile cannot become one, because what one watched "
            "is not meant for the other. Merge profiles of one kind, or erase one."
        )


def profile_join(source: Mapping[str, Any]) -> Document:
    """An update of the successor's document. Name, age limit, language and kind stay the successor's."""
    update: Document = {}
    added = {name: {"$each": list(source[name])} for name in JOINED_LISTS if source.get(name)}
    if added:
        update["$addToSet"] = added
    earlier = {name: source[name] for name in EARLIER if source.get(name) is not None}
    if earlier:
        update["$min"] = earlier
    return update
