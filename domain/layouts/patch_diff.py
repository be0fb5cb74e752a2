"""A draft layout as an arm: what it changes of a base, as one patch.

`patch_between(base, changed)` applied to `base` gives `changed`. Applied to a newer base it makes the same changes
there, so a draft that was begun last week does not undo what was published since.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.errors import BadInput
from domain.layouts.patches import Document
from domain.layouts.schema import PAGE

ORDERED = ("order", "rows", *PAGE)
"""What an arm can change, besides stand-ins that are there already."""


def patch_between(base: Mapping[str, Any], changed: Mapping[str, Any]) -> Document:
    """Raises BadInput for what no patch can say: another target or schedule, other overrides or variants."""
    others = sorted({*base, *changed} - {*ORDERED, "stand_ins"})
    beyond = [name for name in others if base.get(name) != changed.get(name)]
    if beyond:
        raise BadInput(
            f"An arm can change rows, their order and {', '.join(PAGE)}; this draft also changes "
            f"{', '.join(beyond)}. Publish that first, or take it back."
        )
    patch: Document = {}
    old, new = base["rows"], changed["rows"]
    if removed := [name for name in base["order"] if name not in new]:
        patch["remove"] = removed
    if added := {name: new[name] for name in changed["order"] if name not in old}:
        patch["add"] = added
    stand_ins = _stand_ins(base.get("stand_ins", {}), changed.get("stand_ins", {}))
    both = {name: merge_between(old[name], new[name]) for name in changed["order"] if name in old}
    if changes := {name: change for name, change in (both | stand_ins).items() if change}:
        patch["set"] = changes
    order = [name for name in base["order"] if name in new] + list(added)
    if moves := dict(_moves(order, changed["order"])):
        patch["move"] = moves
    page = {name: value for name, value in base.items() if name in PAGE}
    if change := merge_between(page, {name: value for name, value in changed.items() if name in PAGE}):
        patch["page"] = change
    return patch


def merge_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Document:
    """The JSON merge patch (RFC 7396) that makes `new` of `old`; empty when they are equal."""
    change: Document = {name: None for name in old if name not in new}
    for name, value in new.items():
        before = old.get(name)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            if inner := merge_between(before, value):
                change[name] = inner
        elif name not in old or before != value:
            change[name] = value
    return change


def rows_named(patch: Mapping[str, Any]) -> frozenset[str] | None:
    """The rows that a patch is about; None: the whole page."""
    if patch.get("page"):
        return None
    return frozenset(name for part in ("remove", "add", "set", "move") for name in patch.get(part, ()))


def _stand_ins(old: Mapping[str, Any], new: Mapping[str, Any]) -> Document:
    if set(old) != set(new):
        names = ", ".join(sorted(set(old) ^ set(new)))
        raise BadInput(
            f"An arm cannot add or remove stand-ins ({names}). Publish that first, or take it back."
        )
    return {name: merge_between(old[name], new[name]) for name in new}


def _moves(order: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[str, Document]]:
    """As few moves as do it: the longest run of rows that are in order already stays where it is."""
    staying = _longest_rising([wanted.index(name) for name in order])
    above: str | None = None
    for place, name in enumerate(wanted):
        if place not in staying:
            yield name, {"after": above} if above else {"to": 1}
        above = name


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The numbers of a longest rising subsequence (patience sorting)."""
    piles: list[int] = []
    below: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(piles, number)
        below[number] = piles[place - 1] if place else None
        piles[place : place + 1] = [number]
    kept: set[int] = set()
    top = piles[-1] if piles else None
    while top is not None:
        kept.add(top)
        top = below[top]
    return kept
