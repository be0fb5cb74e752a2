"""Patches of a layout document, for some viewers or one experiment arm.

Changes are always made in this order: `remove`, `add`, `set`, `move`, `page`. A patch changes only what it names, so
changes of the base reach every variant. A change of a missing row is skipped and reported, never raised: an old patch
must not break a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.json_schema import Path, Problem, did_you_mean
from domain.serialization import Document

Patch = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PatchResult:
    """Paths of `unapplied` are within the patch."""

    document: Document
    unapplied: tuple[Problem, ...] = ()


def apply_patch(document: Mapping[str, Any], patch: Patch) -> PatchResult:
    result: Document = {
        **document,
        "order": list(document["order"]),
        "rows": dict(document["rows"]),
        "stand_ins": dict(document.get("stand_ins", {})),
    }
    unapplied = [
        *_remove(result, patch.get("remove", ())),
        *_add(result, patch.get("add", {})),
        *_set(result, patch.get("set", {})),
        *_move(result, patch.get("move", {})),
    ]
    merged = apply_merge_patch(result, patch.get("page", {}))
    if not merged["stand_ins"]:
        del merged["stand_ins"]
    return PatchResult(merged, tuple(unapplied))


def apply_patches(document: Mapping[str, Any], patches: Iterable[Patch]) -> PatchResult:
    current, unapplied = dict(document), list[Problem]()
    for patch in patches:
        step = apply_patch(current, patch)
        current = step.document
        unapplied += step.unapplied
    return PatchResult(current, tuple(unapplied))


def apply_merge_patch(value: Mapping[str, Any], change: Mapping[str, Any]) -> Document:
    """JSON merge patch (RFC 7396); null removes a key."""
    merged = dict(value)
    for name, new in change.items():
        if new is None:
            merged.pop(name, None)
        elif isinstance(new, Mapping):
            old = merged.get(name)
            merged[name] = apply_merge_patch(old if isinstance(old, Mapping) else {}, new)
        else:
            merged[name] = new
    return merged


def _remove(result: Document, names: Sequence[str]) -> list[Problem]:
    unapplied = []
    for index, name in enumerate(names):
        if name in result["rows"]:
            del result["rows"][name]
            result["order"].remove(name)
        else:
            unapplied.append(_no_row(("remove", index), name, result["rows"]))
    return unapplied


def _add(result: Document, rows: Mapping[str, Any]) -> list[Problem]:
    unapplied = []
    for name, row in rows.items():
        if name in result["rows"] or name in result["stand_ins"]:
            message = f"there is already a row {name!r}; change it with `set`."
            unapplied.append(Problem(("add", name), message))
        else:
            result["rows"][name] = dict(row)
            result["order"].append(name)
    return unapplied


def _set(result: Document, changes: Mapping[str, Any]) -> list[Problem]:
    unapplied = []
    for name, change in changes.items():
        rows = next((result[part] for part in ("rows", "stand_ins") if name in result[part]), None)
        if rows is None:
            unapplied.append(_no_row(("set", name), name, [*result["rows"], *result["stand_ins"]]))
        else:
            rows[name] = apply_merge_patch(rows[name], change)
    return unapplied


def _move(result: Document, moves: Mapping[str, Any]) -> list[Problem]:
    unapplied: list[Problem] = []
    order: list[str] = result["order"]
    for name, move in moves.items():
        path: Path = ("move", name)
        neighbour = move.get("after", move.get("before"))
        if name not in order:
            unapplied.append(_no_row(path, name, order))
        elif neighbour is not None and neighbour not in order:
            unapplied.append(_no_row((*path, "after" if "after" in move else "before"), neighbour, order))
        elif neighbour == name:
            unapplied.append(Problem(path, f"{name!r} cannot be moved next to itself."))
        else:
            order.remove(name)
            order.insert(_target_index(order, move), name)
    return unapplied


def _target_index(order: Sequence[str], move: Mapping[str, Any]) -> int:
    """In the order without the row; a position past the end is the end."""
    if "after" in move:
        return order.index(move["after"]) + 1
    if "before" in move:
        return order.index(move["before"])
    return min(int(move["to"]) - 1, len(order))


def _no_row(path: Path, name: str, known: Iterable[str]) -> Problem:
    return Problem(path, f"there is no row {name!r}.{did_you_mean(name, known)}")
