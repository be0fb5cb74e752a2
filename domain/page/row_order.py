"""In which order rows stand: the designer's, or the profile's own, under pins, windows and neighbourly rules.

Positions are filled from the top. At each one the first row in order of preference stands that may stand
there; a row whose window is about to close goes before those that can wait. When no row satisfies every rule
the least important rule gives way: first which neighbours a row may have, then how early it may stand. Rows
are few and the rules are the designer's wishes, so a page is never left without a row for their sake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.layouts.model import RowPlacement, RowSource


@dataclass(frozen=True, slots=True)
class Placeable:
    """What placing needs to know of a row: `name` (the spec's id), its source, its rules and its value."""

    name: str
    source: RowSource
    place: RowPlacement
    value: float = 0.0


def order(rows: Sequence[Placeable], personal: bool) -> list[int]:
    """Indexes of the rows, top to bottom. `rows` come in the designer's order.

    With `personal`, unpinned rows are preferred by descending value; equal values keep the designer's order.
    """
    preferred = list(range(len(rows)))
    if personal:
        preferred.sort(key=lambda index: -rows[index].value)
    pinned = _pinned(rows)
    waiting = [index for index in preferred if index not in set(pinned.values())]
    placed: list[int] = []
    while waiting or pinned:
        position = len(placed) + 1
        if position in pinned:
            placed.append(pinned.pop(position))
        elif waiting:
            placed.append(_take(waiting, rows, placed, pinned))
        else:
            # Fewer rows than the pin asks for: pinned rows close up at the end.
            placed.append(pinned.pop(min(pinned)))
    return placed


def _pinned(rows: Sequence[Placeable]) -> dict[int, int]:
    """Position -> row. Of two rows that want one position the later one stands directly behind."""
    pinned: dict[int, int] = {}
    for index, row in enumerate(rows):
        if row.place.pin is None:
            continue
        position = row.place.pin
        while position in pinned:
            position += 1
        pinned[position] = index
    return pinned


def _take(
    waiting: list[int], rows: Sequence[Placeable], placed: Sequence[int], pinned: Mapping[int, int]
) -> int:
    """Remove and return the row that stands at the next position."""
    position = len(placed) + 1
    above = rows[placed[-1]] if placed else None
    below = rows[pinned[position + 1]] if position + 1 in pinned else None
    urgent = _urgent(waiting, rows, position)
    tests: tuple[Callable[[Placeable], bool], ...] = (
        lambda row: _in_turn(row, waiting, rows) and _may_start(row, position) and _agrees(row, above, below),
        lambda row: _in_turn(row, waiting, rows) and _may_start(row, position),
        lambda row: _in_turn(row, waiting, rows),
    )
    for test in tests:
        for index in (*urgent, *waiting):
            if test(rows[index]):
                waiting.remove(index)
                return index
    return waiting.pop(0)


def _urgent(waiting: Sequence[int], rows: Sequence[Placeable], position: int) -> list[int]:
    """Rows that must stand now for every window still to be kept: earliest deadline first."""
    due = sorted((latest, index) for index in waiting if (latest := rows[index].place.latest) is not None)
    for behind, (latest, _) in enumerate(due):
        if latest <= position + behind:
            return [index for _, index in due[: behind + 1]]
    return []


def _may_start(row: Placeable, position: int) -> bool:
    return position >= row.place.earliest


def _in_turn(row: Placeable, waiting: Sequence[int], rows: Sequence[Placeable]) -> bool:
    """Nothing that must stand above it is still waiting."""
    for index in waiting:
        other = rows[index]
        if other is not row and (row.place.after == other.name or other.place.before == row.name):
            return False
    return True


def _agrees(row: Placeable, above: Placeable | None, below: Placeable | None) -> bool:
    return all(
        neighbour is None or not (_shuns(row, neighbour) or _shuns(neighbour, row))
        for neighbour in (above, below)
    )


def _shuns(row: Placeable, neighbour: Placeable) -> bool:
    """`apart_from` names rows by id or by source; a row's own source keeps its siblings apart."""
    return neighbour.name in row.place.apart_from or neighbour.source in row.place.apart_from
