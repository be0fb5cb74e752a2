"""Judges a data canary: does its version harm the pages of those who read it? Pure.

Both arms are measured alike, over the same time. A harm counts when it is large and no accident: shares are compared
by the pooled two-proportion z test, at three deviations, since every hour asks again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MIN_UNITS = 50
"""Viewers of the canary, before it can grow."""

MIN_PAGES = 20
MIN_STEP_HOURS = 1.0
MAX_STEP_HOURS = 72.0
"""A step that nobody sees for so long says nothing: the canary returns."""

HARM_Z = 3.0
MIN_ROW_SHARE = 0.8
MIN_DEGRADED_RISE = 0.01


class CanaryMove(StrEnum):
    ADVANCE = "advance"
    WAIT = "wait"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class ArmFacts:
    """`units` were exposed; `players` of them played something during the step. `rows`: of all its pages."""

    units: int = 0
    pages: int = 0
    rows: int = 0
    degraded: int = 0
    players: int = 0

    @property
    def rows_per_page(self) -> float:
        return self.rows / self.pages if self.pages else 0.0


@dataclass(frozen=True, slots=True)
class CanaryVerdict:
    verdict: CanaryMove
    says: str


def judge_canary(control: ArmFacts, candidate: ArmFacts, step_hours: float) -> CanaryVerdict:
    harms = list(find_harms(control, candidate))
    if harms:
        return CanaryVerdict(CanaryMove.RETURN, "; ".join(harms))
    if candidate.units >= MIN_UNITS and step_hours >= MIN_STEP_HOURS:
        return CanaryVerdict(
            CanaryMove.ADVANCE,
            f"{candidate.units:,} viewers saw it; degraded pages, rows and plays are as in the live version",
        )
    if step_hours > MAX_STEP_HOURS:
        return CanaryVerdict(
            CanaryMove.RETURN,
            f"{candidate.units:,} viewers in {step_hours:.0f} h are too few to judge by; publish it without a canary",
        )
    return CanaryVerdict(
        CanaryMove.WAIT,
        f"{candidate.units:,} of {MIN_UNITS} viewers, {step_hours:.1f} of {MIN_STEP_HOURS:g} h",
    )


def find_harms(control: ArmFacts, candidate: ArmFacts) -> Iterator[str]:
    """Sentences with both numbers."""
    if min(control.pages, candidate.pages) >= MIN_PAGES:
        ours, theirs = candidate.degraded / candidate.pages, control.degraded / control.pages
        z = two_proportion_z(candidate.degraded, candidate.pages, control.degraded, control.pages)
        if z > HARM_Z and ours - theirs > MIN_DEGRADED_RISE:
            yield f"{ours:.1%} of its pages are degraded, {theirs:.1%} of the live version's"
        if candidate.rows_per_page < MIN_ROW_SHARE * control.rows_per_page:
            yield f"its pages have {candidate.rows_per_page:.1f} rows, the live version's {control.rows_per_page:.1f}"
    if min(control.units, candidate.units) >= MIN_PAGES:
        z = two_proportion_z(candidate.players, candidate.units, control.players, control.units)
        if z < -HARM_Z:
            yield (
                f"{candidate.players / candidate.units:.1%} of its viewers played something, "
                f"{control.players / control.units:.1%} of the others"
            )


def two_proportion_z(first: int, first_total: int, second: int, second_total: int) -> float:
    """Above 0: the first share is greater. 0 without any difference to see."""
    pooled = (first + second) / (first_total + second_total)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / first_total + 1 / second_total))
    return 0.0 if spread == 0 else (first / first_total - second / second_total) / spread
