"""What a removal did, place by place: the proof that nothing of a profile is left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.serialization import Document

FILES = "files"


@dataclass(frozen=True, slots=True)
class Place:
    """`place` is a collection, a kind of key, an index or a file. `left` is what a second search found."""

    store: str
    place: str
    found: int
    removed: int
    left: int


@dataclass(frozen=True, slots=True)
class Removal:
    """`pending` names what is removed later, and by what."""

    key: str
    into: str | None
    places: tuple[Place, ...]
    pending: tuple[str, ...] = ()

    @property
    def is_proven(self) -> bool:
        """Everything was searched a second time, and nothing was found."""
        return not self.pending and not any(place.left for place in self.places)


def removal_to_json(removal: Removal) -> Document:
    return {
        "departure": removal.key,
        "into": removal.into,
        "places": [
            {
                "store": each.store,
                "place": each.place,
                "found": each.found,
                "removed": each.removed,
                "left": each.left,
            }
            for each in removal.places
        ],
        "pending": list(removal.pending),
        "proven": removal.is_proven,
    }


def removal_to_text(removal: Removal) -> str:
    """A table, and the conclusion in a sentence."""
    names = [f"{each.store} {each.place}" for each in removal.places]
    width = max([len("place"), *(len(name) for name in names)])
    lines = [f"{'place':<{width}}  {'found':>8}  {'removed':>8}  {'left':>8}"]
    lines += [
        f"{name:<{width}}  {each.found:>8,}  {each.removed:>8,}  {each.left:>8,}"
        for name, each in zip(names, removal.places, strict=True)
    ]
    return "\n".join([*lines, _conclusion(removal)])


def _conclusion(removal: Removal) -> str:
    left = sum(each.left for each in removal.places)
    if left:
        return f"{left:,} are left. Run the same command again; if some stay, look at the places named above."
    if removal.pending:
        return f"Nothing is left in what was searched. Still to come: {'; '.join(removal.pending)}."
    return "A second search of everything found nothing that is left."


def total(places: Iterable[Place]) -> int:
    return sum(each.removed for each in places)
