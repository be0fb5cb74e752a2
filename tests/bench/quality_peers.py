"""Recommenders that the model is compared with. Each is fitted with every setting of its grid on an earlier cut-off,
and the best by NDCG@10 is fitted again. `implicit` is optional: without it its models are left out."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from batch.evaluation.baselines import decayed_likers, liked_matrix
from batch.evaluation.metrics import DEPTH, Lists
from batch.evaluation.rankings import Recommendable, best_titles
from batch.evaluation.splits import PastCut

Scores = NDArray[np.float32]
Setting = Mapping[str, Any]
Scorer = Callable[[NDArray[np.int64]], Scores]
"""Members -> (members, titles)."""

MAX_DENSE = 12_000
"""Titles of a dense model: EASE and RP3beta are left out above."""


def settings_of(**grid: Sequence[Any]) -> list[Setting]:
    return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]


def rank_all(score: Scorer, cut: PastCut, choice: Recommendable) -> Lists:
    lists = np.full((len(choice), DEPTH), -1, np.int32)
    for start in range(0, len(choice), 256):
        members = cut.viewers[start : start + 256]
        for place, own in enumerate(np.asarray(score(members))):
            best = best_titles(own, choice.allowed(start + place), DEPTH)
            lists[start + place, : len(best)] = best
    return lists


def popularity(cut: PastCut) -> Scorer:
    return lambda members: np.tile(cut.likers.astype(np.float32), (len(members), 1))


def recent_popularity(cut: PastCut, half_life: float) -> Scorer:
    counts = decayed_likers(cut.known, half_life, cut.title_count).astype(np.float32)
    return lambda members: np.tile(counts, (len(members), 1))


def ease(cut: PastCut, ridge: float) -> Scorer:
    """Steck, 2019."""
    liked = liked_matrix(cut.known, cut.title_count).astype(np.float32)
    gram = (liked.T @ liked).toarray()
    gram[np.diag_indices_from(gram)] += ridge
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    weights[np.diag_indices_from(weights)] = 0
    return lambda members: np.asarray(liked[members] @ weights)


def rp3beta(cut: PastCut, beta: float) -> Scorer:
    """Paudel et al., 2016: two random steps, divided by popularity^beta; the 300 greatest of a row."""
    liked = liked_matrix(cut.known, cut.title_count).astype(np.float32)
    of_profile = np.maximum(np.asarray(liked.sum(axis=1)).ravel(), 1)
    of_title = np.maximum(cut.likers, 1).astype(np.float32)
    steps = (diags(1 / of_title) @ liked.T @ diags(1 / of_profile) @ liked).toarray() / of_title**beta
    np.fill_diagonal(steps, 0)
    kept = min(300, steps.shape[1])
    least = np.partition(steps, -kept, axis=1)[:, -kept][:, None]
    weights = csr_matrix(np.where(steps >= least, steps, 0))
    return lambda members: (liked[members] @ weights).toarray()


def neighbours(kind: str) -> Callable[..., Scorer]:
    def fit(cut: PastCut, **setting: Any) -> Scorer:
        from implicit import nearest_neighbours

        liked = liked_matrix(cut.known, cut.title_count)
        model = getattr(nearest_neighbours, kind)(**setting)
        model.fit(liked, show_progress=False)
        return lambda members: np.asarray((liked[members] @ model.similarity).todense())

    return fit


def factors(module: str, kind: str) -> Callable[..., Scorer]:
    def fit(cut: PastCut, **setting: Any) -> Scorer:
        liked = liked_matrix(cut.known, cut.title_count).astype(np.float32)
        made = getattr(importlib.import_module(module), kind)
        model = made(random_state=1, num_threads=2, **setting)
        model.fit(liked, show_progress=False)
        return lambda members: model.user_factors[members] @ model.item_factors.T

    return fit


Peer = tuple[str, Callable[..., Scorer], list[Setting]]


def peers_for(title_count: int) -> Iterator[Peer]:
    yield "popularity", popularity, [{}]
    lives = (1.0, 3.0, 7.0, 14.0, 30.0, 90.0, 365.0, 1000.0)
    yield "recent popularity", recent_popularity, settings_of(half_life=lives)
    if title_count <= MAX_DENSE:
        yield "EASE", ease, settings_of(ridge=(50.0, 150.0, 500.0, 1500.0))
        yield "RP3beta", rp3beta, settings_of(beta=(0.2, 0.4, 0.6))
    if importlib.util.find_spec("implicit") is None:
        return
    yield "cosine", neighbours("CosineRecommender"), settings_of(K=(20, 100, 400))
    yield "TF-IDF", neighbours("TFIDFRecommender"), settings_of(K=(20, 100, 400))
    yield "BM25", neighbours("BM25Recommender"), settings_of(K=(100, 400), K1=(1.2, 20.0), B=(0.2, 0.6))
    als = settings_of(factors=(16, 64), regularization=(1.0, 10.0), alpha=(1.0, 10.0), iterations=(15,))
    yield "iALS", factors("implicit.als", "AlternatingLeastSquares"), als
    bpr = settings_of(
        factors=(64,), learning_rate=(0.02, 0.05), regularization=(0.01, 0.05), iterations=(100,)
    )
    yield "BPR", factors("implicit.bpr", "BayesianPersonalizedRanking"), bpr
