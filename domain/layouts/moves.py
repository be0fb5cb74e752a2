"""What a patch moved by hand holds in a personal order, too: a move becomes a rule of its row.

`to: 3` pins the row to position 3; `after` and `before` keep it below and above the other row. A later move of a row
replaces an earlier one. In a layout without personal order the order itself says it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.layouts.model import Layout, RowPlacement, RowSpec

Moves = Mapping[str, Mapping[str, Any]]
"""Row -> `to`, `after` or `before`, as in a patch."""


def keep_moves(layout: Layout, moves: Moves) -> Layout:
    names = {row.id for row in layout.rows}
    held = {name: move for name, move in moves.items() if _is_made(move, names)}
    if not layout.personal_order or not held:
        return layout
    rows = [
        replace(row, place=_placement(row.place, held[row.id])) if row.id in held else row
        for row in layout.rows
    ]
    return replace(layout, rows=tuple(_without_opposite(row, held) for row in rows))


def _is_made(move: Mapping[str, Any], names: set[str]) -> bool:
    neighbour = move.get("after", move.get("before"))
    return neighbour is None or neighbour in names


def _placement(place: RowPlacement, move: Mapping[str, Any]) -> RowPlacement:
    """The row's own position and sequence give way; what it keeps apart from stays."""
    return RowPlacement(
        pin=int(move["to"]) if "to" in move else None,
        after=move.get("after"),
        before=move.get("before"),
        apart_from=place.apart_from,
    )


def _without_opposite(row: RowSpec, held: Moves) -> RowSpec:
    """Rules of other rows give way that would turn a move around."""
    place = row.place
    if row.id in held:
        return row
    if place.after and held.get(place.after, {}).get("after") == row.id:
        place = replace(place, after=None)
    if place.before and held.get(place.before, {}).get("before") == row.id:
        place = replace(place, before=None)
    return replace(row, place=place)
