"""Orders rows: the designer's order or the profile's own, under pins, windows and rules between neighbours.

Each position takes the most preferred row that leaves an order in which every rule holds. When no order satisfies
every rule, neighbours give way, then the earliest positions, then the latest ones: a page never loses a row to rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.layouts.model import RowPlacement
from domain.layouts.row_kinds import RowSource
from domain.page.row_windows import Windows, row_windows

MAX_STEPS = 400
"""Of the search for an order with all neighbours apart; a page without such rules takes one step a row."""


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
    if all(row.placement == RowPlacement() for row in rows):
        return preferred
    preferred = _raised(rows, preferred)
    pins = pinned_positions(rows)
    placements = [(row.spec_id, row.placement) for row in rows]
    for apart, with_earliest in ((True, True), (False, True), (True, False), (False, False)):
        windows = row_windows(placements, pins, with_earliest)
        found = _search(rows, preferred, windows, apart) if windows else None
        if found is not None:
            return found
    windows = row_windows(placements, pins) or row_windows(_without_sequences(placements), pins)
    return _closest_order(preferred, windows, pins) if windows else preferred


def _raised(rows: Sequence[OrderableRow], preferred: Sequence[int]) -> list[int]:
    """A row that must stand before another is as preferred as that one; a row that must stand after another waits."""
    raised: dict[int, None] = {}

    def add(index: int, seen: frozenset[int]) -> None:
        for other in preferred:
            if other not in seen and rows[other].placement.before == rows[index].spec_id:
                add(other, seen | {other})
        raised.setdefault(index)

    for index in preferred:
        add(index, frozenset({index}))
    return list(raised)


def pinned_positions(rows: Sequence[OrderableRow]) -> dict[int, int]:
    """Position -> row. A later row of the same pin stands directly behind; pins past the end close up there."""
    wanted: dict[int, int] = {}
    for index, row in enumerate(rows):
        if row.placement.pin is not None:
            position = row.placement.pin
            while position in wanted:
                position += 1
            wanted[position] = index
    pins: dict[int, int] = {}
    last = len(rows)
    for position in sorted(wanted, reverse=True):
        pins[min(position, last)] = wanted[position]
        last = min(position, last) - 1
    return pins


def _search(
    rows: Sequence[OrderableRow], preferred: Sequence[int], windows: Windows, apart: bool
) -> list[int] | None:
    """The most preferred order that keeps all windows, and neighbours apart; None when there is none, or when it is
    not found within `MAX_STEPS`."""
    if not windows.are_feasible(preferred, 1):
        return None
    placed: list[int] = []
    waiting = list(preferred)
    choices = [_choices(rows, placed, waiting, windows, apart)]
    for _ in range(MAX_STEPS):
        if not waiting:
            return placed
        index = next(choices[-1], None)
        if index is not None:
            placed.append(index)
            waiting = [one for one in waiting if one != index]
            choices.append(_choices(rows, placed, waiting, windows, apart))
            continue
        choices.pop()
        if not placed:
            return None
        placed.pop()
        waiting = [one for one in preferred if one not in placed]
    return None


def _choices(
    rows: Sequence[OrderableRow], placed: Sequence[int], waiting: Sequence[int], windows: Windows, apart: bool
) -> Iterator[int]:
    """Rows for the next position, most preferred first."""
    position = len(placed) + 1
    above = rows[placed[-1]] if placed else None
    for index in waiting:
        if windows.earliest[index] > position or windows.above[index] & set(waiting):
            continue
        if apart and above is not None and (_avoids(rows[index], above) or _avoids(above, rows[index])):
            continue
        if windows.are_feasible([one for one in waiting if one != index], position + 1):
            yield index


def _closest_order(preferred: Sequence[int], windows: Windows, pins: Mapping[int, int]) -> list[int]:
    """For rules that contradict each other: pins hold, then sequences; the row that must stand highest is next."""
    placed: list[int] = []
    waiting = [index for index in preferred if index not in pins.values()]
    for position in range(1, len(preferred) + 1):
        if position in pins:
            placed.append(pins[position])
            continue
        free = [index for index in waiting if not windows.above[index] & set(waiting)]
        in_time = [index for index in free if windows.earliest[index] <= position]
        placed.append(min(in_time or free, key=lambda index: windows.latest[index]))
        waiting.remove(placed[-1])
    return placed


def _without_sequences(placements: Sequence[tuple[str, RowPlacement]]) -> list[tuple[str, RowPlacement]]:
    return [(spec_id, replace(placement, after=None, before=None)) for spec_id, placement in placements]


def _avoids(row: OrderableRow, neighbour: OrderableRow) -> bool:
    """`apart_from` names ids or sources."""
    return neighbour.spec_id in row.placement.apart_from or neighbour.source in row.placement.apart_from
