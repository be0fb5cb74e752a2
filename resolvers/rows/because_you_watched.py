"""Because You Watched X: titles that people who liked X liked too. One row per seed.

A seed was finished or liked by this very profile, alone; it was neither disliked nor disowned, and may itself be
shown (the page drops the row otherwise, and takes the next seed). The last few seeds take turns from day to day,
by the clock of the viewer's market (domain/candidates/seeds.py), and no two rows of a page are about one
series or franchise.

Options: `rows`, how many seeds get a row (1 to 4); `last`, how many take turns; `half_life`, the days in which a
seed's weight halves; `floor`, the similarity in per cent below which a title is not offered; `support`, how many
profiles must vouch for it. Further seeds stand by for those whose row cannot be filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.candidates.seeds import (
    FLOOR,
    HALF_LIFE_DAYS,
    LAST,
    SUPPORT,
    Seed,
    close_enough,
    in_turn,
    last_seeds,
    share_of_evidence,
)
from domain.catalog.regions import local_time
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.recommendations.lists import Neighbour
from domain.recommendations.reasons import Reason
from domain.viewers.loved_titles import LovedTitle
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources

MOST_ROWS = 4
MOST_SEEDS = 20
STANDING_BY = 2

Heard = list[tuple[Seed, list[Neighbour]]]
"""Seeds with what they say: the neighbours that are close enough."""


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    return await rows_of_seeds(spec, viewer, sources, want, viewer.loved)


async def rows_of_seeds(
    spec: RowSpec, viewer: Viewer, sources: Sources, want: int, loved: Mapping[TitleId, LovedTitle]
) -> list[RowCandidates]:
    """One proposal per seed, in today's order, with those that stand by behind."""
    rows = max(1, min(spec.number("rows", 2), MOST_ROWS))
    last = max(1, min(spec.number("last", LAST), MOST_SEEDS))
    seeds = last_seeds(loved, max(1, spec.number("half_life", HALF_LIFE_DAYS)), last)
    if not seeds:
        return []
    found = await sources.loaders.similar.load_many([seed.title_id for seed in seeds])
    floor, support = spec.number("floor", round(FLOOR * 100)) / 100, spec.number("support", SUPPORT)
    hidden, today = viewer.hidden(spec), local_time(sources.now, viewer.region).date()
    heard: Heard = [
        (seed, [one for one in close_enough(near or (), floor, support) if one.title_id not in hidden])
        for seed, near in zip(seeds, found, strict=True)
    ]
    said = {seed.title_id: near for seed, near in heard}
    proposals = [
        _proposal(spec, seed, said[seed.title_id][:want], heard, sources, rows)
        for seed in in_turn(seeds, viewer.profile.id, today, rows)
        if len(said[seed.title_id]) >= spec.min_cards
    ]
    return proposals[: rows + STANDING_BY]


def _proposal(
    spec: RowSpec, seed: Seed, near: Sequence[Neighbour], heard: Heard, sources: Sources, rows: int
) -> RowCandidates:
    candidates = tuple(
        Candidate(one.title_id, f"similar:{seed.title_id}", score=one.score)
        for one in near
        if one.title_id != seed.title_id
    )
    share = share_of_evidence(seed, [one.title_id for one in candidates], heard)
    return RowCandidates(
        spec,
        candidates,
        Reason(seed.kind, seed=seed.title_id, share=share),
        FreshnessSource.BATCH,
        sources.loaders.version.published_at,
        key=seed.title_id,
        at_most=rows,
    )
