"""The patch that turns one layout document into another: a draft as an experiment arm.

Applied to a newer base, the patch makes the same changes, so an old draft does not undo later publications.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from domain.errors import BadInput
from domain.layouts.schema import PAGE
from domain.serialization import Document

PATCHABLE_KEYS = ("order", "rows", "stand_ins", *PAGE)


def patch_between(base: Mapping[str, Any], changed: Mapping[str, Any]) -> Document:
    """Raises BadInput for changes outside `PATCHABLE_KEYS` and new or removed stand-ins."""
    others = sorted({*base, *changed} - {*PATCHABLE_KEYS})
    unsupported = [name for name in others if base.get(name) != changed.get(name)]
    if unsupported:
        raise BadInput(
            f"An arm can change rows, their order and {', '.join(PAGE)}; this draft also changes "
            f"{', '.join(unsupported)}. Publish that first, or undo it."
        )
    patch: Document = {}
    old, new = base["rows"], changed["rows"]
    if removed := [name for name in base["order"] if name not in new]:
        patch["remove"] = removed
    if added := {name: new[name] for name in changed["order"] if name not in old}:
        patch["add"] = added
    stand_ins = _stand_in_changes(base.get("stand_ins", {}), changed.get("stand_ins", {}))
    rows = {name: merge_patch_between(old[name], new[name]) for name in changed["order"] if name in old}
    if changes := {name: change for name, change in (rows | stand_ins).items() if change}:
        patch["set"] = changes
    order = [name for name in base["order"] if name in new] + list(added)
    if moves := dict(_fewest_moves(order, changed["order"])):
        patch["move"] = moves
    page = {name: value for name, value in base.items() if name in PAGE}
    if change := merge_patch_between(page, {name: value for name, value in changed.items() if name in PAGE}):
        patch["page"] = change
    return patch


def merge_patch_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Document:
    """The JSON merge patch (RFC 7396) from `old` to `new`."""
    change: Document = {name: None for name in old if name not in new}
    for name, value in new.items():
        before = old.get(name)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            if inner := merge_patch_between(before, value):
                change[name] = inner
        elif name not in old or before != value:
            change[name] = value
    return change


def affected_rows(patch: Mapping[str, Any]) -> frozenset[str] | None:
    """None: the whole page."""
    if patch.get("page"):
        return None
    return frozenset(name for part in ("remove", "add", "set", "move") for name in patch.get(part, ()))


def _stand_in_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Document:
    if set(old) != set(new):
        names = ", ".join(sorted(set(old) ^ set(new)))
        raise BadInput(f"An arm cannot add or remove stand-ins ({names}). Publish that first, or undo it.")
    return {name: merge_patch_between(old[name], new[name]) for name in new}


def moved_rows(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest rows whose moves turn one order into the other, and new rows."""
    common = [name for name in before if name in after]
    target = [name for name in after if name in before]
    return {name for name, _ in _fewest_moves(common, target)} | (set(after) - set(before))


def _fewest_moves(order: Sequence[str], target: Sequence[str]) -> Iterator[tuple[str, Document]]:
    unmoved = _longest_increasing([target.index(name) for name in order])
    above: str | None = None
    for position, name in enumerate(target):
        if position not in unmoved:
            yield name, {"after": above} if above else {"to": 1}
        above = name


def _longest_increasing(numbers: Sequence[int]) -> set[int]:
    """The numbers of a longest increasing subsequence (patience sorting)."""
    piles: list[int] = []
    predecessors: dict[int, int | None] = {}
    for number in numbers:
        pile = bisect_left(piles, number)
        predecessors[number] = piles[pile - 1] if pile else None
        piles[pile : pile + 1] = [number]
    longest: set[int] = set()
    last = piles[-1] if piles else None
    while last is not None:
        longest.add(last)
        last = predecessors[last]
    return longest
