"""What an experiment has to say on one page: what its other variants would have made of it.

Resolving a layout is pure and cheap, so each other variant's layout is simply made too and compared. Only what
comes out different is the experiment's doing: a patch for tablets says nothing on a television.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from domain.experiments.assignment import Assignment, Assignments
from domain.layouts.model import Layout
from domain.layouts.patch_diff import rows_named
from domain.layouts.request_context import Situation
from domain.layouts.resolution import LiveLayout, PublishedLayouts, resolve

SAID = tuple(
    field.name for field in fields(Layout) if field.name not in ("id", "version", "published_at", "arms")
)
"""What of a layout can change a page; the rest is what it is called."""


@dataclass(frozen=True, slots=True)
class CounterfactualPage:
    """Another variant's layout, and the data version it would have read (None: the live one)."""

    variant: str
    layout: Layout
    data_version: str | None = None


@dataclass(frozen=True, slots=True)
class ExperimentImpact:
    """`others` would have asked for another page; `rows` are the specs of this one that the experiment is about."""

    assignment: Assignment
    others: tuple[CounterfactualPage, ...]
    rows: frozenset[str]


def impacts(
    book: PublishedLayouts, situation: Situation, served: Layout, assignments: Assignments
) -> tuple[ExperimentImpact, ...]:
    """Of each experiment that could matter here. `situation.arms` and `served` are of these assignments.

    Variants of weight 0 do not count: nobody is ever shown one.
    """
    live = next((one for one in book.layouts if one.id == served.id), None)
    says = []
    for assignment in assignments.all:
        others = tuple(_others(book, situation, served, assignment, assignments))
        if others:
            rows = frozenset(spec.id for part in (served.rows, served.stand_ins) for spec in part)
            if live is not None and all(other.data_version == assignments.data_version for other in others):
                rows &= _rows_about(live, situation, assignment.experiment.key, rows)
            says.append(ExperimentImpact(assignment, others, rows))
    return tuple(says)


def deciding_arms(says: Iterable[ExperimentImpact]) -> dict[str, str]:
    """Row -> the arms that decided it: {"trending": "row-order:B"}."""
    rows: dict[str, list[str]] = {}
    for say in says:
        arm = f"{say.assignment.experiment.key}:{say.assignment.variant.key}"
        for row in sorted(say.rows):
            rows.setdefault(row, []).append(arm)
    return {row: " ".join(arms) for row, arms in rows.items()}


def same_page(served: Layout, other: Layout) -> bool:
    """Do two layouts ask for the same page? What they are called does not count, only what they say."""
    return all(getattr(served, name) == getattr(other, name) for name in SAID)


def _others(
    book: PublishedLayouts,
    situation: Situation,
    served: Layout,
    assignment: Assignment,
    assignments: Assignments,
) -> Iterator[CounterfactualPage]:
    experiment = assignment.experiment
    for variant in experiment.variants:
        if variant.key == assignment.variant.key or not variant.weight:
            continue
        layout = resolve(book, _swapped(situation, experiment.key, variant.key)).layout
        read = assignments.swapped(assignment, variant).data_version
        if read != assignments.data_version or not same_page(served, layout):
            yield CounterfactualPage(variant.key, layout, read)


def _rows_about(live: LiveLayout, situation: Situation, key: str, all_rows: frozenset[str]) -> frozenset[str]:
    """The rows that the experiment's patches are about; all of them, when the page is."""
    named: set[str] = set()
    for patch in _patches(live, situation, key):
        rows = rows_named(patch)
        if rows is None:
            return all_rows
        named |= rows
    return frozenset(
        named.union(name for name, row in live.edition.document["rows"].items() if _asks(row, key))
    )


def _patches(live: LiveLayout, situation: Situation, key: str) -> Iterator[Mapping[str, object]]:
    """Those that one of the experiment's variants makes for this request."""
    for step in live.steps:
        variants = (step.arm[1],) if step.arm and step.arm[0] == key else step.when.arms.get(key, ())
        if any(step.applies(_swapped(situation, key, variant)) for variant in variants):
            yield step.patch


def _asks(row: Mapping[str, Any], key: str) -> bool:
    """Does this row show for one variant and not for another?"""
    return key in (row.get("when") or {}).get("arm", {})


def _swapped(situation: Situation, key: str, variant: str) -> Situation:
    return replace(situation, arms={**situation.arms, key: variant})
