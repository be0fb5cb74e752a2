"""What happened to every candidate of a page. Only a page composed again to be explained is traced."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from domain.ids import TitleId


class TraceStage(StrEnum):
    """Where a candidate ended, in order."""

    FILTER = "filter"
    """Not eligible."""
    RULE = "rule"
    """Watched, disliked, or refused by the row's filter rule."""
    DEDUPE = "dedupe"
    """Another row has it."""
    CAP = "cap"
    """Diversity, caps or quotas."""
    CUT = "cut"
    """Ranked below the last place."""
    ROW = "row"
    """Its row was not shown."""
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """`rank` counts from 1; `cut` is the row's size. `detail`: the refusal, the row that has the title, or why the
    row was dropped."""

    row: str
    title_id: TitleId
    stage: TraceStage
    detail: str = ""
    rank: int | None = None
    cut: int | None = None
    score: float | None = None


Trace: TypeAlias = list[TraceEvent]
