"""Learns the blend of one deployment from its own histories.

`blend_search.py` looks for the blend that foretells best on cuts inside these histories (`validation_cuts.py`).
Work is bounded: a hashed sample of profiles, the most popular titles, a fixed number of viewers; so it does not
grow with profiles. No chance is involved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from batch.models.blend import BlendWeights
from batch.models.blend_search import START, BlendSearch, blends_of_one_part, settings_to_search
from batch.models.histories import Histories
from batch.models.sparse_rows import SparseRows, no_rows
from batch.models.trial import Trial
from batch.models.validation_cuts import choose_cuts, sample_profiles

SAMPLE_ENTRIES = 400_000
SAMPLE_TITLES = 20_000


@dataclass(frozen=True, slots=True)
class Learned:
    """`how` says on which cuts, or why the defaults stand. `alone` is the measure of each part by itself."""

    weights: BlendWeights
    how: str
    ndcg: float = 0.0
    recall: float = 0.0
    viewers: int = 0
    blends_tried: int = 0
    alone: dict[str, float] = field(default_factory=dict)


def learn_blend(histories: Histories, title_count: int, content: SparseRows | None = None) -> Learned:
    """`content` is the content likeness of all titles, as `scoring.py` will use it."""
    titles = min(title_count, SAMPLE_TITLES)
    sample = sample_profiles(histories, SAMPLE_ENTRIES)
    kind, cuts = choose_cuts(sample.where(sample.titles < titles))
    if not cuts:
        return Learned(BlendWeights(), "defaults: too few profiles with four titles to learn from")
    likeness = no_rows(titles) if content is None else _first_titles(content, titles)
    has_content = bool(len(likeness.values))
    trials = [Trial(cut, titles, likeness) for cut in cuts]
    settings = settings_to_search(has_content, _has_ties(sample), bool((sample.strengths < 0).any()))
    search = BlendSearch(trials, settings, START if has_content else replace(START, content=0.0))
    best = search.run()
    quality = search.quality(best)
    alone = {name: search.quality(blend).value for name, blend in blends_of_one_part(best).items()}
    scale = math.sqrt(max(1.0, len(histories) / max(1, len(sample))))
    return Learned(
        replace(best, ridge=best.ridge * scale),
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


def _first_titles(rows: SparseRows, count: int) -> SparseRows:
    end = int(rows.starts[count])
    kept = rows.columns[:end] < count
    starts = np.concatenate([[0], np.cumsum(kept)])[rows.starts[: count + 1]]
    return SparseRows(starts.astype(np.int64), rows.columns[:end][kept], rows.values[:end][kept])
