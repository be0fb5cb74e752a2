"""Rounds of a series: "finished" belongs to the round in which it happened.

A round begins when an episode is finished again that stands earlier in the order than one finished in between. An
earlier episode that is finished for the first time is a gap that is filled, and begins none. Imported histories often
have one instant for many episodes; these count as finished in order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, TypeAlias

Place: TypeAlias = tuple[int, tuple[int, ...]]
"""Place in the run; compares."""


class Finish(NamedTuple):
    """Last and first finish of an episode; compares by time, then by place."""

    last: datetime
    place: Place
    first: datetime


def round_began_at(finishes: Iterable[Finish]) -> datetime | None:
    """When the present round began; None for the first."""
    began: datetime | None = None
    # Of this round, those that no later finish stands behind: falling places, rising instants.
    ahead: list[Finish] = []
    for finish in sorted(finishes):
        while ahead and ahead[-1].place <= finish.place:
            ahead.pop()
        if ahead and finish.first <= ahead[-1].last:
            began = finish.last
            ahead.clear()
        ahead.append(finish)
    return began
