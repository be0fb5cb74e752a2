"""Chooses the measure of similar titles on a validation cut inside the training data, per deployment.

The question is the one that a viewer's page asks: after the last title before the cut, is the next one near the top
of that title's list, without what the profile has seen? The cut leaves a tenth of the viewings after it. Where few
profiles watched before and after it (imports of ratings given in one sitting), each profile's last title is held out
instead. The gain of a measure is the mean of 1 / log2(1 + rank) within RANKS. Equal gains keep the earlier candidate,
and candidates are listed from the most to the least specific.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from batch.models.compiled import kernel
from batch.models.content import likeness_row
from batch.models.histories import Histories, Integers, Numbers
from batch.models.similar import (
    LikenessFacts,
    Measure,
    PairCounts,
    co_watch_weight,
    count_likers,
    count_pairs,
    empty_pairs,
    liked,
)

HALF_LIVES = (0.0, 365.0, 90.0, 30.0)
ORDERS = (8, 2, 0)
POWERS = (0.5, 0.3, 0.15, 0.0)
CONTENT_SUPPORTS = (20.0, 5.0, 1.0, 0.2)
HELD_SHARE = 0.1
MIN_PAIRS = 200
MAX_PAIRS = 1000
RANKS = 20
SEED_BYTES = 200_000_000
SEED_CELL_BYTES = 32


@dataclass(frozen=True, slots=True)
class Held:
    """`train`: histories before the cut. Pair n: profile (place in `train`), seed, and the title watched next."""

    train: Histories
    profiles: Integers
    seeds: Numbers
    targets: Numbers
    cut_days: float | None


@dataclass(frozen=True, slots=True)
class Choice:
    """`gain` of the chosen measure, and of the plain cosine and conditional counts beside it; pairs compared."""

    measure: Measure
    gain: float
    cosine: float
    conditional: float
    pairs: int
    cut_days: float | None


def choose_measure(histories: Histories, facts: LikenessFacts) -> Choice:
    """The best of all candidates; the default measure where nothing can be held out."""
    held = hold_out(liked(histories))
    if not len(held.seeds):
        return Choice(Measure(), 0.0, 0.0, 0.0, 0, None)
    likers = count_likers(held.train, facts.content.titles)
    candidates = [
        Measure(half_life, order, power) for half_life, power, order in product(HALF_LIVES, POWERS, ORDERS)
    ]
    gains = _gains(held, replace(facts, likers=likers), candidates)
    best = candidates[int(np.argmax(gains))]
    blended = [replace(best, content_support=support) for support in CONTENT_SUPPORTS]
    blended_gains = _gains(held, replace(facts, likers=likers), blended, with_content=True)
    place = int(np.argmax(blended_gains))
    cosine, conditional = (candidates.index(Measure(0.0, 0, power)) for power in (0.5, 0.0))
    return Choice(
        blended[place],
        float(blended_gains[place]),
        float(gains[cosine]),
        float(gains[conditional]),
        len(held.seeds),
        held.cut_days,
    )


def hold_out(histories: Histories) -> Held:
    """Liked histories -> those before the cut, with the pairs to find."""
    by_time = _hold_out_after(histories, _cut_age(histories))
    return by_time if len(by_time.seeds) >= MIN_PAIRS else _hold_out_last(histories)


def _cut_age(histories: Histories) -> float:
    """Days before now after which a tenth of the viewings lie."""
    return float(np.quantile(histories.ages, HELD_SHARE)) if histories.entries else 0.0


def _hold_out_after(histories: Histories, cut: float) -> Held:
    before = histories.ages >= cut
    counts = np.add.reduceat(before, histories.starts[:-1]) if histories.entries else np.zeros(0, np.int64)
    counts = np.where(histories.lengths() > 0, counts, 0)
    pairs = np.flatnonzero((counts > 0) & (counts < histories.lengths()))
    places = histories.starts[:-1][pairs] + counts[pairs]
    train = histories.where(before)
    # As seen from the cut.
    aged = replace(train, ages=np.maximum(0.0, train.ages - np.float32(cut)).astype(np.float32))
    return _sampled(Held(aged, pairs, histories.titles[places - 1], histories.titles[places], cut))


def _hold_out_last(histories: Histories) -> Held:
    pairs = np.flatnonzero(histories.lengths() >= 3)
    places = histories.starts[1:][pairs] - 1
    kept = np.ones(histories.entries, bool)
    held = _sampled(Held(histories, pairs, histories.titles[places - 1], histories.titles[places], None))
    kept[histories.starts[1:][held.profiles] - 1] = False
    return replace(held, train=histories.where(kept))


def _sampled(held: Held) -> Held:
    """Evenly spread, at most MAX_PAIRS."""
    count = len(held.seeds)
    if count <= MAX_PAIRS:
        return held
    chosen = np.arange(MAX_PAIRS) * count // MAX_PAIRS
    return replace(
        held,
        profiles=held.profiles[chosen],
        seeds=held.seeds[chosen],
        targets=held.targets[chosen],
    )


def _gains(
    held: Held, facts: LikenessFacts, measures: list[Measure], with_content: bool = False
) -> NDArray[np.float64]:
    """Mean gain of each measure. What order adds is counted once per half-life: counts are linear in `order`."""
    sums, titles = np.zeros(len(measures)), facts.content.titles
    seeds = np.unique(held.seeds).astype(np.int32)
    at_once = max(1, SEED_BYTES // (SEED_CELL_BYTES * max(1, titles)))
    for half_life in dict.fromkeys(one.half_life_days for one in measures):
        places = [place for place, one in enumerate(measures) if one.half_life_days == half_life]
        for begin in range(0, len(seeds), at_once):
            plain, ordered = (empty_pairs(seeds[begin : begin + at_once], titles) for _ in range(2))
            count_pairs(held.train, Measure(half_life, order=0), plain)
            if any(measures[place].order for place in places):
                count_pairs(held.train, Measure(half_life, order=1), ordered)
            for place in places:
                order = measures[place].order
                together = plain.together
                if order:
                    together = together + order * (ordered.together - plain.together)
                counts = replace(plain, together=together)
                sums[place] += _gain_of_rows(held, facts, counts, measures[place], with_content)
    return sums / max(1, len(held.seeds))


def _gain_of_rows(
    held: Held, facts: LikenessFacts, counts: PairCounts, measure: Measure, with_content: bool
) -> float:
    train, total = held.train, 0.0
    divisors = np.maximum(1, facts.likers) ** measure.power
    pairs = np.flatnonzero(np.isin(held.seeds, counts.rows))
    row_of = {int(title): row for row, title in enumerate(counts.rows)}
    scores: dict[int, NDArray[np.float64]] = {}
    for pair in pairs:
        row = row_of[int(held.seeds[pair])]
        if row not in scores:
            co = counts.together[row] / divisors
            scores[row] = co / max(co.max(), 1e-12)
            if with_content:
                weight = co_watch_weight(int(counts.support[row].max()), measure.content_support)
                likeness = likeness_row(facts.content, int(counts.rows[row]))
                scores[row] = weight * scores[row] + (1.0 - weight) * likeness
        profile = held.profiles[pair]
        seen = train.titles[train.starts[profile] : train.starts[profile + 1]]
        rank = _rank(scores[row], int(held.targets[pair]), seen)
        total += 1.0 / np.log2(1.0 + rank) if 0 < rank <= RANKS else 0.0
    return total


@kernel
def _rank(scores: NDArray[np.float64], target: int, seen: Numbers) -> int:
    """1 for the best; 0 where the target has no score. Ties count half before it, so no order of titles helps."""
    score = scores[target]
    if score <= 0:
        return 0
    above, equal = 0, 0
    for title in range(len(scores)):
        above += 1 if scores[title] > score else 0
        equal += 1 if scores[title] == score else 0
    for title in seen:
        above -= 1 if scores[title] > score else 0
        equal -= 1 if scores[title] == score and title != target else 0
    return 1 + above + (equal - 1) // 2
