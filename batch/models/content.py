"""Content likeness of titles, from what the catalogue says of them: for titles that few have watched.

A title is a list of features such as "genre:Drama", "person:..." or "word:...". Of each field, two titles' features
are compared by the cosine of their inverse document frequencies, so a rare word or person says more than a common
genre; the fields are weighted by FIELD_WEIGHTS times the share of titles that have the field, and add up to 1. So a
catalogue without casts or texts is compared by what it has.

Long posting lists are what costs: a feature of more than MAX_POSTINGS titles says little and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.models.compiled import kernel

FIELD_WEIGHTS = {
    "genre": 0.32,
    "franchise": 0.18,
    "person": 0.18,
    "word": 0.14,
    "kind": 0.06,
    "age": 0.05,
    "language": 0.04,
    "decade": 0.03,
}
MAX_POSTINGS = 30_000


@dataclass(frozen=True, slots=True)
class ContentIndex:
    """Features of titles and titles of features, both as ranges; `weights` of the entries, float64.

    The likeness of titles a and b is the sum of weight(a, f) * weight(b, f) over their common features f, 0..1.
    """

    starts: NDArray[np.int64]
    features: NDArray[np.int32]
    feature_weights: NDArray[np.float64]
    posting_starts: NDArray[np.int64]
    postings: NDArray[np.int32]
    posting_weights: NDArray[np.float64]

    @property
    def titles(self) -> int:
        return len(self.starts) - 1

    def take(self, titles: NDArray[np.int32]) -> ContentIndex:
        """These titles, in this order, with the weights that they have among all."""
        lengths = np.diff(self.starts)[titles]
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        places = np.repeat(self.starts[:-1][titles] - starts[:-1], lengths) + np.arange(starts[-1])
        count = len(self.posting_starts) - 1
        return index_entries(starts, self.features[places], self.feature_weights[places], count)


def index_content(features: Sequence[Sequence[str]]) -> ContentIndex:
    """`features[n]` are those of title number n, "field:value" each; unknown fields are ignored.

    Features are numbered in order of their names and entries are added up in that order, so that numbers of titles
    change no likeness.
    """
    known = [sorted({one for one in own if one.partition(":")[0] in FIELD_WEIGHTS}) for own in features]
    names = sorted({one for own in known for one in own})
    number = {name: place for place, name in enumerate(names)}
    lengths = np.array([len(own) for own in known], np.int64)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    flat = np.array([number[one] for own in known for one in own], np.int32)
    owners = np.repeat(np.arange(len(known), dtype=np.int32), lengths)
    weights = _entry_weights(flat, owners, names, len(known))
    return index_entries(starts, flat, weights, len(names))


def index_entries(
    starts: NDArray[np.int64],
    features: NDArray[np.int32],
    weights: NDArray[np.float64],
    feature_count: int,
) -> ContentIndex:
    """Of the features of titles, with their weights."""
    owners = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    order = np.argsort(features, kind="stable")
    counts = np.bincount(features, minlength=feature_count).astype(np.int64)
    posting_starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    return ContentIndex(starts, features, weights, posting_starts, owners[order], weights[order])


def _entry_weights(
    flat: NDArray[np.int32], owners: NDArray[np.int32], names: Sequence[str], titles: int
) -> NDArray[np.float64]:
    """idf / length of the title's field vector * root of the field's weight."""
    fields = sorted(FIELD_WEIGHTS)
    field_of = np.array([fields.index(name.partition(":")[0]) for name in names], np.int64)
    counts = np.bincount(flat, minlength=len(names))
    idf = np.log((titles + 1.0) / np.maximum(1, counts)) if len(names) else np.zeros(0)
    # What every title has still says that two titles have it.
    idf = np.maximum(idf, 0.05)
    cells = owners.astype(np.int64) * len(fields) + field_of[flat] if len(flat) else np.zeros(0, np.int64)
    squares = np.bincount(cells, idf[flat] ** 2, minlength=titles * len(fields))
    present = (squares.reshape(titles, len(fields)) > 0).mean(axis=0) if titles else np.zeros(len(fields))
    shares = np.array([FIELD_WEIGHTS[field] for field in fields]) * present
    shares = shares / shares.sum() if shares.sum() > 0 else shares
    return np.asarray(idf[flat] / np.sqrt(squares[cells]) * np.sqrt(shares[field_of[flat]]), np.float64)


@kernel
def add_likeness(
    title: int,
    starts: NDArray[np.int64],
    features: NDArray[np.int32],
    feature_weights: NDArray[np.float64],
    posting_starts: NDArray[np.int64],
    postings: NDArray[np.int32],
    posting_weights: NDArray[np.float64],
    row: NDArray[np.float64],
) -> None:  # pragma: no cover - compiled
    """Sets `row` (one cell a title) to the likeness with `title`."""
    row[:] = 0.0
    for place in range(starts[title], starts[title + 1]):
        feature = features[place]
        begin, end = posting_starts[feature], posting_starts[feature + 1]
        if end - begin > MAX_POSTINGS:
            continue
        weight = feature_weights[place]
        for entry in range(begin, end):
            row[postings[entry]] += weight * posting_weights[entry]


def likeness_row(index: ContentIndex, title: int) -> NDArray[np.float64]:
    """0..1 for every title; that of `title` with itself is 1 when it has every field."""
    row = np.zeros(index.titles)
    add_likeness(
        title,
        index.starts,
        index.features,
        index.feature_weights,
        index.posting_starts,
        index.postings,
        index.posting_weights,
        row,
    )
    return row
