"""Preferred genres of profiles, from packed histories: watched more than by other profiles, or chosen as
favourites.

A show splits its affinity weight, strength * 2^(-age / 60 d) before the profile's own newest entry, equally among
its genres. A profile's share of a genre is divided by the root of the genre's overall share; otherwise every first
genre is Drama. A favourite adds FAVOURITE_SHARE. All sums are whole millionths.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from batch.jobs.title_facts import NumberedTitles
from batch.models.compiled import kernel
from batch.models.histories import Histories, Integers
from domain.viewers.interaction_weights import HALF_LIFE_DAYS

MAX_GENRES = 6
FAVOURITE_SHARE = 0.3
MIN_GENRE_SHARE = 0.001
"""Lower bound of the overall share, so that one film of a rare genre does not dominate."""

MILLIONTHS = 1_000_000.0
Shares = NDArray[np.float64]


def overall_shares(totals: Integers) -> Shares:
    """Of the sums of `genre_totals` over all profiles."""
    whole = int(totals.sum())
    return totals / whole if whole else np.zeros(len(totals))


def genre_totals(histories: Histories, facts: NumberedTitles) -> Integers:
    """Per genre, the shares of all these profiles in millionths."""
    totals: Integers = _fixed(watched_shares(histories, facts)).sum(axis=0)
    return totals


def preferred_genres(
    histories: Histories, facts: NumberedTitles, overall: Shares, favourites: Sequence[Sequence[str] | None]
) -> NDArray[np.int32]:
    """Row p: the genre numbers of profile p, strongest first, -1 after the last; ties by name."""
    relative = watched_shares(histories, facts) / np.sqrt(np.maximum(overall, MIN_GENRE_SHARE))
    shares = _fixed(relative)
    numbers = {name: number for number, name in enumerate(facts.genre_names)}
    for profile, names in enumerate(favourites):
        for name in dict.fromkeys(names or ()):
            if name in numbers:
                shares[profile, numbers[name]] += int(FAVOURITE_SHARE * MILLIONTHS)
    width = min(MAX_GENRES, shares.shape[1])
    # Genre numbers rank names, so a stable order settles ties by name.
    order = np.argsort(-shares, axis=1, kind="stable")[:, :width]
    chosen = np.where(np.take_along_axis(shares, order, 1) > 0, order, -1)
    result = np.full((len(histories), MAX_GENRES), -1, np.int32)
    result[:, :width] = chosen
    return result


def watched_shares(histories: Histories, facts: NumberedTitles) -> Shares:
    """(profile, genre): a row sums up to one, or to 0 when nothing was liked."""
    lengths = histories.lengths()
    newest = np.zeros(len(histories), np.float32)
    filled = lengths > 0
    newest[filled] = histories.ages[histories.starts[1:][filled] - 1]
    owners = histories.owners()
    ages = (histories.ages - newest[owners]).astype(np.float64)
    weights = np.maximum(0.0, histories.strengths) * np.exp2(-ages / HALF_LIFE_DAYS)
    counts = np.diff(facts.genre_starts)[histories.titles]
    each = np.floor(weights / np.maximum(1, counts) * MILLIONTHS + 0.5)
    places = np.repeat(facts.genre_starts[:-1][histories.titles] - starts_before(counts), counts) + np.arange(
        counts.sum()
    )
    width = len(facts.genre_names)
    cells = np.repeat(owners, counts) * width + facts.genres[places]
    sums = np.bincount(cells, np.repeat(each, counts), minlength=len(histories) * width)
    by_profile = sums.reshape(len(histories), width)
    totals = by_profile.sum(axis=1, keepdims=True)
    shares: Shares = by_profile / np.maximum(totals, 1.0)
    return shares


def genre_masks(
    picks: NDArray[np.int32], preferred: NDArray[np.int32], facts: NumberedTitles
) -> NDArray[np.int32]:
    """Of each picked title (profile, place), the bits of the profile's `preferred` genres that it has: 1 for the
    strongest, 2 for the second ... 0 where there is no pick (-1).
    """
    masks = np.zeros(picks.shape, np.int32)
    _mark_genres(picks, preferred, facts.genre_starts, facts.genres, masks)
    return masks


@kernel
def _mark_genres(
    picks: NDArray[np.int32],
    preferred: NDArray[np.int32],
    starts: Integers,
    genres: NDArray[np.int32],
    masks: NDArray[np.int32],
) -> None:
    for profile in range(len(picks)):
        for place in range(picks.shape[1]):
            title = picks[profile, place]
            if title < 0:
                continue
            for one in range(starts[title], starts[title + 1]):
                for rank in range(preferred.shape[1]):
                    if preferred[profile, rank] == genres[one]:
                        masks[profile, place] |= 1 << rank


def starts_before(counts: Integers) -> Integers:
    return np.cumsum(counts) - counts


def _fixed(values: Shares) -> Integers:
    return np.floor(values * MILLIONTHS + 0.5).astype(np.int64)
