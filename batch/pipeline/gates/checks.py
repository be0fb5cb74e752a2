"""Judges measured facts: one function a gate, from facts to value, limit and sentence. Reads no store.

Here are the gates of counts, events and evaluation; list_checks.py has those of the lists' contents.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from batch.pipeline.gates import list_checks
from batch.pipeline.gates.facts import GateInput
from batch.pipeline.gates.model import GateId, GateResult, Level, PublishGate, Waiver
from batch.pipeline.gates.thresholds import GATES, MIN_BAD_LISTS, MIN_DAYS, MIN_EVALUATED, ROWS_BLOCK
from batch.pipeline.gates.verdicts import SEVERITY, gate_result, open_result
from domain.storage_names import CATALOG, SIMILAR, TOP_PICKS


def judge(facts: GateInput, waivers: Sequence[Waiver] = (), now: datetime | None = None) -> list[GateResult]:
    """All gates, in the order of their table. Waivers count when they have not expired at `now`."""
    held = {waiver.gate: waiver for waiver in waivers if now is not None and waiver.holds(now)}
    return [_waived(_softened(CHECKS[gate.id](gate, facts), gate, facts), held) for gate in GATES.values()]


def _softened(result: GateResult, gate: PublishGate, facts: GateInput) -> GateResult:
    is_first = facts.live is None and not gate.blocks_first
    return replace(result, level=Level.WARN) if is_first and result.level == Level.BLOCK else result


def _waived(result: GateResult, waivers: Mapping[GateId, Waiver]) -> GateResult:
    waiver = waivers.get(result.id)
    is_waived = waiver is not None and result.level == Level.BLOCK and GATES[result.id].waivable
    return replace(result, waived_by=waiver.by) if waiver is not None and is_waived else result


def _row_count(gate: PublishGate, facts: GateInput) -> GateResult:
    """The dataset that lost most. Profiles and titles that have left meanwhile are not missing."""
    if facts.live is None:
        return open_result(gate, "nothing is live to compare with")
    now = {TOP_PICKS: facts.world.profiles, SIMILAR: facts.world.titles, CATALOG: facts.world.titles}
    worst, level = (0.0, "", 0, 0), Level.OK
    for name, before in facts.live.rows.items():
        expected = min(before, now.get(name, before))
        if not expected:
            continue
        lost = 100 * (expected - facts.staged.rows.get(name, 0)) / expected
        block = ROWS_BLOCK.get(name, gate.block or 0)
        missing = expected - facts.staged.rows.get(name, 0)
        one = (
            Level.BLOCK if lost > block and missing >= MIN_BAD_LISTS
            else Level.WARN if lost > (gate.warn or 0) and missing >= MIN_BAD_LISTS
            else Level.OK
        )  # fmt: skip
        if (SEVERITY[one], lost) > (SEVERITY[level], worst[0]):
            level, worst = one, (lost, name, facts.staged.rows.get(name, 0), expected)
    lost, name, rows, expected = worst
    says = (
        f"{name} has {rows:,} rows, {expected:,} are expected" if name else "no dataset is smaller than live"
    )
    limit = ROWS_BLOCK.get(name) if level == Level.BLOCK else None
    return gate_result(gate, level, lost, says, 0.0, limit)


def _evaluation(gate: PublishGate, facts: GateInput) -> GateResult:
    """An interval that reaches below popularity is no evidence of harm and warns; a worse value blocks. An evaluation
    that failed warns: what it would have said is not known.
    """
    found = facts.staged.evaluation
    if found is None and facts.staged.evaluation_failed:
        return gate_result(gate, Level.WARN, None, "not measured: the evaluation failed or was cut short")
    if found is None or found.profiles < MIN_EVALUATED:
        return open_result(gate, "the version was not evaluated, or on too few profiles")
    live = facts.live.evaluation if facts.live else None
    value, low = 100 * (found.ndcg10 - found.popularity), 100 * (found.low - found.popularity)
    level = Level.BLOCK if value < (gate.block or 0) else Level.WARN if low < (gate.warn or 0) else Level.OK
    says = (
        f"NDCG@10 is {found.ndcg10:.4f} (at least {found.low:.4f}), that of popularity is "
        f"{found.popularity:.4f}, of {found.profiles:,} profiles"
    )
    return gate_result(gate, level, value, says, 100 * (live.ndcg10 - live.popularity) if live else None)


def _input_age(gate: PublishGate, facts: GateInput) -> GateResult:
    """A data set that was imported once is old for ever: it warns. Events that used to arrive and do not, block,
    unless the run has judged them fresh for its date, or was told to publish them.
    """
    age, live = facts.staged.input_age_hours, facts.live
    if age is None:
        return open_result(gate, "the run does not say how new its events are")
    limit = gate.block or 0
    before = live.input_age_hours if live else None
    used_to_arrive = before is not None and before <= limit and not facts.staged.judged_fresh
    level = Level.OK if age <= limit else Level.BLOCK if used_to_arrive else Level.WARN
    return gate_result(gate, level, age, f"the newest event is {age:,.0f} h old", before, limit)


def _event_volume(gate: PublishGate, facts: GateInput) -> GateResult:
    """The last 24 hours before the newest event against the days before, so that a day half over is no hole.

    The deviation is at least that of a Poisson count and a sixth of the mean: days differ, and Sundays most. More
    events than usual warn: a premiere is no fault.
    """
    today, earlier = facts.staged.event_days[:1], facts.staged.event_days[1:]
    if not today or len(earlier) < MIN_DAYS:
        return open_result(gate, f"fewer than {MIN_DAYS} earlier days have events")
    mean = statistics.fmean(earlier)
    deviation = max(statistics.pstdev(earlier), math.sqrt(mean), mean / 6, 1.0)
    z = (today[0] - mean) / deviation
    limit, warning = gate.block or 0, gate.warn or 0
    level = Level.BLOCK if z < -limit else Level.WARN if abs(z) > warning else Level.OK
    return gate_result(gate, level, z, f"{today[0]:,} events in 24 h, {mean:,.0f} on the days before", 0.0)


CHECKS: Mapping[GateId, Callable[[PublishGate, GateInput], GateResult]] = {
    GateId.ROW_COUNT: _row_count,
    GateId.COVERAGE: list_checks.coverage,
    GateId.EMPTY_LISTS: list_checks.empty_lists,
    GateId.MEDIAN_ITEMS: list_checks.median_items,
    GateId.FIRST_TITLE: list_checks.first_title,
    GateId.CATALOGUE_SHARE: list_checks.catalogue_share,
    GateId.KIDS_MATURITY: list_checks.kids_maturity,
    GateId.UNAVAILABLE: list_checks.unavailable,
    GateId.OVERLAP: list_checks.overlap,
    GateId.EVALUATION: _evaluation,
    GateId.INPUT_AGE: _input_age,
    GateId.INTEGRITY: list_checks.integrity,
    GateId.EVENT_VOLUME: _event_volume,
}
