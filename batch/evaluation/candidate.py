"""The model that the night publishes, fitted on what was known before a cut: blend, item model and audiences."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from batch.evaluation.metrics import Lists
from batch.evaluation.world import WorldAtCut
from batch.jobs.recent_popularity import RecentCounts, RegionCounter
from batch.models.blend import BlendWeights
from batch.models.item_model import fit_item_model
from batch.models.scoring import Audiences, score_histories

MAX_CELLS = 40_000_000
"""Of a block of counts: 320 MB."""


def candidate_lists(world: WorldAtCut, weights: BlendWeights, size: int) -> Lists:
    cut = world.cut
    blocks = max(1, -(-cut.title_count * cut.title_count // MAX_CELLS))
    model = fit_item_model(cut.known, cut.title_count, weights.item_parameters(), blocks)
    viewers = cut.known.take(cut.viewers)
    picks = score_histories(
        viewers,
        world.choice.audience,
        cut.excluded.starts,
        cut.excluded.titles,
        model,
        world.content,
        audiences_at_cut(world, weights),
        weights,
        size,
    )
    return picks.titles


def audiences_at_cut(world: WorldAtCut, weights: BlendWeights) -> Audiences:
    recent = recent_counts(world, weights.half_life)
    priors = np.stack([recent.prior(key, weights.shape) for key in world.keys])
    orders = np.stack([np.argsort(-prior, kind="stable").astype(np.int32) for prior in priors])
    return Audiences(priors, orders, np.ascontiguousarray(world.choice.eligible))


def recent_counts(world: WorldAtCut, half_life_days: float) -> RecentCounts:
    """As the night counts them for its regions, of the known."""
    counter = RegionCounter(world.cut.title_count, half_life_days)
    counter.add(world.cut.known, world.member_rows())
    rows = [
        {
            "region": pa.array([region] * len(numbers), pa.string()),
            "kids": pa.array([kids] * len(numbers), pa.bool_()),
            "number": pa.array(numbers.astype(np.int32)),
            "total": pa.array(totals[numbers].astype(np.int64)),
        }
        for region, kids, totals in counter.totals()
        for numbers in (np.flatnonzero(totals),)
    ]
    return RecentCounts.of(pa.concat_tables([pa.table(row) for row in rows]), world.facts)
