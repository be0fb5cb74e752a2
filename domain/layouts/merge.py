"""Three-way merge of layout documents: what two designers changed since the version that both began from.

Changes of different parts are both kept. Where both changed one part differently there is a conflict, and nothing is
decided. Rows are told apart by their id, overrides by their viewers, pins, boosts and quotas by what they are about.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.json_schema import Path
from domain.layouts.patch_diff import moved_rows
from domain.serialization import Document

MISSING: Any = object()
"""The key or entry does not exist on this side."""

ENTRY_KEYS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "overrides": lambda entry: entry.get("when"),
    "pins": lambda entry: entry.get("title_id"),
    "boosts": lambda entry: entry.get("match"),
    "quotas": lambda entry: entry.get("match"),
    "mix": lambda entry: entry.get("source"),
    "filter_tests": lambda entry: entry.get("title"),
}
"""What tells the entries of a list apart. Other lists of mappings are compared by position."""

SETS = frozenset(
    {
        "apart_from",
        "weekdays",
        "weekday",
        "monthly",
        "market",
        "markets",
        "device",
        "devices",
        "plan",
        "remove",
    }
)
"""Lists whose order has no meaning."""


@dataclass(frozen=True, slots=True)
class MergeConflict:
    """Both sides changed the part at `path`. None: it does not exist there."""

    path: Path
    base: object
    mine: object
    theirs: object


@dataclass(frozen=True, slots=True)
class MergeResult:
    """`document` has the preferred side where there is a conflict."""

    document: Document
    conflicts: tuple[MergeConflict, ...] = ()


def merge_documents(
    base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], prefer_theirs: bool = False
) -> MergeResult:
    merger = _Merger(prefer_theirs)
    has_orders = all(_is_order(side.get("order", [])) for side in (base, mine, theirs))
    merged = merger.mapping(base, mine, theirs, (), skip=("order",) if has_orders else ())
    if not has_orders:
        return MergeResult(merged, tuple(merger.conflicts))
    order = merger.order(base.get("order", []), mine.get("order", []), theirs.get("order", []))
    rows = merged.get("rows")
    if isinstance(rows, Mapping):
        order = [row for row in order if row in rows] + [row for row in rows if row not in order]
    merged |= {"order": order} if order or "order" in mine or "order" in theirs else {}
    names = [name for name in _keys(mine, theirs, merged) if name in merged]
    return MergeResult({name: merged[name] for name in names}, tuple(merger.conflicts))


def _is_order(value: object) -> bool:
    """An unfinished draft may hold anything."""
    return (
        isinstance(value, list) and all(isinstance(row, str) for row in value) and len({*value}) == len(value)
    )


def _keys(*sides: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(name for side in sides for name in side))


@dataclass
class _Merger:
    prefer_theirs: bool
    conflicts: list[MergeConflict] = field(default_factory=list)

    def value(self, base: Any, mine: Any, theirs: Any, path: Path) -> Any:
        if _same(mine, theirs) or _same(theirs, base):
            return mine
        if _same(mine, base):
            return theirs
        if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
            return self.mapping(base if isinstance(base, Mapping) else {}, mine, theirs, path)
        if isinstance(mine, list) and isinstance(theirs, list) and isinstance(base, list):
            merged = self.entries(base, mine, theirs, path)
            if merged is not None:
                return merged
        return self.conflict(base, mine, theirs, path)

    def conflict(self, base: Any, mine: Any, theirs: Any, path: Path) -> Any:
        values = [None if value is MISSING else value for value in (base, mine, theirs)]
        self.conflicts.append(MergeConflict(path, *values))
        return theirs if self.prefer_theirs else mine

    def mapping(
        self,
        base: Mapping[str, Any],
        mine: Mapping[str, Any],
        theirs: Mapping[str, Any],
        path: Path,
        skip: Sequence[str] = (),
    ) -> Document:
        merged: Document = {}
        for name in _keys(mine, theirs):
            if name in skip:
                continue
            before, my, their = (side.get(name, MISSING) for side in (base, mine, theirs))
            value = self.value(before, my, their, (*path, name))
            if value is not MISSING:
                merged[name] = value
        return merged

    def entries(self, base: list[Any], mine: list[Any], theirs: list[Any], path: Path) -> list[Any] | None:
        """None: the list can only be taken whole."""
        name = str(path[-1])
        if name in SETS:
            kept = [entry for entry in theirs if entry in mine or entry not in base]
            return kept + [entry for entry in mine if entry not in kept and entry not in base]
        keyed = [_by_key(ENTRY_KEYS.get(name), side) for side in (base, mine, theirs)]
        if None in keyed:
            if not len(base) == len(mine) == len(theirs) or not all(isinstance(one, Mapping) for one in base):
                return None
            triples = zip(base, mine, theirs, strict=True)
            return [
                self.value(before, my, their, (*path, at)) for at, (before, my, their) in enumerate(triples)
            ]
        of_base, of_mine, of_theirs = (side or {} for side in keyed)
        merged = []
        for at, key in enumerate(_keys(of_theirs, of_mine)):
            before, my, their = (side.get(key, MISSING) for side in (of_base, of_mine, of_theirs))
            value = self.value(before, my, their, (*path, at))
            if value is not MISSING:
                merged.append(value)
        return merged

    def order(self, base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
        """Theirs, with my moves and new rows behind the rows that they follow in mine."""
        my_moves, their_moves = moved_rows(base, mine), moved_rows(base, theirs)
        for row in sorted(my_moves & their_moves):
            if mine.index(row) != theirs.index(row):
                before, my, their = (
                    side.index(row) + 1 if row in side else MISSING for side in (base, mine, theirs)
                )
                if self.conflict(before, my, their, ("order", row)) is not my:
                    my_moves = my_moves - {row}
        order = [row for row in theirs if row not in my_moves or row not in mine]
        for at, row in enumerate(mine):
            if row in my_moves:
                above = next((one for one in reversed(mine[:at]) if one in order), None)
                order.insert(order.index(above) + 1 if above else 0, row)
        return order


def _by_key(
    key_of: Callable[[Mapping[str, Any]], object] | None, entries: list[Any]
) -> dict[str, Any] | None:
    """None unless every entry has a key of its own."""
    if key_of is None or not all(isinstance(entry, Mapping) for entry in entries):
        return None
    keyed = {json.dumps(key_of(entry), sort_keys=True): entry for entry in entries}
    return keyed if len(keyed) == len(entries) else None


def _same(one: object, other: object) -> bool:
    return one is other or (one is not MISSING and other is not MISSING and one == other)
