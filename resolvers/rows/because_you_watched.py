"""Because You Watched X: titles that profiles who liked X liked too, one row a seed.

A seed was finished or liked by this profile alone, was neither disliked nor disowned, and may itself be shown;
otherwise the page drops the row and takes the next seed. Where the layout has rows of Because You Liked, seeds are
only what was finished. The last seeds rotate daily by the clock of the viewer's market (domain/candidates/seeds.py).
No two rows of a page are about one series or franchise.

Options: `rows`, how many seeds get a row (1 to 4); `last`, how many rotate; `half_life`, the days in which a seed's
weight halves; `floor`, the least similarity in per cent; `support`, how many accounts must have liked both titles.
Spare seeds replace those whose row cannot be filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.candidates.seeds import (
    HALF_LIFE_DAYS,
    MAX_SEEDS,
    MIN_SIMILARITY,
    MIN_SUPPORT,
    Seed,
    evidence_share,
    rotate_seeds,
    similar_neighbours,
    strongest_seeds,
)
from domain.catalog.regions import local_time
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import Neighbour
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.loved_titles import LovedTitle
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources

MAX_SEED_ROWS = 4
MAX_ROTATING_SEEDS = 20
SPARE_SEEDS = 2

SeedNeighbours = list[tuple[Seed, list[Neighbour]]]
"""Seeds with their neighbours that are similar enough."""


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    loved: Mapping[TitleId, LovedTitle] = viewer.loved_titles
    if RowSource.BECAUSE_YOU_LIKED in sources.row_sources:
        loved = {
            title_id: replace(love, kind=ReasonKind.BECAUSE_YOU_WATCHED)
            for title_id, love in loved.items()
            if title_id in viewer.finished_shows
        }
    return await seed_rows(spec, viewer, sources, loved)


async def seed_rows(
    spec: RowSpec, viewer: Viewer, sources: Sources, loved: Mapping[TitleId, LovedTitle]
) -> list[RowCandidates]:
    """Row candidates by seed, in today's order, spare seeds last."""
    rows = max(1, min(spec.number_option("rows", 2), MAX_SEED_ROWS))
    last = max(1, min(spec.number_option("last", MAX_SEEDS), MAX_ROTATING_SEEDS))
    seeds = strongest_seeds(loved, max(1, spec.number_option("half_life", HALF_LIFE_DAYS)), last)
    if not seeds:
        return []
    lists = await sources.loaders.similar.load_many([seed.title_id for seed in seeds])
    floor, support = (
        spec.number_option("floor", round(MIN_SIMILARITY * 100)) / 100,
        spec.number_option("support", MIN_SUPPORT),
    )
    hidden, today = viewer.excluded_ids(spec), local_time(sources.now, viewer.region).date()
    found: SeedNeighbours = [
        (seed, [one for one in similar_neighbours(near or (), floor, support) if one.title_id not in hidden])
        for seed, near in zip(seeds, lists, strict=True)
    ]
    by_seed = {seed.title_id: near for seed, near in found}
    candidates = [
        _seed_row(spec, seed, by_seed[seed.title_id], found, sources, rows)
        for seed in rotate_seeds(seeds, viewer.profile.id, today, rows)
        if len(by_seed[seed.title_id]) >= spec.min_cards
    ]
    return candidates[: rows + SPARE_SEEDS]


def _seed_row(
    spec: RowSpec, seed: Seed, near: Sequence[Neighbour], found: SeedNeighbours, sources: Sources, rows: int
) -> RowCandidates:
    candidates = tuple(
        Candidate(one.title_id, f"similar:{seed.title_id}", score=one.score)
        for one in near
        if one.title_id != seed.title_id
    )
    share = evidence_share(seed, [one.title_id for one in candidates], found)
    return RowCandidates(
        spec,
        candidates,
        Reason(seed.kind, seed=seed.title_id, share=share),
        FreshnessSource.BATCH,
        sources.loaders.version.published_at,
        key=seed.title_id,
        max_rows=rows,
    )
