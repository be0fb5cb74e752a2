"""What a candidate must beat: popularity, recent popularity and item-kNN, from what was known before the cut.

popularity         likers of a title
recent popularity  sum over its likers of 2^(-age / half-life); the half-life is the best on a cut inside the known
item-kNN           sum over the liked titles h of a viewer of cos(h, t) = both / sqrt(likers of h * likers of t), over
                   the 100 titles most like h (Sarwar et al., 2001)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from batch.evaluation.metrics import SCREEN, Lists, Targets, find_hits, ndcg
from batch.evaluation.rankings import Recommendable, best_titles, rank_alike
from batch.models.counting import LIKED_STRENGTH
from batch.models.histories import Floats, Histories, Integers, Numbers

HALF_LIVES = (1.0, 3.0, 7.0, 14.0, 30.0, 90.0, 180.0, 365.0, math.inf)
"""Days."""

NEIGHBOURS = 100
ROWS_AT_ONCE = 256
INNER_SHARE = 0.8
MAX_INNER_VIEWERS = 500


def popularity(known: Histories, title_count: int) -> NDArray[np.float64]:
    return decayed_likers(known, math.inf, title_count)


def decayed_likers(known: Histories, half_life_days: float, title_count: int) -> NDArray[np.float64]:
    liked = known.strengths >= LIKED_STRENGTH
    return decayed_counts(known.titles[liked], known.ages[liked], half_life_days, title_count)


def decayed_counts(
    titles: Numbers, ages: Floats, half_life_days: float, title_count: int
) -> NDArray[np.float64]:
    rate = 0.0 if math.isinf(half_life_days) else -1.0 / half_life_days
    faded = np.exp2(ages.astype(np.float64) * rate)
    return np.bincount(titles, faded, minlength=title_count).astype(np.float64)


@dataclass(frozen=True, slots=True)
class InnerCut:
    """A cut inside the known: liked entries before and after, ages counted from it."""

    titles: Numbers
    ages: Floats
    choice: Recommendable
    targets: Targets


def choose_half_life(known: Histories, title_count: int, by_time: bool) -> float:
    """The half-life whose lists have the highest NDCG@10 on a cut inside `known`; infinite without a viewer there."""
    inner = inner_cut(known, title_count, by_time)
    if inner is None:
        return math.inf
    counts = inner.targets.counts()

    def quality(half_life: float) -> float:
        scores = decayed_counts(inner.titles, inner.ages, half_life, title_count)
        hits = find_hits(rank_alike(scores, inner.choice, SCREEN), inner.targets)
        return float(ndcg(hits, counts, SCREEN).mean())

    return max(reversed(HALF_LIVES), key=quality)


def inner_cut(known: Histories, title_count: int, by_time: bool) -> InnerCut | None:
    """By time at four fifths of the liked entries, or each profile's last liked title."""
    liked = known.where(known.strengths >= LIKED_STRENGTH)
    if not liked.entries:
        return None
    if by_time:
        cut = float(np.quantile(liked.ages, 1.0 - INNER_SHARE))
        is_known = liked.ages > cut
    else:
        cut = 0.0
        lengths = liked.lengths()
        is_known = np.ones(liked.entries, np.bool_)
        is_known[liked.starts[1:][lengths > 0] - 1] = False
    before, after = liked.where(is_known), liked.where(~is_known)
    viewers = np.flatnonzero((before.lengths() > 0) & (after.lengths() > 0))
    viewers = viewers[:: max(1, math.ceil(len(viewers) / MAX_INNER_VIEWERS))]
    if not len(viewers):
        return None
    seen, wanted = before.take(viewers), after.take(viewers)
    choice = Recommendable.all_titles(title_count, Targets(seen.starts, seen.titles))
    ages = (before.ages - np.float32(cut)).astype(np.float32)
    return InnerCut(before.titles, ages, choice, Targets(wanted.starts, wanted.titles))


def liked_matrix(histories: Histories, title_count: int) -> csr_matrix:
    """(profiles, titles): 1 where liked."""
    liked = histories.where(histories.strengths >= LIKED_STRENGTH)
    shape = (len(histories), title_count)
    return csr_matrix((np.ones(liked.entries), liked.titles, liked.starts), shape=shape)


def cosine_neighbours(liked: csr_matrix, likers: Integers, neighbours: int = NEIGHBOURS) -> csr_matrix:
    """(titles, titles): row h has the cosines of the titles most like h, without itself."""
    by_title = liked.T.tocsr()
    norms = np.sqrt(np.maximum(likers, 1).astype(np.float64))
    blocks = []
    for start in range(0, by_title.shape[0], ROWS_AT_ONCE):
        both = (by_title[start : start + ROWS_AT_ONCE] @ liked).tocsr()
        both.sort_indices()
        blocks.append(_largest(both, start, norms, neighbours))
    return vstack(blocks).tocsr() if blocks else csr_matrix((0, 0))


def _largest(both: csr_matrix, first: int, norms: NDArray[np.float64], neighbours: int) -> csr_matrix:
    columns: list[NDArray[np.int32]] = []
    values: list[NDArray[np.float64]] = []
    starts = [0]
    for row in range(both.shape[0]):
        part = slice(both.indptr[row], both.indptr[row + 1])
        titles = both.indices[part]
        cosines = both.data[part] / (norms[titles] * norms[first + row])
        chosen = best_titles(cosines, titles != first + row, neighbours)
        columns.append(titles[chosen])
        values.append(cosines[chosen])
        starts.append(starts[-1] + len(chosen))
    return csr_matrix(
        (np.concatenate(values), np.concatenate(columns), np.array(starts)),
        shape=(both.shape[0], len(norms)),
    )


def rank_by_neighbours(viewers: Histories, neighbours: csr_matrix, choice: Recommendable, size: int) -> Lists:
    """Titles that no neighbour speaks for follow by title number, which is popularity."""
    return rank_each(liked_matrix(viewers, neighbours.shape[0]), neighbours, choice, size)


def rank_each(liked: csr_matrix, weights: csr_matrix, choice: Recommendable, size: int) -> Lists:
    """By `liked` (viewers, titles) times `weights` (titles, titles)."""
    lists = np.full((len(choice), size), -1, np.int32)
    for start in range(0, len(choice), ROWS_AT_ONCE):
        scores = (liked[start : start + ROWS_AT_ONCE] @ weights).toarray()
        for place, own in enumerate(scores):
            best = best_titles(own, choice.allowed(start + place), size)
            lists[start + place, : len(best)] = best
    return lists


def likers_of(histories: Histories, title_count: int) -> Integers:
    liked: Sequence[int] | Numbers = histories.titles[histories.strengths >= LIKED_STRENGTH]
    return np.bincount(liked, minlength=title_count).astype(np.int64)
