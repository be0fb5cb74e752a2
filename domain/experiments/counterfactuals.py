"""The impact of experiments on one page: what their other variants would have shown.

The layout of each other variant is resolved too, which is pure and cheap. Only a different layout counts: a patch for
tablets has no impact on a television.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from domain.experiments.assignment import Assignment, Assignments
from domain.layouts.model import Layout
from domain.layouts.patch_diff import affected_rows
from domain.layouts.request_context import TargetingContext
from domain.layouts.resolution import LiveLayout, PublishedLayouts, resolve

PAGE_FIELDS = tuple(
    field.name for field in fields(Layout) if field.name not in ("id", "version", "published_at")
)
"""Layout fields that can change a page."""


@dataclass(frozen=True, slots=True)
class CounterfactualPage:
    """`data_version` None: the live one."""

    variant: str
    layout: Layout
    data_version: str | None = None


@dataclass(frozen=True, slots=True)
class ExperimentImpact:
    """`rows`: spec ids that the experiment affects."""

    assignment: Assignment
    others: tuple[CounterfactualPage, ...]
    rows: frozenset[str]


def impacts(
    layouts: PublishedLayouts, targeting: TargetingContext, served: Layout, assignments: Assignments
) -> tuple[ExperimentImpact, ...]:
    """Of experiments with an impact. `targeting.arms` and `served` must be of these assignments. Weight 0 has no
    impact."""
    live = next((one for one in layouts.layouts if one.id == served.id), None)
    found = []
    for assignment in assignments.all:
        others = tuple(_counterfactual_pages(layouts, targeting, served, assignment, assignments))
        if others:
            rows = frozenset(spec.id for part in (served.rows, served.stand_ins) for spec in part)
            if live is not None and all(other.data_version == assignments.data_version for other in others):
                rows &= _affected_rows(live, targeting, assignment.experiment.key, rows)
            found.append(ExperimentImpact(assignment, others, rows))
    return tuple(found)


def deciding_arms(experiment_impacts: Iterable[ExperimentImpact]) -> dict[str, str]:
    """Row -> arms: {"trending": "row-order:B"}."""
    rows: dict[str, list[str]] = {}
    for impact in experiment_impacts:
        arm = f"{impact.assignment.experiment.key}:{impact.assignment.variant.key}"
        for row in sorted(impact.rows):
            rows.setdefault(row, []).append(arm)
    return {row: " ".join(arms) for row, arms in rows.items()}


def is_same_page(served: Layout, other: Layout) -> bool:
    return all(getattr(served, name) == getattr(other, name) for name in PAGE_FIELDS)


def _counterfactual_pages(
    layouts: PublishedLayouts,
    targeting: TargetingContext,
    served: Layout,
    assignment: Assignment,
    assignments: Assignments,
) -> Iterator[CounterfactualPage]:
    experiment = assignment.experiment
    for variant in experiment.variants:
        if variant.key == assignment.variant.key or not variant.weight:
            continue
        layout = resolve(layouts, _with_arm(targeting, experiment.key, variant.key)).layout
        data_version = assignments.with_variant(assignment, variant).data_version
        if data_version != assignments.data_version or not is_same_page(served, layout):
            yield CounterfactualPage(variant.key, layout, data_version)


def _affected_rows(
    live: LiveLayout, targeting: TargetingContext, key: str, all_rows: frozenset[str]
) -> frozenset[str]:
    """All rows when a patch changes the whole page."""
    names: set[str] = set()
    for patch in _patches(live, targeting, key):
        rows = affected_rows(patch)
        if rows is None:
            return all_rows
        names |= rows
    return frozenset(
        names.union(name for name, row in live.version.document["rows"].items() if _depends_on(row, key))
    )


def _patches(live: LiveLayout, targeting: TargetingContext, key: str) -> Iterator[Mapping[str, object]]:
    """The patches of any variant that apply to this request."""
    for step in live.steps:
        variants = (step.arm[1],) if step.arm and step.arm[0] == key else step.condition.arms.get(key, ())
        if any(step.applies_to(_with_arm(targeting, key, variant)) for variant in variants):
            yield step.patch


def _depends_on(row: Mapping[str, Any], key: str) -> bool:
    return key in (row.get("when") or {}).get("arm", {})


def _with_arm(targeting: TargetingContext, key: str, variant: str) -> TargetingContext:
    return replace(targeting, arms={**targeting.arms, key: variant})
