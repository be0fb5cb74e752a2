"""Similar titles: evidence from what accounts watched together and next, blended with content likeness.

For seed i and title j, over the profiles that liked both (batch/models/histories.py):

    support(i, j)  = accounts with such a profile, counted exactly
    together(i, j) = sum over those accounts of the greatest, among the account's profiles, of
                     2^(-age of j / half-life) * (1 + order / d),  the second term where j came d <= 5 steps after i
    co(i, j)       = together / likers(j)^power, relative to the row's greatest
    w(i)           = s / (s + content_support),  s = the row's greatest support
    score(i, j)    = w co + (1 - w) likeness(i, j)

Pairs of fewer than MIN_SUPPORT accounts have likeness alone. So a well-watched title's list is co-watching, a new
one's is content, and a title without any viewing has neighbours on its first day. The four numbers of `Measure` are
chosen on validation per deployment (similar_choice.py): power 0 is the conditional probability, 1/2 the cosine. Sums
are of whole numbers (1024ths times 60ths), so neither order nor blocks change them; ties go to the smaller number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.models.compiled import kernel
from batch.models.content import ContentIndex, likeness_row
from batch.models.histories import Floats, Histories, Integers, Numbers

AGE_UNIT = 1024
STEP_UNIT = 60
WINDOW = 5
MIN_SUPPORT = 3
LIKED_STRENGTH = 0.25
NEW_PLACES = 4
"""Places of a list that new titles take when their content is like the seed's: nobody finds what is in no list."""

NEW_LIKENESS = 0.3
SCORE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Measure:
    """`half_life_days` 0: old viewing counts like new. `order`: what watching next adds to watching together."""

    half_life_days: float = 0.0
    order: int = 2
    power: float = 0.3
    content_support: float = 5.0


@dataclass(frozen=True, slots=True)
class LikenessFacts:
    """`likers`: accounts that liked the title. `works`: titles of one number >= 0 are one work, -1 is alone.

    `new`: launched lately and hardly watched.
    """

    content: ContentIndex
    likers: Integers
    works: Numbers
    new: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Row r is of title `rows[r]`; a column is a title number. `together` is in units of 1/1024/60."""

    rows: Numbers
    together: Integers
    support: Numbers


@dataclass(frozen=True, slots=True)
class NeighbourRow:
    """Best first."""

    title: int
    neighbours: Numbers
    scores: NDArray[np.float64]
    support: Numbers


def liked(histories: Histories) -> Histories:
    return histories.where(histories.strengths >= LIKED_STRENGTH)


def count_likers(histories: Histories, title_count: int) -> Integers:
    """Accounts that liked each title, exactly."""
    known = liked(histories)
    accounts = known.accounts[known.owners()]
    pairs = np.unique(accounts * title_count + known.titles)
    return np.bincount(pairs % title_count, minlength=title_count).astype(np.int64)


def empty_pairs(rows: Numbers, title_count: int) -> PairCounts:
    shape = (len(rows), title_count)
    return PairCounts(rows, np.zeros(shape, np.int64), np.zeros(shape, np.int32))


def count_pairs(histories: Histories, measure: Measure, counts: PairCounts) -> None:
    """Adds these histories. Profiles of one account stand side by side and come in one call."""
    known = liked(histories)
    title_count = counts.together.shape[1]
    row_of = np.full(title_count, -1, np.int32)
    row_of[counts.rows] = np.arange(len(counts.rows), dtype=np.int32)
    _count_pairs(
        known.starts,
        known.titles,
        known.steps,
        age_weights(known.ages, measure.half_life_days),
        known.accounts,
        row_of,
        measure.order,
        counts.together,
        counts.support,
    )


def age_weights(ages: Floats, half_life_days: float) -> Numbers:
    """2^(-age / half-life) in 1024ths, at least 1."""
    if half_life_days <= 0:
        return np.full(len(ages), AGE_UNIT, np.int32)
    faded = np.floor(AGE_UNIT * 2.0 ** (-ages.astype(np.float64) / half_life_days) + 0.5)
    return np.maximum(1, faded).astype(np.int32)


@kernel
def _count_pairs(
    starts: Integers,
    titles: Numbers,
    steps: NDArray[np.int16],
    weights: Numbers,
    accounts: Integers,
    row_of: Numbers,
    order: int,
    together: Integers,
    support: Numbers,
) -> None:
    title_count = len(row_of)
    best = np.zeros(title_count, np.int64)
    met = np.full(title_count, -1, np.int64)
    touched = np.empty(title_count, np.int32)
    turn = 0
    first = 0
    while first < len(accounts):
        last = first + 1
        while last < len(accounts) and accounts[last] == accounts[first]:
            last += 1
        for seed_place in range(starts[first], starts[last]):
            seed = titles[seed_place]
            row = row_of[seed]
            if row < 0 or _is_earlier(titles, starts[first], seed_place, seed):
                continue
            size = 0
            turn += 1
            for profile in range(first, last):
                begin, end = starts[profile], starts[profile + 1]
                own = _find(titles, begin, end, seed)
                if own < 0:
                    continue
                for place in range(begin, end):
                    title = titles[place]
                    if place == own:
                        continue
                    value = weights[place] * STEP_UNIT
                    distance = steps[place] - steps[own]
                    if 0 < distance <= WINDOW:
                        value += weights[place] * order * (STEP_UNIT // distance)
                    if met[title] != turn:
                        met[title] = turn
                        best[title] = value
                        touched[size] = title
                        size += 1
                    elif value > best[title]:
                        best[title] = value
            for number in range(size):
                title = touched[number]
                together[row, title] += best[title]
                support[row, title] += 1
        first = last


@kernel
def _find(titles: Numbers, begin: int, end: int, title: int) -> int:
    for place in range(begin, end):
        if titles[place] == title:
            return place
    return -1


@kernel
def _is_earlier(titles: Numbers, begin: int, place: int, title: int) -> bool:
    return _find(titles, begin, place, title) >= 0


def rank_row(counts: PairCounts, row: int, facts: LikenessFacts, measure: Measure, size: int) -> NeighbourRow:
    """At most `size` neighbours of one title."""
    seed = int(counts.rows[row])
    support = counts.support[row]
    likeness = np.minimum(1.0, likeness_row(facts.content, seed))
    same = np.zeros(len(support), bool)
    if facts.works[seed] >= 0:
        same = facts.works == facts.works[seed]
    same[seed] = True
    likeness[same] = 0.0
    scores = row_scores(counts.together[row], support, likeness, facts.likers, measure)
    scores[same] = 0.0
    scores = np.asarray(np.round(np.minimum(1.0, scores), SCORE_DIGITS), np.float64)
    best = _largest(scores, size)
    best = _with_new_titles(best, scores, likeness, facts.new, size)
    shown = np.where(support[best] >= MIN_SUPPORT, support[best], 0)
    return NeighbourRow(seed, best.astype(np.int32), scores[best], shown.astype(np.int32))


def row_scores(
    together: Integers,
    support: Numbers,
    likeness: NDArray[np.float64],
    likers: Integers,
    measure: Measure,
    min_support: int = MIN_SUPPORT,
) -> NDArray[np.float64]:
    known = support >= min_support
    if not known.any():
        return likeness.copy()
    co = np.where(known, together, 0) / np.maximum(1, likers) ** measure.power
    weight = co_watch_weight(int(support.max()), measure.content_support)
    return np.asarray(weight * co / co.max() + (1.0 - weight) * likeness)


def co_watch_weight(support: int, content_support: float) -> float:
    """0 to 1: how much co-watching says against content."""
    return support / (support + content_support) if support else 0.0


def _largest(scores: NDArray[np.float64], size: int) -> Integers:
    """Numbers of the greatest positive scores; ties to the smaller number."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) > size:
        least = -np.partition(-scores[positive], size - 1)[size - 1]
        positive = positive[scores[positive] >= least]
    return positive[np.lexsort((positive, -scores[positive]))][:size]


def _with_new_titles(
    best: Integers,
    scores: NDArray[np.float64],
    likeness: NDArray[np.float64],
    new: NDArray[np.bool_],
    size: int,
) -> Integers:
    """The last places go to the new titles of the nearest content, in order of score."""
    eligible = np.where(new & (likeness >= NEW_LIKENESS), np.round(likeness, SCORE_DIGITS), 0.0)
    missing = NEW_PLACES - int(new[best].sum())
    eligible[best] = 0.0
    added = _largest(eligible, max(0, missing))
    if not len(added):
        return best
    kept = np.concatenate([best[: max(0, size - len(added))], added])
    return kept[np.lexsort((kept, -scores[kept]))]
