"""Wave 2: every row's source asked in parallel, each for as long as its budget lasts.

A source that is late is not stopped: other rows may wait for the same store call. The page goes on without
it, and what it finds in the end stays in the loaders' caches below it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.candidates.model import RowCandidates
from domain.errors import StoreUnavailable
from domain.layouts.model import Layout, RowSpec
from domain.ranking.editorial import with_pins
from resolvers.request.viewer import Viewer
from resolvers.rows import ROW_SOURCES
from resolvers.rows.blended import mixed
from resolvers.rows.source import Sources
from resolvers.runtime.background import Background

log = logging.getLogger("marquee.home")

OVERFETCH = 2
"""Candidates proposed for each card shown: filters and the rows above take some away."""


class Failure(StrEnum):
    """Why a source gave nothing."""

    UNAVAILABLE = "unavailable"
    LATE = "late"
    FAULT = "fault"


@dataclass(slots=True)
class SourceResults:
    """`proposals` in the layout's order, stand-ins last; `failed` maps spec id to what went wrong."""

    proposals: list[RowCandidates] = field(default_factory=list)
    failed: dict[str, Failure] = field(default_factory=dict)


async def gather_candidates(
    specs: Sequence[RowSpec], layout: Layout, viewer: Viewer, sources: Sources, background: Background
) -> SourceResults:
    """What the sources of these rows propose. Never raises for a source that fails."""
    budgets = {spec.id: min(spec.budget_ms or layout.budget_ms, layout.budget_ms) / 1000 for spec in specs}
    tasks = {
        spec.id: asyncio.create_task(_proposed(spec, viewer, sources, budgets[spec.id], background))
        for spec in specs
    }
    await _wait(tasks, budgets)
    gathered = SourceResults()
    for spec in specs:
        task = tasks[spec.id]
        if not task.done():
            gathered.failed[spec.id] = Failure.LATE
            background.keep(task, f"row {spec.id}")
            continue
        outcome = task.result()
        if isinstance(outcome, Failure):
            gathered.failed[spec.id] = outcome
        else:
            gathered.proposals += outcome
    return gathered


async def _wait(
    tasks: Mapping[str, asyncio.Task[list[RowCandidates] | Failure]], budgets: Mapping[str, float]
) -> None:
    """Until each task is done or its budget is spent."""
    clock = asyncio.get_running_loop().time
    began = clock()
    for budget in sorted(set(budgets.values())):
        due = {task for name, task in tasks.items() if budgets[name] == budget}
        if due:
            await asyncio.wait(due, timeout=max(0.0, began + budget - clock()))


async def _proposed(
    spec: RowSpec, viewer: Viewer, sources: Sources, seconds: float, background: Background
) -> list[RowCandidates] | Failure:
    want = spec.max_cards * OVERFETCH
    try:
        if spec.mix:
            found = await mixed(spec, viewer, sources, want, seconds, background)
        else:
            found = await ROW_SOURCES[spec.source](spec, viewer, sources, want)
    except StoreUnavailable:
        return Failure.UNAVAILABLE
    except Exception:
        # A row source may have a fault; the page must not have it. The traceback tells whoever can mend it.
        log.exception("row %r could not be filled", spec.id)
        return Failure.FAULT
    return [_pinned(proposal, sources.now) for proposal in found] if spec.pins else found


def _pinned(proposal: RowCandidates, now: datetime) -> RowCandidates:
    """With the titles that editors pinned to the row: from here on they are candidates like any other."""
    return replace(proposal, candidates=tuple(with_pins(proposal.candidates, proposal.spec.pins, now)))
