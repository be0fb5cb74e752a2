"""Patches: small changes of a layout document, for some viewers or for one arm of an experiment.

A patch holds up to five kinds of change, made in this order whatever order they are written in: `remove`, `add`,
`set`, `move`, `page`. It changes what it names and nothing else, so a change of the base reaches every variant.
A change of something that is not there (the base has removed it since) is left out and reported, never an error:
the page of tonight must not fail because of a patch of last month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.json_schema import Path, Problem, did_you_mean

Document = dict[str, Any]
"""A layout as plain values: what YAML and MongoDB hold, in the shape of domain/layouts/schema.py."""

Patch = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Patched:
    """The changed document, and what could not be changed; paths are those within the patch."""

    document: Document
    missed: tuple[Problem, ...] = ()


def apply(document: Mapping[str, Any], patch: Patch) -> Patched:
    """The document with one patch made. The given one stays as it is."""
    draft: Document = {
        **document,
        "order": list(document["order"]),
        "rows": dict(document["rows"]),
        "stand_ins": dict(document.get("stand_ins", {})),
    }
    missed = [
        *_remove(draft, patch.get("remove", ())),
        *_add(draft, patch.get("add", {})),
        *_set(draft, patch.get("set", {})),
        *_move(draft, patch.get("move", {})),
    ]
    merged = merge(draft, patch.get("page", {}))
    if not merged["stand_ins"]:
        del merged["stand_ins"]
    return Patched(merged, tuple(missed))


def apply_all(document: Mapping[str, Any], patches: Iterable[Patch]) -> Patched:
    """One patch after the other."""
    current, missed = dict(document), list[Problem]()
    for patch in patches:
        step = apply(current, patch)
        current = step.document
        missed += step.missed
    return Patched(current, tuple(missed))


def merge(value: Mapping[str, Any], change: Mapping[str, Any]) -> Document:
    """JSON merge patch (RFC 7396): mappings merge key by key, null takes a key away, all else replaces."""
    merged = dict(value)
    for name, new in change.items():
        if new is None:
            merged.pop(name, None)
        elif isinstance(new, Mapping):
            old = merged.get(name)
            merged[name] = merge(old if isinstance(old, Mapping) else {}, new)
        else:
            merged[name] = new
    return merged


def _remove(draft: Document, names: Sequence[str]) -> list[Problem]:
    missed = []
    for place, name in enumerate(names):
        if name in draft["rows"]:
            del draft["rows"][name]
            draft["order"].remove(name)
        else:
            missed.append(_no_row(("remove", place), name, draft["rows"]))
    return missed


def _add(draft: Document, rows: Mapping[str, Any]) -> list[Problem]:
    missed = []
    for name, row in rows.items():
        if name in draft["rows"] or name in draft["stand_ins"]:
            missed.append(Problem(("add", name), f"there is a row {name!r} already; change it with `set`."))
        else:
            draft["rows"][name] = dict(row)
            draft["order"].append(name)
    return missed


def _set(draft: Document, changes: Mapping[str, Any]) -> list[Problem]:
    missed = []
    for name, change in changes.items():
        home = next((draft[part] for part in ("rows", "stand_ins") if name in draft[part]), None)
        if home is None:
            missed.append(_no_row(("set", name), name, [*draft["rows"], *draft["stand_ins"]]))
        else:
            home[name] = merge(home[name], change)
    return missed


def _move(draft: Document, moves: Mapping[str, Any]) -> list[Problem]:
    missed: list[Problem] = []
    order: list[str] = draft["order"]
    for name, where in moves.items():
        path: Path = ("move", name)
        neighbour = where.get("after", where.get("before"))
        if name not in order:
            missed.append(_no_row(path, name, order))
        elif neighbour is not None and neighbour not in order:
            missed.append(_no_row((*path, "after" if "after" in where else "before"), neighbour, order))
        elif neighbour == name:
            missed.append(Problem(path, f"{name!r} cannot stand beside itself."))
        else:
            order.remove(name)
            order.insert(_target(order, where), name)
    return missed


def _target(order: Sequence[str], where: Mapping[str, Any]) -> int:
    """Index in the order without the row itself; a position past the end is the end."""
    if "after" in where:
        return order.index(where["after"]) + 1
    if "before" in where:
        return order.index(where["before"])
    return min(int(where["to"]) - 1, len(order))


def _no_row(path: Path, name: str, known: Iterable[str]) -> Problem:
    return Problem(path, f"there is no row {name!r}.{did_you_mean(name, known)}")
