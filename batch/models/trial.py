"""One cut under trial: what a blend would have recommended to its viewers, and how well."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from batch.models.blend import BlendWeights
from batch.models.counting import LIKED_STRENGTH, count_block, count_titles, counter_kind, empty_counts
from batch.models.histories import Floats
from batch.models.history_decay import Decay, history_weights
from batch.models.item_model import ItemParameters, ItemPart, join_parts, part_of_counts
from batch.models.popularity_prior import decayed_counts, popularity_prior
from batch.models.rare_likeness import CatalogueContent, rare_likeness
from batch.models.sparse_rows import SparseRows, join_triples
from batch.models.validation_cuts import Cut, thin_viewers
from batch.models.validation_scores import Quality, Scores, measure, part_scores

TRIAL_PARAMETERS = ItemParameters(head_size=2000, tail_neighbours=30)
"""Smaller than in production: a tenth of the work, and the same order among blends."""

MAX_CELLS = 8_000_000
"""Viewers times titles: 32 MB for the scores of a part."""

MAX_VIEWERS = 1500
BLOCK_CELLS = 40_000_000
KEPT = 2
"""Scores of a part with different settings that are kept: a search goes back and forth between neighbours."""


class Trial:
    """Scores of parts are kept, so that a search pays for what it changes alone."""

    def __init__(self, cut: Cut, title_count: int, content: CatalogueContent, accounts_each: float) -> None:
        """`accounts_each` as in `rare_likeness`."""
        self._cut = thin_viewers(cut, min(MAX_VIEWERS, max(1, MAX_CELLS // max(1, title_count))))
        self._titles = title_count
        self._viewers = self._cut.known.take(self._cut.viewers)
        self._liked_known = self._cut.known.where(self._cut.known.strengths >= LIKED_STRENGTH)
        liked = self._viewers.where(self._viewers.strengths >= LIKED_STRENGTH)
        self._liked = liked.lengths().astype(np.float32)
        self._counts = count_titles(self._cut.known, title_count)
        self._content = rare_likeness(content.index, self._counts, accounts_each)
        self._missing = np.where(self._cut.exists[:title_count], 0.0, -np.inf).astype(np.float32)
        self._nothing = np.zeros((len(self._viewers), title_count), np.float32)
        self._parts: list[ItemPart] = []
        self._transitions = lru_cache(8)(self._count_transitions)
        # Each takes an inverse: all ridges of the search are kept.
        self._weights = lru_cache(16)(self._fit_weights)
        self._similar = lru_cache(KEPT)(self._score_similar)
        self._next = lru_cache(KEPT)(self._score_next)
        self._like = lru_cache(KEPT)(self._score_content)

    def quality(self, weights: BlendWeights) -> Quality:
        parts = (
            self._similar(weights.ridge, weights.similar_decay, weights.negative)
            if weights.similar
            else self._nothing,
            self._next(weights.transition_power, weights.ties, weights.next_decay)
            if weights.next
            else self._nothing,
            self._like(weights.similar_decay, weights.negative) if weights.content else self._nothing,
        )
        shares = (weights.similar, weights.next, weights.content)
        personal = self._liked / np.maximum(self._liked + np.float32(weights.caution), np.float32(1e-6))
        prior = self.prior(weights) * np.float32(weights.popular) + self._missing
        cut = self._cut
        return measure(parts, shares, personal, prior, self._viewers, cut.target_starts, cut.targets)

    def prior(self, weights: BlendWeights) -> Floats:
        known = self._liked_known
        counts = decayed_counts(known.titles, known.ages, weights.half_life, self._titles)
        return popularity_prior(counts, weights.shape)

    def _count_transitions(self, power: float, ties: bool) -> SparseRows:
        parameters = replace(TRIAL_PARAMETERS, transition_power=power, ties=ties)
        blocks = max(1, -(-self._titles * self._titles // BLOCK_CELLS))
        parts = []
        for block in range(blocks):
            counts = empty_counts(self._titles, block, blocks, counter_kind(self._counts))
            count_block(self._cut.known, counts, ties)
            parts.append(part_of_counts(counts, self._counts, parameters))
        self._parts = self._parts or parts
        return join_triples([part.transitions for part in parts], self._titles)

    def _fit_weights(self, ridge: float) -> SparseRows:
        if not self._parts:
            self._transitions(TRIAL_PARAMETERS.transition_power, TRIAL_PARAMETERS.ties)
        accounts = len(np.unique(self._cut.known.accounts))
        parameters = replace(TRIAL_PARAMETERS, ridge=ridge)
        return join_parts(self._parts, self._counts, accounts, parameters).weights

    def _score_similar(self, ridge: float, decay: Decay, negative: float) -> Scores:
        return self._scores(self._weights(ridge), decay, negative)

    def _score_next(self, power: float, ties: bool, decay: Decay) -> Scores:
        return self._scores(self._transitions(power, ties), decay, 0.0)

    def _score_content(self, decay: Decay, negative: float) -> Scores:
        return self._scores(self._content, decay, negative)

    def _scores(self, rows: SparseRows, decay: Decay, negative: float) -> Scores:
        return part_scores(self._viewers, history_weights(self._viewers, decay, negative), rows, self._titles)
