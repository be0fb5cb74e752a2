"""Judges the contents of lists: Top Picks, and what many viewers share (similar titles, popular and trending lists).

A gate has one result: that of the dataset that is worst, which its sentence names. Lists that are live already are
not judged anew by what changes around them (sign-ups, licences that end); whether they are whole and safe always is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from batch.pipeline.gates.facts import GateInput, ListFacts
from batch.pipeline.gates.model import GateResult, Level, PublishGate
from batch.pipeline.gates.thresholds import (
    FIRST_TITLE_FACTOR,
    FIRST_TITLE_SHARED,
    MEDIAN_OF_LIVE,
    MIN_BAD_LISTS,
    MIN_PROFILES,
)
from batch.pipeline.gates.verdicts import gate_result, open_result, share_over, wilson_low, worst
from domain.storage_names import SIMILAR, TOP_PICKS

Judge = Callable[[PublishGate, str, ListFacts, ListFacts | None], GateResult]
"""(gate, dataset, its staged lists, its live lists)."""

LIVE_ALREADY = "the lists are live already"
TOO_FEW = "too few lists are in both versions"


def _each_dataset(gate: PublishGate, facts: GateInput, judge: Judge) -> GateResult:
    before, changed = facts.live.all_lists() if facts.live else {}, facts.changed_lists()
    if not changed:
        return open_result(gate, LIVE_ALREADY)
    return worst(judge(gate, name, lists, before.get(name)) for name, lists in changed.items())


def coverage(gate: PublishGate, facts: GateInput) -> GateResult:
    """Of Top Picks; what is missing of other datasets is a row count."""
    lists, live = facts.staged.lists, facts.live
    if TOP_PICKS in facts.unchanged:
        return open_result(gate, LIVE_ALREADY)
    baseline = 100 * live.lists.missing / live.lists.profiles if live and live.lists.profiles else None
    says = f"{lists.missing:,} of {lists.profiles:,} profiles have no list{_example(lists, 'missing')}"
    return share_over(gate, lists.missing, lists.profiles, says, baseline)


def empty_lists(gate: PublishGate, facts: GateInput) -> GateResult:
    return _each_dataset(gate, facts, _empty_of)


def _empty_of(gate: PublishGate, name: str, lists: ListFacts, live: ListFacts | None) -> GateResult:
    """As many as in the live version do not block: a region without a licence has empty lists every night."""
    baseline = 100 * live.empty / live.lists if live and live.lists else None
    says = f"{lists.empty:,} of {_lists_of(name, lists)} are empty{_example(lists, 'empty')}"
    found = share_over(gate, lists.empty, lists.lists, says, baseline)
    usual = live is not None and lists.empty <= 1.2 * live.empty + MIN_BAD_LISTS
    return replace(found, level=Level.OK) if usual and found.level == Level.BLOCK else found


def median_items(gate: PublishGate, facts: GateInput) -> GateResult:
    """A small catalogue makes short lists: the limit is a tenth of it, and four fifths of live, if that is less.

    Shared lists have no length of their own (a genre has few titles): theirs is half of live.
    """

    def judge(gate: PublishGate, name: str, lists: ListFacts, live: ListFacts | None) -> GateResult:
        if not lists.lists:
            return open_result(gate, "there is no list to judge")
        limit = _shortest(gate, name, live, facts.world.titles)
        level = Level.BLOCK if lists.median_items < limit and lists.lists >= MIN_BAD_LISTS else Level.OK
        says = f"half of {_lists_of(name, lists)} have at most {lists.median_items:g} titles"
        return gate_result(
            gate, level, lists.median_items, says, live.median_items if live else None, round(limit, 1)
        )

    return _each_dataset(gate, facts, judge)


def _shortest(gate: PublishGate, name: str, live: ListFacts | None, titles: int) -> float:
    before = live.median_items if live is not None and live.lists else None
    if name != TOP_PICKS:
        return 0.0 if before is None else MEDIAN_OF_LIVE * before
    limit = min(float(gate.block or 0), titles / 10)
    return limit if before is None else min(limit, 0.8 * before)


def first_title(gate: PublishGate, facts: GateInput) -> GateResult:
    return _each_dataset(gate, facts, _first_title_of)


def _first_title_of(gate: PublishGate, name: str, lists: ListFacts, live: ListFacts | None) -> GateResult:
    if lists.lists < MIN_PROFILES:
        return open_result(gate, f"{_lists_of(name, lists)} are too few to judge")
    value = 100 * lists.first_title_lists / lists.lists
    baseline = None
    limit = FIRST_TITLE_SHARED.get(name, float(gate.block or 0))
    if live is not None and live.lists:
        baseline = 100 * live.first_title_lists / live.lists
        limit = max(limit, FIRST_TITLE_FACTOR * baseline)
    is_over = 100 * wilson_low(lists.first_title_lists, lists.lists) > min(limit, 95.0)
    usual = baseline is not None and value <= baseline + 1
    says = f"{lists.first_title_lists:,} of {_lists_of(name, lists)} begin with {lists.first_title}"
    level = Level.BLOCK if is_over and not usual else Level.OK
    return gate_result(gate, level, value, says, baseline, round(limit, 1))


def catalogue_share(gate: PublishGate, facts: GateInput) -> GateResult:
    """Of Top Picks and similar titles. Popular and trending lists hold few titles, and others every week."""
    before = facts.live.all_lists() if facts.live else {}
    found = []
    for name in (TOP_PICKS, SIMILAR):
        lists, live = facts.staged.all_lists().get(name), before.get(name)
        if lists is None or live is None or not _can_compare(facts, name):
            continue
        used, usual = lists.titles_used, min(live.titles_used, facts.world.titles)
        fall = 100 * (usual - used) / usual if usual else 0.0
        says = f"{_named(name)} hold {used:,} different titles, {usual:,} in the live version"
        is_fallen = fall > (gate.block or 0) and usual - used >= MIN_BAD_LISTS
        found.append(gate_result(gate, Level.BLOCK if is_fallen else Level.OK, fall, says, 0.0))
    if not found:
        return open_result(gate, TOO_FEW)
    return worst(found)


def kids_maturity(gate: PublishGate, facts: GateInput) -> GateResult:
    """All lists that belong to kids. A title that the catalogue lacks is no page's: `unavailable` counts it."""
    lists = facts.staged.all_lists().values()
    too_mature, read = sum(one.too_mature for one in lists), sum(one.kids_lists for one in lists)
    example = next((one.examples["too_mature"] for one in lists if "too_mature" in one.examples), None)
    says = f"{too_mature:,} titles in {read:,} lists of kids are above the age limit"
    says += f", such as {example}" if example else ""
    return gate_result(gate, Level.BLOCK if too_mature else Level.OK, too_mature, says)


def unavailable(gate: PublishGate, facts: GateInput) -> GateResult:
    return _each_dataset(gate, facts, _unavailable_of)


def _unavailable_of(gate: PublishGate, name: str, lists: ListFacts, live: ListFacts | None) -> GateResult:
    baseline = 100 * live.unavailable / live.items if live and live.items else None
    what = "are not licensed where the viewer is" if name == TOP_PICKS else "are unknown or not licensed"
    where = "titles" if name == TOP_PICKS else f"titles of {name}"
    says = f"{lists.unavailable:,} of {lists.items:,} {where} {what}{_example(lists, 'unavailable')}"
    return share_over(gate, lists.unavailable, lists.items, says, baseline)


def overlap(gate: PublishGate, facts: GateInput) -> GateResult:
    found = []
    for name, compared in facts.all_comparisons().items():
        if not _can_compare(facts, name):
            continue
        value = 100 * compared.shared / compared.possible
        is_bad, is_low = value < (gate.block or 0), value < (gate.warn or 0)
        level = Level.BLOCK if is_bad else Level.WARN if is_low else Level.OK
        whose = "profiles" if name == TOP_PICKS else f"lists of {name}"
        says = (
            f"{value:.0f} % of the first ten titles of {compared.profiles:,} {whose} are those of the live "
            "version"
        )
        found.append(gate_result(gate, level, value, says, 100.0))
    return worst(found) if found else open_result(gate, TOO_FEW)


def integrity(gate: PublishGate, facts: GateInput) -> GateResult:
    staged = facts.staged.all_lists()
    problems = list(facts.staged.problems)
    for name, lists in staged.items():
        if lists.broken:
            problems.append(
                f"{lists.broken:,} of {_lists_of(name, lists)} are broken{_example(lists, 'broken')}"
            )
    count = len(facts.staged.problems) + sum(lists.broken for lists in staged.values())
    whole = sum(lists.lists for lists in staged.values())
    says = "; ".join(problems) if problems else f"{whole:,} lists are whole"
    return gate_result(gate, Level.BLOCK if count else Level.OK, count, says)


def _can_compare(facts: GateInput, name: str) -> bool:
    compared = facts.all_comparisons().get(name)
    return compared is not None and compared.profiles >= MIN_PROFILES and compared.possible > 0


def _lists_of(name: str, lists: ListFacts) -> str:
    return f"{lists.lists:,} lists" if name == TOP_PICKS else f"{lists.lists:,} lists of {name}"


def _named(name: str) -> str:
    return "the lists" if name == TOP_PICKS else f"the lists of {name}"


def _example(lists: ListFacts, name: str) -> str:
    example = lists.examples.get(name)
    return f", such as {example}" if example else ""
