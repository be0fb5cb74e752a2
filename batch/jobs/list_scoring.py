"""Scores packed histories: what an executor needs for it, and the picks of a batch of profiles."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batch.jobs.history_packing import unpack_histories
from batch.jobs.packed_columns import unpack_column
from batch.jobs.preferred_genres import Shares, genre_masks, preferred_genres
from batch.jobs.recent_popularity import RecentCounts, audience_keys
from batch.jobs.title_facts import ListAudienceKey, Mask, NumberedTitles
from batch.models.blend import BlendWeights
from batch.models.item_model import ItemModel
from batch.models.scoring import Audiences, Source, score_histories
from batch.models.sparse_rows import SparseRows


@dataclass(frozen=True, slots=True)
class ListModel:
    """Broadcast to executors; grows with titles only."""

    facts: NumberedTitles
    items: ItemModel
    content: SparseRows
    recent: RecentCounts
    overall_genres: Shares
    weights: BlendWeights
    _orders: dict[tuple[int, ...], NDArray[np.int32]] = field(default_factory=dict, compare=False, repr=False)

    def eligible(self, keys: tuple[ListAudienceKey, ...]) -> NDArray[np.bool_]:
        return np.stack([self.facts.eligible(key) for key in keys])

    def audiences(self, keys: tuple[ListAudienceKey, ...]) -> Audiences:
        """One row a key."""
        priors = [self.recent.prior(key, self.weights.shape) for key in keys]
        return Audiences(
            np.stack(priors), np.stack([self._order(prior) for prior in priors]), self.eligible(keys)
        )

    def _order(self, prior: NDArray[np.float32]) -> NDArray[np.int32]:
        """Audiences share their region's prior, which `RecentCounts` keeps."""
        key = (id(prior),)
        if key not in self._orders:
            self._orders[key] = np.argsort(-prior, kind="stable").astype(np.int32)
        return self._orders[key]


@dataclass(frozen=True, slots=True)
class ProfileLists:
    """Row p is of profile p of the batch: `size` picks, then the next best by taste alone, each best first; -1 ends a
    short list.

    `genres` are the numbers of the profile's strongest genres, `genre_masks` which of them a title has.
    """

    titles: NDArray[np.int32]
    scores: NDArray[np.float32]
    personal: Mask
    seeds: NDArray[np.int32]
    genre_masks: NDArray[np.int32]
    genres: NDArray[np.int32]
    size: int

    def __len__(self) -> int:
        return len(self.titles)


def score_batch(model: ListModel, profiles: pa.RecordBatch, size: int, taste_size: int = 0) -> ProfileLists:
    """`profiles` are PACKED rows (histories.py)."""
    histories = unpack_histories(profiles)
    keys, of_profile = audience_keys(profiles)
    seen_starts, seen = unpack_column(profiles["seen"], np.int32)
    picks = score_histories(
        histories,
        of_profile.astype(np.int32),
        seen_starts,
        seen,
        model.items,
        model.content,
        model.audiences(keys),
        model.weights,
        size,
        taste_size,
    )
    favourites = profiles["favourite_genres"].to_pylist()
    genres = preferred_genres(histories, model.facts, model.overall_genres, favourites)
    return ProfileLists(
        picks.titles,
        picks.scores,
        picks.sources != Source.POPULAR,
        picks.seeds,
        genre_masks(picks.titles, genres, model.facts),
        genres,
        size,
    )
