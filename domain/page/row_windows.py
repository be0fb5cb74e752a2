"""Positions that rows may take: windows, pins and sequences as one window per row, and whether they can all hold.

A row after another has the other's window moved down by one, a row before it the other's moved up: with such windows
the earliest deadline first fills every position if anything does (Lawler, "Optimal sequencing of a single machine
subject to precedence constraints", 1973; unit tasks with integer release times).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from domain.layouts.model import RowPlacement


@dataclass(frozen=True, slots=True)
class Windows:
    """By index of row, positions from 1. `above` are the rows that must stand above a row."""

    earliest: tuple[int, ...]
    latest: tuple[int, ...]
    above: tuple[frozenset[int], ...]

    def are_feasible(self, waiting: Sequence[int], position: int) -> bool:
        """Whether these rows fill the positions from `position` on, each within its window."""
        last = len(self.latest)
        limited = sorted(self.latest[index] for index in waiting if self.latest[index] < last)
        if any(latest < position + behind for behind, latest in enumerate(limited)):
            return False
        if all(self.earliest[index] <= position for index in waiting):
            return True
        left = sorted(waiting, key=lambda index: (self.latest[index], self.earliest[index]))
        for place in range(position, position + len(waiting)):
            index = next((one for one in left if self.earliest[one] <= place), None)
            if index is None or self.latest[index] < place:
                return False
            left.remove(index)
        return True


def row_windows(
    placements: Sequence[tuple[str, RowPlacement]], pins: Mapping[int, int], with_earliest: bool = True
) -> Windows | None:
    """Windows of rows given by spec id and placement; None when their sequences contradict each other.

    `pins`: position -> row. A position that no row can reach, such as the ninth of five rows, is the last one; of a
    row with others below it, the last one that leaves them room.
    """
    count = len(placements)
    above = _rows_above(placements)
    order = _sequence(above)
    if order is None:
        return None
    earliest, latest = [1] * count, [count] * count
    for index, (_, placement) in enumerate(placements):
        earliest[index] = placement.earliest if with_earliest else 1
        latest[index] = min(placement.latest or count, count)
    _follow(earliest, above, order)
    _close_up(earliest)
    for position, index in pins.items():
        earliest[index] = latest[index] = position
    _follow(earliest, above, order)
    for index in reversed(order):
        for one in above[index]:
            latest[one] = min(latest[one], latest[index] - 1)
    return Windows(tuple(earliest), tuple(latest), tuple(above))


def _rows_above(placements: Sequence[tuple[str, RowPlacement]]) -> list[frozenset[int]]:
    return [
        frozenset(
            other
            for other, (other_id, theirs) in enumerate(placements)
            if other_id != spec_id and (placement.after == other_id or theirs.before == spec_id)
        )
        for spec_id, placement in placements
    ]


def _sequence(above: Sequence[Set[int]]) -> list[int] | None:
    """Rows with those above them first; None for a cycle."""
    order: list[int] = []
    waiting = set(range(len(above)))
    while waiting:
        free = sorted(index for index in waiting if not above[index] & waiting)
        if not free:
            return None
        order += free
        waiting -= set(free)
    return order


def _follow(earliest: list[int], above: Sequence[Set[int]], order: Sequence[int]) -> None:
    """A row stands below all that must stand above it. `order`: those above first."""
    for index in order:
        earliest[index] = max([earliest[index], *(earliest[one] + 1 for one in above[index])])


def _close_up(earliest: list[int]) -> None:
    """Every position must have a row that may stand there: the rows with the earliest windows move up."""
    for place, index in enumerate(sorted(range(len(earliest)), key=earliest.__getitem__), start=1):
        earliest[index] = min(earliest[index], place)
