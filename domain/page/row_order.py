"""Orders rows: the designer's order or the profile's own, under pins, windows and rules between neighbours.

Each position takes the most preferred row that may stand there; rows whose window closes go first. When no row
satisfies every rule, neighbours give way, then the earliest position: a page never loses a row to rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.layouts.model import RowPlacement
from domain.layouts.row_kinds import RowSource


@dataclass(frozen=True, slots=True)
class OrderableRow:
    spec_id: str
    source: RowSource
    placement: RowPlacement
    value: float = 0.0


def order_rows(rows: Sequence[OrderableRow], is_personal: bool) -> list[int]:
    """Indexes of `rows` (in the designer's order), top to bottom. `is_personal`: unpinned rows by descending value,
    stable."""
    preferred = list(range(len(rows)))
    if is_personal:
        preferred.sort(key=lambda index: -rows[index].value)
    pinned = _pinned_positions(rows)
    waiting = [index for index in preferred if index not in set(pinned.values())]
    placed: list[int] = []
    while waiting or pinned:
        position = len(placed) + 1
        if position in pinned:
            placed.append(pinned.pop(position))
        elif waiting:
            placed.append(_take_next(waiting, rows, placed, pinned))
        else:
            # Fewer rows than the pin asks for: pinned rows close up at the end.
            placed.append(pinned.pop(min(pinned)))
    return placed


def _pinned_positions(rows: Sequence[OrderableRow]) -> dict[int, int]:
    """Position -> row. A later row of the same pin stands directly behind."""
    pinned: dict[int, int] = {}
    for index, row in enumerate(rows):
        if row.placement.pin is None:
            continue
        position = row.placement.pin
        while position in pinned:
            position += 1
        pinned[position] = index
    return pinned


def _take_next(
    waiting: list[int], rows: Sequence[OrderableRow], placed: Sequence[int], pinned: Mapping[int, int]
) -> int:
    position = len(placed) + 1
    above = rows[placed[-1]] if placed else None
    below = rows[pinned[position + 1]] if position + 1 in pinned else None
    due = _due_rows(waiting, rows, position)
    tests: tuple[Callable[[OrderableRow], bool], ...] = (
        lambda row: (
            _is_next_in_sequence(row, waiting, rows)
            and position >= row.placement.earliest
            and _fits_neighbours(row, above, below)
        ),
        lambda row: _is_next_in_sequence(row, waiting, rows) and position >= row.placement.earliest,
        lambda row: _is_next_in_sequence(row, waiting, rows),
    )
    for test in tests:
        for index in (*due, *waiting):
            if test(rows[index]):
                waiting.remove(index)
                return index
    return waiting.pop(0)


def _due_rows(waiting: Sequence[int], rows: Sequence[OrderableRow], position: int) -> list[int]:
    """Rows that must stand now to keep every latest position, earliest deadline first."""
    deadlines = sorted(
        (latest, index) for index in waiting if (latest := rows[index].placement.latest) is not None
    )
    for behind, (latest, _) in enumerate(deadlines):
        if latest <= position + behind:
            return [index for _, index in deadlines[: behind + 1]]
    return []


def _is_next_in_sequence(row: OrderableRow, waiting: Sequence[int], rows: Sequence[OrderableRow]) -> bool:
    for index in waiting:
        other = rows[index]
        if other is not row and (
            row.placement.after == other.spec_id or other.placement.before == row.spec_id
        ):
            return False
    return True


def _fits_neighbours(row: OrderableRow, above: OrderableRow | None, below: OrderableRow | None) -> bool:
    return all(
        neighbour is None or not (_avoids(row, neighbour) or _avoids(neighbour, row))
        for neighbour in (above, below)
    )


def _avoids(row: OrderableRow, neighbour: OrderableRow) -> bool:
    """`apart_from` names ids or sources."""
    return neighbour.spec_id in row.placement.apart_from or neighbour.source in row.placement.apart_from
