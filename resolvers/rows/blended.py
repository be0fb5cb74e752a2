"""Rows of several sources: reads the portions of a row's mix beside its own source and blends them.

A portion that fails, or is late when most of the row's budget is spent, is left out; its places go to the others.
Each title keeps its source and reason (domain/ranking/source_blending.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from domain.candidates.model import Candidate, RowCandidates
from domain.errors import StoreUnavailable
from domain.layouts.model import RowSpec, SourceShare
from domain.ranking.source_blending import SourceList, blend_sources, portion_floors
from resolvers.request.viewer import Viewer
from resolvers.rows import ROW_SOURCES
from resolvers.rows.source import Sources
from resolvers.runtime.background import Background

log = logging.getLogger("marquee.home")

PORTION_BUDGET_SHARE = 0.75
"""Share of the row's time budget that its portions get."""


async def fill_blended(
    spec: RowSpec, viewer: Viewer, sources: Sources, want: int, seconds: float, background: Background
) -> list[RowCandidates]:
    """The row's own candidates blended with its portions. Raises what its own source raises; portions never raise."""
    tasks = [asyncio.create_task(_portion(portion, spec, viewer, sources, want)) for portion in spec.mix]
    try:
        found = await ROW_SOURCES[spec.source](spec, viewer, sources, want)
    finally:
        _, late = await asyncio.wait(tasks, timeout=seconds * PORTION_BUDGET_SHARE)
        for task in late:
            background.finish_later(task, f"portion of row {spec.id}")
    done = [
        (portion, task.result()) for portion, task in zip(spec.mix, tasks, strict=True) if task not in late
    ]
    parts = [(portion, candidates) for portion, (candidates, _) in done]
    more = any(more for _, (_, more) in done)
    return [_blend_row(replace(row, more=row.more or more), parts) for row in found]


def _blend_row(row: RowCandidates, portions: Sequence[SourceList]) -> RowCandidates:
    places = row.spec.max_cards
    parts: list[SourceList] = [(None, row.candidates), *portions]
    return replace(
        row, candidates=tuple(blend_sources(parts, places)), floors=tuple(portion_floors(parts, places))
    )


async def _portion(
    portion: SourceShare, spec: RowSpec, viewer: Viewer, sources: Sources, want: int
) -> tuple[list[Candidate], bool]:
    """The candidates of the portion's first row, each with that source's reason: the row's own would be wrong.

    And whether the source has more.
    """
    own = replace(spec, source=portion.source, options=portion.options, mix=(), pins=())
    try:
        found = await ROW_SOURCES[portion.source](own, viewer, sources, want)
    except StoreUnavailable:
        return [], False
    except Exception:
        # As in gather.py: a bug in one source must not cost the page.
        log.exception("portion %r of row %r could not be filled", portion.source.value, spec.id)
        return [], False
    candidates = [
        candidate if candidate.reason is not None else candidate._replace(reason=row.reason)
        for row in found[:1]
        for candidate in row.candidates
    ]
    return candidates, any(row.more for row in found[:1])
