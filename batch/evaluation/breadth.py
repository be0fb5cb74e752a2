"""What lists are like together, whoever hits: how much of the catalogue they use, and how alike and how well known
their titles are. Of the first ten titles of each list.

    coverage     titles in any list / titles that any viewer may see
    gini         of how often each of these titles is listed: 0 all alike, near 1 a few have it all
    novelty      mean of -log2(likers of the title / profiles), in bits; a title without likers counts as with one
    diversity    mean over pairs of a list of 1 - genres of both / genres of either; 0 for a pair without genres
    serendipity  hits that the viewer's list of popularity lacks, per place of the list      (Ge et al., 2010)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batch.evaluation.metrics import NO_TITLE, SCREEN, Hits, Lists
from batch.models.histories import Integers

COVERAGE, GINI, NOVELTY, DIVERSITY, SERENDIPITY = (
    "coverage@10",
    "gini@10",
    "novelty@10",
    "diversity@10",
    "serendipity@10",
)
BREADTH = (COVERAGE, GINI, NOVELTY, DIVERSITY, SERENDIPITY)
AT_ONCE = 2000


def coverage(lists: Lists, eligible: NDArray[np.bool_]) -> float:
    """`eligible` marks the titles that any viewer may see."""
    listed = np.unique(_filled(lists))
    return float(len(listed) / max(1, int(eligible.sum())))


def gini(lists: Lists, eligible: NDArray[np.bool_]) -> float:
    counts = np.sort(np.bincount(_filled(lists), minlength=len(eligible))[eligible])
    size, total = len(counts), int(counts.sum())
    if not total:
        return 0.0
    ranks = np.arange(1, size + 1)
    return float(2.0 * (ranks * counts).sum() / (size * total) - (size + 1.0) / size)


def novelty(lists: Lists, likers: Integers, profiles: int) -> float:
    shown = _filled(lists)
    if not len(shown):
        return 0.0
    return float(np.mean(-np.log2(np.maximum(likers[shown], 1) / max(1, profiles))))


def diversity(lists: Lists, genres: NDArray[np.bool_]) -> float:
    """`genres` is (titles, genres). Lists of less than two titles are left out."""
    means: list[NDArray[np.float64]] = []
    first = lists[:, :SCREEN]
    upper = np.triu(np.ones((first.shape[1], first.shape[1]), np.bool_), 1)
    for start in range(0, len(first), AT_ONCE):
        part = first[start : start + AT_ONCE]
        has = (genres[np.maximum(part, 0)] & (part != NO_TITLE)[:, :, None]).astype(np.float32)
        both = has @ has.transpose(0, 2, 1)
        sizes = has.sum(axis=2)
        either = sizes[:, :, None] + sizes[:, None, :] - both
        unlike = np.where(either > 0, 1.0 - both / np.maximum(either, 1.0), 0.0)
        filled = part != NO_TITLE
        pairs = filled[:, :, None] & filled[:, None, :] & upper
        counts = pairs.sum(axis=(1, 2))
        sums = np.where(pairs, unlike, 0.0).sum(axis=(1, 2))
        means.append((sums[counts > 0] / counts[counts > 0]).astype(np.float64))
    values = np.concatenate(means) if means else np.zeros(0)
    return float(values.mean()) if len(values) else 0.0


def serendipity(lists: Lists, hits: Hits, popular: Lists) -> float:
    """`popular` are the lists that popularity gives the same viewers."""
    if not len(lists):
        return 0.0
    first, known = lists[:, :SCREEN], popular[:, :SCREEN]
    unexpected = ~(first[:, :, None] == known[:, None, :]).any(axis=2)
    return float((hits[:, :SCREEN] & unexpected).sum() / (len(lists) * SCREEN))


def _filled(lists: Lists) -> NDArray[np.int32]:
    first = lists[:, :SCREEN]
    shown: NDArray[np.int32] = first[first != NO_TITLE]
    return shown
