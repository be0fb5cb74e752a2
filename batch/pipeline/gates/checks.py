"""Judges measured facts: one function a gate, from facts to value, limit and sentence. Reads no store.

Shares are judged by the Wilson score interval (Wilson 1927): a share is over its limit when the interval's lower end
is. So a handful of profiles never blocks by chance.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from batch.pipeline.gates.facts import GateInput
from batch.pipeline.gates.model import GateId, GateResult, Level, PublishGate, Waiver
from batch.pipeline.gates.thresholds import (
    CONFIDENCE_Z,
    FIRST_TITLE_FACTOR,
    GATES,
    MIN_BAD_LISTS,
    MIN_DAYS,
    MIN_EVALUATED,
    MIN_PROFILES,
    ROWS_BLOCK,
)
from domain.storage_names import CATALOG, SIMILAR, TOP_PICKS


def judge(facts: GateInput, waivers: Sequence[Waiver] = (), now: datetime | None = None) -> list[GateResult]:
    """All gates, in the order of their table. Waivers count when they have not expired at `now`."""
    held = {waiver.gate: waiver for waiver in waivers if now is not None and waiver.holds(now)}
    return [_waived(_softened(CHECKS[gate.id](gate, facts), gate, facts), held) for gate in GATES.values()]


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


def _softened(result: GateResult, gate: PublishGate, facts: GateInput) -> GateResult:
    is_first = facts.live is None and not gate.blocks_first
    return replace(result, level=Level.WARN) if is_first and result.level == Level.BLOCK else result


def _waived(result: GateResult, waivers: Mapping[GateId, Waiver]) -> GateResult:
    waiver = waivers.get(result.id)
    is_waived = waiver is not None and result.level == Level.BLOCK and GATES[result.id].waivable
    return replace(result, waived_by=waiver.by) if waiver is not None and is_waived else result


def _result(
    gate: PublishGate, level: Level, value: float | None, says: str, baseline: float | None = None,
    limit: float | None = None,
) -> GateResult:  # fmt: skip
    shown = limit if limit is not None else gate.warn if level == Level.WARN else gate.block
    value = None if value is None else round(value, 4)
    return GateResult(gate.id, level, value, shown, None if baseline is None else round(baseline, 4), says)


def _open(gate: PublishGate, why: str) -> GateResult:
    return _result(gate, Level.OPEN, None, why)


def _row_count(gate: PublishGate, facts: GateInput) -> GateResult:
    """The dataset that lost most. Profiles and titles that have left meanwhile are not missing."""
    if facts.live is None:
        return _open(gate, "nothing is live to compare with")
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
        if (_SEVERITY[one], lost) > (_SEVERITY[level], worst[0]):
            level, worst = one, (lost, name, facts.staged.rows.get(name, 0), expected)
    lost, name, rows, expected = worst
    says = (
        f"{name} has {rows:,} rows, {expected:,} are expected" if name else "no dataset is smaller than live"
    )
    limit = ROWS_BLOCK.get(name) if level == Level.BLOCK else None
    return _result(gate, level, lost, says, 0.0, limit)


_SEVERITY = {Level.OK: 0, Level.OPEN: 0, Level.WARN: 1, Level.BLOCK: 2}


def _share_over(gate: PublishGate, bad: int, total: int, says: str, baseline: float | None) -> GateResult:
    if not total:
        return _open(gate, "there is no list to judge")
    limit = gate.block or 0
    is_over = bad >= MIN_BAD_LISTS and 100 * wilson_low(bad, total) > limit
    return _result(gate, Level.BLOCK if is_over else Level.OK, 100 * bad / total, says, baseline)


def _coverage(gate: PublishGate, facts: GateInput) -> GateResult:
    lists, live = facts.staged.lists, facts.live
    baseline = 100 * live.lists.missing / live.lists.profiles if live and live.lists.profiles else None
    says = f"{lists.missing:,} of {lists.profiles:,} profiles have no list{_example(facts, 'missing')}"
    return _share_over(gate, lists.missing, lists.profiles, says, baseline)


def _empty_lists(gate: PublishGate, facts: GateInput) -> GateResult:
    """As many as in the live version do not block: a region without a licence has empty lists every night."""
    lists, live = facts.staged.lists, facts.live
    baseline = 100 * live.lists.empty / live.lists.lists if live and live.lists.lists else None
    says = f"{lists.empty:,} of {lists.lists:,} lists are empty{_example(facts, 'empty')}"
    found = _share_over(gate, lists.empty, lists.lists, says, baseline)
    usual = live is not None and lists.empty <= 1.2 * live.lists.empty + MIN_BAD_LISTS
    return replace(found, level=Level.OK) if usual and found.level == Level.BLOCK else found


def _median_items(gate: PublishGate, facts: GateInput) -> GateResult:
    """A small catalogue makes short lists: the limit is a tenth of it, and four fifths of live, if that is less."""
    lists, live = facts.staged.lists, facts.live
    if not lists.lists:
        return _open(gate, "there is no list to judge")
    limit = min(float(gate.block or 0), facts.world.titles / 10)
    if live is not None and live.lists.lists:
        limit = min(limit, 0.8 * live.lists.median_items)
    level = Level.BLOCK if lists.median_items < limit and lists.lists >= MIN_BAD_LISTS else Level.OK
    says = f"half of {lists.lists:,} lists have at most {lists.median_items:g} titles"
    baseline = live.lists.median_items if live else None
    return _result(gate, level, lists.median_items, says, baseline, round(limit, 1))


def _first_title(gate: PublishGate, facts: GateInput) -> GateResult:
    lists, live = facts.staged.lists, facts.live
    if lists.lists < MIN_PROFILES:
        return _open(gate, f"{lists.lists} lists are too few to judge")
    value = 100 * lists.first_title_lists / lists.lists
    baseline = None
    limit = float(gate.block or 0)
    if live is not None and live.lists.lists:
        baseline = 100 * live.lists.first_title_lists / live.lists.lists
        limit = max(limit, FIRST_TITLE_FACTOR * baseline)
    is_over = 100 * wilson_low(lists.first_title_lists, lists.lists) > min(limit, 95.0)
    usual = baseline is not None and value <= baseline + 1
    says = f"{lists.first_title_lists:,} of {lists.lists:,} lists begin with {lists.first_title}"
    level = Level.BLOCK if is_over and not usual else Level.OK
    return _result(gate, level, value, says, baseline, round(limit, 1))


def _catalogue_share(gate: PublishGate, facts: GateInput) -> GateResult:
    live = facts.live
    if live is None or facts.comparison.profiles < MIN_PROFILES:
        return _open(gate, "too few profiles have a list in both versions")
    used, before = facts.staged.lists.titles_used, min(live.lists.titles_used, facts.world.titles)
    fall = 100 * (before - used) / before if before else 0.0
    says = f"the lists hold {used:,} different titles, {before:,} in the live version"
    level = Level.BLOCK if fall > (gate.block or 0) and before - used >= MIN_BAD_LISTS else Level.OK
    return _result(gate, level, fall, says, 0.0)


def _kids_maturity(gate: PublishGate, facts: GateInput) -> GateResult:
    lists = facts.staged.lists
    says = (
        f"{lists.too_mature:,} titles in {lists.kids_lists:,} lists of kids are above the age limit"
        f"{_example(facts, 'too_mature')}"
    )
    return _result(gate, Level.BLOCK if lists.too_mature else Level.OK, lists.too_mature, says)


def _unavailable(gate: PublishGate, facts: GateInput) -> GateResult:
    lists, live = facts.staged.lists, facts.live
    baseline = 100 * live.lists.unavailable / live.lists.items if live and live.lists.items else None
    says = (
        f"{lists.unavailable:,} of {lists.items:,} titles are not licensed where the viewer is"
        f"{_example(facts, 'unavailable')}"
    )
    return _share_over(gate, lists.unavailable, lists.items, says, baseline)


def _overlap(gate: PublishGate, facts: GateInput) -> GateResult:
    shared = facts.comparison
    if shared.profiles < MIN_PROFILES or not shared.possible:
        return _open(gate, "too few profiles have a list in both versions")
    value = 100 * shared.shared / shared.possible
    level = Level.BLOCK if value < (gate.block or 0) else Level.WARN if value < (gate.warn or 0) else Level.OK
    says = (
        f"{value:.0f} % of the first ten titles of {shared.profiles:,} profiles are those of the live version"
    )
    return _result(gate, level, value, says, 100.0)


def _evaluation(gate: PublishGate, facts: GateInput) -> GateResult:
    """An interval that reaches below popularity is no evidence of harm and warns; a worse value blocks. An evaluation
    that failed warns: what it would have said is not known.
    """
    found = facts.staged.evaluation
    if found is None and facts.staged.evaluation_failed:
        return _result(gate, Level.WARN, None, "not measured: the evaluation failed or was cut short")
    if found is None or found.profiles < MIN_EVALUATED:
        return _open(gate, "the version was not evaluated, or on too few profiles")
    live = facts.live.evaluation if facts.live else None
    value, low = 100 * (found.ndcg10 - found.popularity), 100 * (found.low - found.popularity)
    level = Level.BLOCK if value < (gate.block or 0) else Level.WARN if low < (gate.warn or 0) else Level.OK
    says = (
        f"NDCG@10 is {found.ndcg10:.4f} (at least {found.low:.4f}), that of popularity is "
        f"{found.popularity:.4f}, of {found.profiles:,} profiles"
    )
    return _result(gate, level, value, says, 100 * (live.ndcg10 - live.popularity) if live else None)


def _input_age(gate: PublishGate, facts: GateInput) -> GateResult:
    """A data set that was imported once is old for ever: it warns. Events that used to arrive and do not, block,
    unless the run has judged them fresh for its date, or was told to publish them.
    """
    age, live = facts.staged.input_age_hours, facts.live
    if age is None:
        return _open(gate, "the run does not say how new its events are")
    limit = gate.block or 0
    before = live.input_age_hours if live else None
    used_to_arrive = before is not None and before <= limit and not facts.staged.judged_fresh
    level = Level.OK if age <= limit else Level.BLOCK if used_to_arrive else Level.WARN
    return _result(gate, level, age, f"the newest event is {age:,.0f} h old", before, limit)


def _integrity(gate: PublishGate, facts: GateInput) -> GateResult:
    staged = facts.staged
    problems = [*staged.problems, *_broken_lists(facts)]
    count = len(staged.problems) + staged.lists.broken
    says = "; ".join(problems) if problems else f"{staged.lists.lists:,} lists are whole"
    return _result(gate, Level.BLOCK if count else Level.OK, count, says)


def _broken_lists(facts: GateInput) -> Iterator[str]:
    lists = facts.staged.lists
    if lists.broken:
        yield f"{lists.broken:,} lists are broken{_example(facts, 'broken')}"


def _event_volume(gate: PublishGate, facts: GateInput) -> GateResult:
    """The last 24 hours before the newest event against the days before, so that a day half over is no hole.

    The deviation is at least that of a Poisson count and a sixth of the mean: days differ, and Sundays most. More
    events than usual warn: a premiere is no fault.
    """
    today, earlier = facts.staged.event_days[:1], facts.staged.event_days[1:]
    if not today or len(earlier) < MIN_DAYS:
        return _open(gate, f"fewer than {MIN_DAYS} earlier days have events")
    mean = statistics.fmean(earlier)
    deviation = max(statistics.pstdev(earlier), math.sqrt(mean), mean / 6, 1.0)
    z = (today[0] - mean) / deviation
    limit, warning = gate.block or 0, gate.warn or 0
    level = Level.BLOCK if z < -limit else Level.WARN if abs(z) > warning else Level.OK
    return _result(gate, level, z, f"{today[0]:,} events in 24 h, {mean:,.0f} on the days before", 0.0)


def _example(facts: GateInput, name: str) -> str:
    example = facts.staged.lists.examples.get(name)
    return f", such as {example}" if example else ""


CHECKS: Mapping[GateId, Callable[[PublishGate, GateInput], GateResult]] = {
    GateId.ROW_COUNT: _row_count,
    GateId.COVERAGE: _coverage,
    GateId.EMPTY_LISTS: _empty_lists,
    GateId.MEDIAN_ITEMS: _median_items,
    GateId.FIRST_TITLE: _first_title,
    GateId.CATALOGUE_SHARE: _catalogue_share,
    GateId.KIDS_MATURITY: _kids_maturity,
    GateId.UNAVAILABLE: _unavailable,
    GateId.OVERLAP: _overlap,
    GateId.EVALUATION: _evaluation,
    GateId.INPUT_AGE: _input_age,
    GateId.INTEGRITY: _integrity,
    GateId.EVENT_VOLUME: _event_volume,
}
