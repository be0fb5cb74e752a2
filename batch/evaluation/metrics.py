"""What a list is worth to its viewer, who later watched the targets. Ranks are the list's order: no two are tied.

    hit(r) = whether the title at rank r (from 1) is a target        n = targets of the viewer
    ndcg@k   = sum of hit(r) / log2(r + 1), r <= k, divided by the same of a perfect list (Jarvelin, 2002)
    recall@k = hits in the first k / n
    map@k    = sum of hit(r) * hits in the first r / r, r <= k, divided by min(n, k)
    hr@k     = 1 if one of the first k is a hit
    mrr      = 1 / rank of the first hit, 0 without one in the list

Lists are of full rankings: of all titles that the viewer may see and has not watched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.models.histories import Integers, Numbers
from domain.evaluation.table import NDCG

SCREEN, DEPTH = 10, 20
"""Ranks: the first screen of a row, and all that its viewer may come to see."""

RECALL, MAP, HIT_RATE, MRR = "recall@20", "map@10", "hr@10", "mrr"
METRICS = (NDCG, RECALL, MAP, HIT_RATE, MRR)

NO_TITLE = -1
Lists = NDArray[np.int32]
Hits = NDArray[np.bool_]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Targets:
    """Viewer v later watched `titles[starts[v] : starts[v + 1]]`, each once and at least one."""

    starts: Integers
    titles: Numbers

    def __len__(self) -> int:
        return len(self.starts) - 1

    def counts(self) -> Integers:
        return np.diff(self.starts)

    def take(self, viewers: Integers) -> Targets:
        counts = self.counts()[viewers]
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        places = np.repeat(self.starts[:-1][viewers] - starts[:-1], counts) + np.arange(starts[-1])
        return Targets(starts, self.titles[places])


def find_hits(lists: Lists, targets: Targets) -> Hits:
    """(viewers, ranks). A row of `lists` has title numbers, best first; NO_TITLE where it is short."""
    width = int(max(lists.max(initial=0), targets.titles.max(initial=0))) + 1
    owners = np.repeat(np.arange(len(targets), dtype=np.int64), targets.counts())
    wanted = owners * width + targets.titles
    offered = np.arange(len(lists), dtype=np.int64)[:, None] * width + lists
    hits: Hits = np.isin(offered, wanted) & (lists != NO_TITLE)
    return hits


def score_hits(hits: Hits, counts: Integers) -> Values:
    """(viewers, METRICS). `counts` are the targets of each viewer."""
    columns = (
        ndcg(hits, counts, SCREEN),
        recall(hits, counts, DEPTH),
        average_precision(hits, counts, SCREEN),
        hit_rate(hits, SCREEN),
        reciprocal_rank(hits),
    )
    return np.stack(columns, axis=1)


def ndcg(hits: Hits, counts: Integers, k: int) -> Values:
    gains = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(gains)])[np.minimum(counts, k)]
    found = hits[:, :k]
    # One order of additions for all: a perfect list is worth 1, not almost 1.
    gained = np.cumsum(np.where(found, gains[: found.shape[1]], 0.0), axis=1)
    return np.asarray(_last(gained) / ideal)


def recall(hits: Hits, counts: Integers, k: int) -> Values:
    return np.asarray(hits[:, :k].sum(axis=1) / counts)


def average_precision(hits: Hits, counts: Integers, k: int) -> Values:
    found = hits[:, :k]
    precision = np.cumsum(found, axis=1) / np.arange(1, found.shape[1] + 1)
    return np.asarray((precision * found).sum(axis=1) / np.minimum(counts, k))


def hit_rate(hits: Hits, k: int) -> Values:
    return np.asarray(np.any(hits[:, :k], axis=1), np.float64)


def reciprocal_rank(hits: Hits) -> Values:
    first = np.argmax(hits, axis=1) if hits.shape[1] else np.zeros(len(hits), np.int64)
    return np.asarray(np.where(hits.any(axis=1), 1.0 / (first + 1.0), 0.0))


def _last(sums: Values) -> Values:
    return np.asarray(sums[:, -1]) if sums.shape[1] else np.zeros(len(sums))
