"""What a page goes without while the service is overloaded (domain/resilience/degradation_levels.py chooses
the level).

    FULL         everything
    FEWER_ROWS   the first rows of the layout alone
    NO_RERANK    the same, in the order of their sources
    CACHED       the same, and what a row held last is taken as it is, instead of asking its source again

What a viewer does shows at every level: rows about their own doing are always read anew, and what they watched
or disliked since is left out of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.layouts.model import Layout, RowSource, RowSpec
from domain.resilience.degradation_levels import ServiceLevel
from resolvers.home.fallbacks import last_good
from resolvers.home.gather import SourceResults, gather_candidates
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources
from resolvers.runtime.process import Process

ROWS = 6
"""Rows of a page that is not whole: a screen and a half of a television."""

UNRANKED = frozenset({ServiceLevel.NO_RERANK, ServiceLevel.CACHED})

READ_ANEW = frozenset({RowSource.CONTINUE_WATCHING, RowSource.MY_LIST, RowSource.WATCH_AGAIN})
"""Rows about the viewer's own doing. They cost no store call of their own but for episodes."""


def at_level(layout: Layout, level: ServiceLevel) -> Layout:
    """The layout as it is served at this level."""
    if level == ServiceLevel.FULL:
        return layout
    ranked = level not in UNRANKED
    return replace(layout, rows=layout.rows[:ROWS], personal_order=layout.personal_order and ranked)


async def gather_at(
    level: ServiceLevel,
    specs: Sequence[RowSpec],
    layout: Layout,
    viewer: Viewer,
    sources: Sources,
    process: Process,
) -> SourceResults:
    """What the rows' sources propose; at CACHED, what they proposed last where that is known."""
    if level != ServiceLevel.CACHED:
        return await gather_candidates(specs, layout, viewer, sources, process.background)
    held = last_good([spec for spec in specs if spec.source not in READ_ANEW], viewer, process)
    known = {proposal.spec.id for proposal in held}
    rest = [spec for spec in specs if spec.id not in known]
    gathered = await gather_candidates(rest, layout, viewer, sources, process.background)
    places = {spec.id: place for place, spec in enumerate(specs)}
    proposals = sorted([*held, *gathered.proposals], key=lambda proposal: places[proposal.spec.id])
    return SourceResults(proposals, gathered.failed)
