"""What a page leaves out in overload. domain/resilience/degradation_levels.py chooses the level.

    FULL         everything
    FEWER_ROWS   only the first rows of the layout
    NO_RERANK    the same, in the order of their sources
    CACHED       the same, with rows as last served instead of asking their sources

A viewer's own actions show at every level: familiar rows are always read fresh, and what was watched or disliked
since is left out of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.layouts.model import Layout, RowSpec
from domain.layouts.row_kinds import ROW_KINDS
from domain.resilience.degradation_levels import ServiceLevel
from resolvers.home.fallbacks import last_known_rows
from resolvers.home.gather import SourceResults, gather_candidates
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources
from resolvers.runtime.process import Process

ROWS_IN_OVERLOAD = 6
"""One and a half screens of a television."""

UNRANKED = frozenset({ServiceLevel.NO_RERANK, ServiceLevel.CACHED})


def layout_at_level(layout: Layout, level: ServiceLevel) -> Layout:
    """The layout as it is served at this level."""
    if level == ServiceLevel.FULL:
        return layout
    ranked = level not in UNRANKED
    return replace(
        layout, rows=layout.rows[:ROWS_IN_OVERLOAD], personal_order=layout.personal_order and ranked
    )


async def gather_at_level(
    level: ServiceLevel,
    specs: Sequence[RowSpec],
    layout: Layout,
    viewer: Viewer,
    sources: Sources,
    process: Process,
) -> SourceResults:
    """Row candidates from the sources; at CACHED, the last known ones where there are any."""
    if level != ServiceLevel.CACHED:
        return await gather_candidates(specs, layout, viewer, sources, process.background)
    last_known = last_known_rows(
        [spec for spec in specs if not ROW_KINDS[spec.source].familiar], viewer, process
    )
    known = {row.spec.id for row in last_known}
    rest = [spec for spec in specs if spec.id not in known]
    results = await gather_candidates(rest, layout, viewer, sources, process.background)
    places = {spec.id: place for place, spec in enumerate(specs)}
    rows = sorted([*last_known, *results.row_candidates], key=lambda row: places[row.spec.id])
    return SourceResults(rows, results.failures)
