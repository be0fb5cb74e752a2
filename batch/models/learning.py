"""Learns the blend of one deployment from its own histories.

`blend_search.py` looks for the blend that foretells best on cuts inside these histories (`validation_cuts.py`).
Work is bounded: a hashed sample of profiles, the most popular titles, a fixed number of viewers; so it does not
grow with profiles. No chance is involved.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from batch.models.blend import BlendWeights
from batch.models.blend_search import (
    BlendSearch,
    SearchStopped,
    blends_of_one_part,
    settings_to_search,
)
from batch.models.histories import Histories
from batch.models.rare_likeness import CatalogueContent, no_content
from batch.models.trial import Trial
from batch.models.validation_cuts import choose_cuts, sample_profiles

SAMPLE_ENTRIES = 400_000
SAMPLE_TITLES = 20_000


@dataclass(frozen=True, slots=True)
class Learned:
    """`how` says on which cuts, or why the defaults stand. `alone` is the measure of each part by itself.

    `is_cut_short`: the run window ended first, and the defaults stand.
    """

    weights: BlendWeights
    how: str
    ndcg: float = 0.0
    recall: float = 0.0
    viewers: int = 0
    blends_tried: int = 0
    alone: dict[str, float] = field(default_factory=dict)
    is_cut_short: bool = False


def learn_blend(
    histories: Histories,
    title_count: int,
    content: CatalogueContent | None = None,
    profiles: int = 0,
    is_over: Callable[[], bool] = lambda: False,
) -> Learned:
    """`content` is of all titles. `profiles` is how many there are, where `histories` are of a sample of them.

    Once `is_over` says so, no further blend is tried.
    """
    titles = min(title_count, SAMPLE_TITLES)
    sample = sample_profiles(histories, SAMPLE_ENTRIES)
    described = no_content(titles) if content is None else content.take(np.arange(titles, dtype=np.int32))
    kind, cuts = choose_cuts(sample.where(sample.titles < titles), described)
    if not cuts:
        return Learned(BlendWeights(), "defaults: too few profiles with four titles to learn from")
    each = max(1.0, max(profiles, len(histories)) / max(1, len(sample)))
    trials = [Trial(cut, titles, described, each) for cut in cuts]
    settings = settings_to_search(_has_ties(sample), bool((sample.strengths < 0).any()))
    search = BlendSearch(trials, settings, not described.says_nothing, is_over)
    try:
        best = search.run()
        quality = search.quality(best)
        alone = {name: search.quality(blend).value for name, blend in blends_of_one_part(best).items()}
    except SearchStopped:
        return Learned(
            BlendWeights(), "defaults: the run window ended before all was tried", is_cut_short=True
        )
    return Learned(
        # A ridge of a sample is for counts of a sample.
        replace(best, ridge=best.ridge * math.sqrt(each)),
        f"{len(cuts)} cuts by {kind}",
        quality.ndcg,
        quality.recall,
        quality.viewers,
        search.blends_tried,
        alone,
    )


def _has_ties(histories: Histories) -> bool:
    """Whether a hundredth of the entries share their instant with the one before."""
    same = np.diff(histories.steps) == 0
    same[histories.starts[1:-1] - 1] = False
    return bool(same.sum() > 0.01 * histories.entries)
