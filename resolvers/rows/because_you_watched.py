"""Because You Watched X: titles that people who liked X liked too. One row per seed.

A seed was finished or liked by this very profile, is not disliked, and may itself be shown (the page drops
the row otherwise). Options: `rows`, how many seeds get a row (1 to 3). More seeds stand by for those whose
row cannot be filled or whose licence has ended.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.candidates import Candidate, FreshnessSource, Proposal
from domain.ids import TitleId
from domain.layouts import RowSpec
from domain.reasons import Reason
from domain.recommendations import Neighbour
from domain.taste import Loved
from resolvers.rows.source import Sources
from resolvers.viewer import Viewer

MAX_ROWS = 3
STANDING_BY = 2
SEEDS_PER_ROW = 4
"""Seeds looked up for each row wanted: some turn out to have too few neighbours left."""


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[Proposal]:
    rows = min(spec.number("rows", 2), MAX_ROWS)
    seeds = best_seeds(viewer.loved, rows * SEEDS_PER_ROW)
    if not seeds:
        return []
    neighbours = await sources.loaders.similar.load_many(seeds)
    computed_at = sources.loaders.version.published_at
    proposals: list[Proposal] = []
    for seed, found in zip(seeds, neighbours, strict=True):
        candidates = _candidates(found or (), viewer, seed, want)
        if len(candidates) < spec.min_cards:
            continue
        reason = Reason(viewer.loved[seed].kind, seed=seed)
        proposals.append(
            Proposal(spec, candidates, reason, FreshnessSource.BATCH, computed_at, key=seed, at_most=rows)
        )
        if len(proposals) == rows + STANDING_BY:
            break
    return proposals


def best_seeds(loved: dict[TitleId, Loved], limit: int) -> list[TitleId]:
    """The most recent loves, those that were said out loud before those that were merely finished."""
    recent = list(loved.items())[: limit * 2]
    recent.sort(key=lambda item: -item[1].strength)
    return [title_id for title_id, _ in recent[:limit]]


def _candidates(
    neighbours: Sequence[Neighbour], viewer: Viewer, seed: TitleId, want: int
) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(neighbour.title_id, f"similar:{seed}", score=neighbour.score)
        for neighbour in neighbours
        if neighbour.title_id not in viewer.avoided and neighbour.title_id != seed
    )[:want]
