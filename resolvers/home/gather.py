"""Wave 2: asks the sources of all rows in parallel, each within its time budget.

A late source is not cancelled: other rows may wait for the same store call. The page goes on without it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.candidates.model import RowCandidates
from domain.errors import StoreUnavailable
from domain.layouts.model import Layout, RowSpec
from domain.ranking.editorial import add_pinned_candidates
from resolvers.request.viewer import Viewer
from resolvers.rows import ROW_SOURCES
from resolvers.rows.blended import fill_blended
from resolvers.rows.source import READ_ON, Sources
from resolvers.runtime.background import Background

log = logging.getLogger("marquee.home")

OVERFETCH = 2
"""Candidates requested for each card shown: filters and the rows above take some away."""


class Failure(StrEnum):
    """Why a source has no result."""

    UNAVAILABLE = "unavailable"
    LATE = "late"
    FAULT = "fault"


@dataclass(slots=True)
class SourceResults:
    """`row_candidates` in the layout's order, stand-ins last; `failures` by spec id."""

    row_candidates: list[RowCandidates] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)


async def gather_candidates(
    specs: Sequence[RowSpec],
    layout: Layout,
    viewer: Viewer,
    sources: Sources,
    background: Background,
    want: int | None = None,
) -> SourceResults:
    """Row candidates from the sources of these rows. Never raises for a source that fails."""
    budgets = {spec.id: min(spec.budget_ms or layout.budget_ms, layout.budget_ms) / 1000 for spec in specs}
    tasks = {
        spec.id: asyncio.create_task(_ask_source(spec, viewer, sources, budgets[spec.id], background, want))
        for spec in specs
    }
    await _wait_for_budgets(tasks, budgets)
    results = SourceResults()
    for spec in specs:
        task = tasks[spec.id]
        if not task.done():
            results.failures[spec.id] = Failure.LATE
            background.finish_later(task, f"row {spec.id}")
            continue
        outcome = task.result()
        if isinstance(outcome, Failure):
            results.failures[spec.id] = outcome
        else:
            results.row_candidates += outcome
    return results


async def _wait_for_budgets(
    tasks: Mapping[str, asyncio.Task[list[RowCandidates] | Failure]], budgets: Mapping[str, float]
) -> None:
    """Return once each task is done or its budget is spent."""
    clock = asyncio.get_running_loop().time
    began = clock()
    for budget in sorted(set(budgets.values())):
        due = {task for name, task in tasks.items() if budgets[name] == budget}
        if due:
            await asyncio.wait(due, timeout=max(0.0, began + budget - clock()))


async def read_on(
    cut: Collection[str],
    results: SourceResults,
    layout: Layout,
    viewer: Viewer,
    sources: Sources,
    background: Background,
) -> bool:
    """Replaces the candidates of the `cut` specs by all that their sources have; False when none has more.

    A source that fails or is late now leaves what it gave before.
    """
    specs = list({row.spec.id: row.spec for row in results.row_candidates if row.spec.id in cut}.values())
    further = await gather_candidates(specs, layout, viewer, sources, background, READ_ON)
    longer = [spec.id for spec in specs if spec.id not in further.failures]
    places: dict[str, list[RowCandidates]] = {name: [] for name in longer}
    for row in further.row_candidates:
        places[row.spec.id].append(row)
    known, results.row_candidates = results.row_candidates, []
    for row in known:
        results.row_candidates += places.pop(row.spec.id, []) if row.spec.id in longer else [row]
    return bool(longer)


async def _ask_source(
    spec: RowSpec, viewer: Viewer, sources: Sources, seconds: float, background: Background, want: int | None
) -> list[RowCandidates] | Failure:
    want = want or spec.max_cards * OVERFETCH
    try:
        if spec.mix:
            found = await fill_blended(spec, viewer, sources, want, seconds, background)
        else:
            found = await ROW_SOURCES[spec.source](spec, viewer, sources, want)
    except StoreUnavailable:
        return Failure.UNAVAILABLE
    except Exception:
        # A bug in one row source must not cost the page. The log has the traceback.
        log.exception("row %r could not be filled", spec.id)
        return Failure.FAULT
    return [_with_pins(row, sources.now) for row in found] if spec.pins else found


def _with_pins(row: RowCandidates, now: datetime) -> RowCandidates:
    """Adds the titles that editors pinned to the row as candidates."""
    return replace(row, candidates=tuple(add_pinned_candidates(row.candidates, row.spec.pins, now)))
