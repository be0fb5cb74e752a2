"""What gates say: a result with both numbers, and when a share is over its limit.

Shares are judged by the Wilson score interval (Wilson 1927): a share is over its limit when the interval's lower end
is. So a handful of profiles never blocks by chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from batch.pipeline.gates.model import GateResult, Level, PublishGate
from batch.pipeline.gates.thresholds import CONFIDENCE_Z, MIN_BAD_LISTS

SEVERITY = {Level.OK: 0, Level.OPEN: 0, Level.WARN: 1, Level.BLOCK: 2}


def wilson_low(bad: int, total: int, z: float = CONFIDENCE_Z) -> float:
    """Lower end of the Wilson score interval of bad/total, 0 to 1."""
    if total == 0:
        return 0.0
    share = bad / total
    centre = share + z * z / (2 * total)
    width = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    low = (centre - width) / (1 + z * z / total)
    # Rounding may leave a trace of a share above none.
    return min(share, max(0.0, low))


def gate_result(
    gate: PublishGate, level: Level, value: float | None, says: str, baseline: float | None = None,
    limit: float | None = None,
) -> GateResult:  # fmt: skip
    shown = limit if limit is not None else gate.warn if level == Level.WARN else gate.block
    value = None if value is None else round(value, 4)
    return GateResult(gate.id, level, value, shown, None if baseline is None else round(baseline, 4), says)


def open_result(gate: PublishGate, why: str) -> GateResult:
    return gate_result(gate, Level.OPEN, None, why)


def share_over(gate: PublishGate, bad: int, total: int, says: str, baseline: float | None) -> GateResult:
    if not total:
        return open_result(gate, "there is no list to judge")
    limit = gate.block or 0
    is_over = bad >= MIN_BAD_LISTS and 100 * wilson_low(bad, total) > limit
    return gate_result(gate, Level.BLOCK if is_over else Level.OK, 100 * bad / total, says, baseline)


def worst(results: Iterable[GateResult]) -> GateResult:
    """The first of the most severe. A dataset that was judged says more than one that could not be."""
    judged = list(results)
    return max(judged, key=lambda one: (SEVERITY[one.level], one.level != Level.OPEN))
