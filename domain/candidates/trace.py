"""What became of every candidate while a page was composed: the raw material of "why" and "why not".

Composing is pure, so a page is never slowed by being explained: it is composed again, with a trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from domain.ids import TitleId


class TraceStage(StrEnum):
    """Where a candidate's way ended, in the order in which it goes."""

    FILTER = "filter"
    """The choke point: it may not be shown to this audience."""
    RULE = "rule"
    """Not for this row: watched, disliked, or refused by the designer's rule."""
    DEDUPE = "dedupe"
    """Another row has it."""
    CAP = "cap"
    """Too many of its kind stand there already."""
    CUT = "cut"
    """Ranked below the last place."""
    ROW = "row"
    """Its row was not shown."""
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """`rank` counts from 1 in the row's ranking; `cut` is the number of places there were.

    `detail` says what the stage needs: the refusal, the row that has the title, why the row went.
    """

    row: str
    title_id: TitleId
    stage: TraceStage
    detail: str = ""
    rank: int | None = None
    cut: int | None = None
    score: float | None = None


Trace: TypeAlias = list[TraceEvent]
