"""Rows of several sources: the portions of a mix are asked beside the row's own source and joined to it.

A portion is an addition: one that fails, or is not there when most of the row's budget is spent, is left out,
and its places go to the others. Every title keeps where it came from and why (domain/ranking/source_blending.py).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from domain.candidates.model import Candidate, RowCandidates
from domain.errors import StoreUnavailable
from domain.layouts.model import Portion, RowSpec
from domain.ranking.source_blending import Part, floors_of, union
from resolvers.request.viewer import Viewer
from resolvers.rows import ROW_SOURCES
from resolvers.rows.source import Sources
from resolvers.runtime.background import Background

log = logging.getLogger("marquee.home")

PATIENCE = 0.75
"""Share of the row's budget for which its portions are waited for."""


async def mixed(
    spec: RowSpec, viewer: Viewer, sources: Sources, want: int, seconds: float, background: Background
) -> list[RowCandidates]:
    """What the row's source proposes, with its portions. Raises what that source raises, nothing of portions."""
    tasks = [asyncio.create_task(_portion(portion, spec, viewer, sources, want)) for portion in spec.mix]
    try:
        found = await ROW_SOURCES[spec.source](spec, viewer, sources, want)
    finally:
        _, late = await asyncio.wait(tasks, timeout=seconds * PATIENCE)
        for task in late:
            background.keep(task, f"portion of row {spec.id}")
    parts = [
        (portion, task.result()) for portion, task in zip(spec.mix, tasks, strict=True) if task not in late
    ]
    return [_joined(proposal, parts) for proposal in found]


def _joined(proposal: RowCandidates, portions: Sequence[Part]) -> RowCandidates:
    places = proposal.spec.max_cards
    parts: list[Part] = [(None, proposal.candidates), *portions]
    return replace(proposal, candidates=tuple(union(parts, places)), floors=tuple(floors_of(parts, places)))


async def _portion(
    portion: Portion, spec: RowSpec, viewer: Viewer, sources: Sources, want: int
) -> list[Candidate]:
    """What the portion's source proposes first, each title with its reason: the row's own would not be true."""
    own = replace(spec, source=portion.source, options=portion.options, mix=(), pins=())
    try:
        found = await ROW_SOURCES[portion.source](own, viewer, sources, want)
    except StoreUnavailable:
        return []
    except Exception:
        # As in gathering: a fault of a source is nothing the page may have.
        log.exception("portion %r of row %r could not be filled", portion.source.value, spec.id)
        return []
    return [
        candidate if candidate.reason is not None else candidate._replace(reason=proposal.reason)
        for proposal in found[:1]
        for candidate in proposal.candidates
    ]
