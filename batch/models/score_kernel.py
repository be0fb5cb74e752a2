"""The compiled loop of `scoring.py`: one profile after another, with arrays that are cleared where they were
touched.

Candidates are keys in a heap (`best_keys.py`): one comparison with its least dismisses most of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batch.models.best_keys import keep_best, key_of, score_of, sort_falling, title_of
from batch.models.compiled import kernel
from batch.models.counting import LIKED_STRENGTH
from batch.models.histories import Floats, Integers, Numbers

Rows = tuple[Integers, Numbers, Floats]
Profiles = tuple[Integers, Numbers, Floats, Integers, Numbers, Numbers]
Audience = tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.bool_]]
Chosen = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int8], NDArray[np.int32]]
Sums = NDArray[np.float64]
Marks = NDArray[np.int8]
Scratch = tuple[Sums, Marks, Numbers, Numbers, Integers]

PARTS = 3
POPULAR = 3
CAUTION = 4
LEAST_SHARE = 0.01
"""Entries that weigh less than this share of the history's heaviest are passed over."""

LEAST_SPREAD = 1e-12
NO_TITLE = -1
EXCLUDED = 2
"""A mark: 1 is touched, 2 excluded, 3 both."""


@kernel
def least_weight(weights: Floats) -> float:
    """Of the entries that count. Infinite where all weigh nothing."""
    most = 0.0
    for weight in weights:
        most = max(most, abs(weight))
    return most * LEAST_SHARE if most > 0.0 else np.inf


@kernel
def add_rows(
    history: Numbers,
    weights: Floats,
    rows: Rows,
    part: int,
    sums: Sums,
    mark: Marks,
    touched: Numbers,
    size: int,
) -> int:
    """Adds the rows of a history; lists titles touched for the first time. Returns how many are listed."""
    starts, columns, values = rows
    least = least_weight(weights)
    for entry in range(len(history)):
        weight = weights[entry]
        if abs(weight) < least:
            continue
        title = history[entry]
        for place in range(starts[title], starts[title + 1]):
            column = columns[place]
            sums[column, part] += weight * values[place]
            if mark[column] == 0:
                mark[column] = 1
                touched[size] = column
                size += 1
    return size


@kernel
def scale_parts(touched: Numbers, sums: Sums, blend: Sums, strengths: Floats, scales: Sums) -> None:
    """What a part is multiplied by: its weight by its standard deviation over all titles, of which only the touched
    are not 0.
    """
    totals, squares, title_count, liked = np.zeros(PARTS), np.zeros(PARTS), len(sums), 0
    for strength in strengths:
        liked += 1 if strength >= LIKED_STRENGTH else 0
    for title in touched:
        for part in range(PARTS):
            totals[part] += sums[title, part]
            squares[part] += sums[title, part] * sums[title, part]
    for part in range(PARTS):
        mean = totals[part] / title_count
        spread = np.sqrt(max(0.0, squares[part] / title_count - mean * mean))
        trust = liked / (liked + blend[CAUTION]) if liked > 0 else 0.0
        scales[part] = blend[part] * trust / spread if spread > LEAST_SPREAD else 0.0


@kernel
def best_touched(
    touched: Numbers,
    sums: Sums,
    scales: Sums,
    popularity: Floats,
    popular: float,
    least: int,
    mark: Marks,
    eligible: NDArray[np.bool_],
    heap: Integers,
) -> int:
    """The best touched titles that may be recommended, of keys above `least`. Returns how many."""
    first, second, third = scales[0], scales[1], scales[2]
    size = 0
    for title in touched:
        score = first * sums[title, 0] + second * sums[title, 1] + third * sums[title, 2]
        key = key_of(score + popular * popularity[title], title)
        if key > least and mark[title] < EXCLUDED and eligible[title]:
            size = keep_best(heap, size, key)
            if size == len(heap):
                least = heap[0]
    return size


@kernel
def add_popular(
    order: Numbers,
    popularity: Floats,
    popular: float,
    mark: Marks,
    eligible: NDArray[np.bool_],
    heap: Integers,
    size: int,
) -> int:
    """The first titles by popularity that nothing touched, as many as a list has, until all others are below."""
    wanted = len(heap)
    for title in order:
        if wanted == 0:
            break
        if mark[title] != 0 or not eligible[title]:
            continue
        key = key_of(popular * popularity[title], title)
        if size == len(heap) and key + title < heap[0]:
            break
        if size < len(heap) or key > heap[0]:
            size = keep_best(heap, size, key)
        wanted -= 1
    return size


@kernel
def main_source(shares: Sums, popular: float) -> int:
    """The part with the greatest share; popularity where the parts of taste together speak against."""
    most, source = popular, POPULAR
    for part in range(PARTS):
        if shares[part] > most and shares[0] + shares[1] + shares[2] > 0.0:
            most, source = shares[part], part
    return source


@kernel
def write_picks(
    keys: Integers,
    sums: Sums,
    scales: Sums,
    popularity: Floats,
    popular: float,
    first: int,
    row: tuple[Numbers, Floats, NDArray[np.int8]],
    mark: Marks,
    place_of: Numbers,
) -> int:
    """From column `first`; picked titles are excluded from then on. Returns how many are from a part of taste."""
    titles, scores, sources = row
    shares, by_taste = np.zeros(PARTS), 0
    sort_falling(keys)
    for rank in range(len(keys)):
        title = title_of(keys[rank])
        for part in range(PARTS):
            shares[part] = scales[part] * sums[title, part]
        titles[first + rank] = title
        scores[first + rank] = score_of(keys[rank])
        sources[first + rank] = main_source(shares, popular * popularity[title])
        mark[title] |= EXCLUDED
        if sources[first + rank] != POPULAR:
            place_of[title] = first + rank
            by_taste += 1
    return by_taste


@kernel
def find_seeds(
    history: Numbers,
    weights: NDArray[np.float32],
    scales: Sums,
    models: tuple[Rows, Rows, Rows],
    place_of: Numbers,
    seeds: Numbers,
) -> None:
    """For each pick that has a place, the title of the history with the largest contribution over all parts; ties to
    the newest.
    """
    best, given, leasts = np.zeros(len(seeds)), np.zeros(len(seeds)), np.empty(PARTS)
    for part in range(PARTS):
        leasts[part] = least_weight(weights[part]) if scales[part] != 0.0 else np.inf
    for entry in range(len(history) - 1, -1, -1):
        title = history[entry]
        given[:] = 0.0
        for part in range(PARTS):
            if abs(weights[part, entry]) < leasts[part]:
                continue
            weight = scales[part] * weights[part, entry]
            starts, columns, values = models[part]
            for place in range(starts[title], starts[title + 1]):
                chosen = place_of[columns[place]]
                if chosen >= 0:
                    given[chosen] += weight * values[place]
        for chosen in range(len(seeds)):
            if given[chosen] > best[chosen] + 1e-9:
                best[chosen] = given[chosen]
                seeds[chosen] = title


@kernel
def choose_picks(
    touched: Numbers,
    scales: Sums,
    audience: tuple[Floats, Numbers, NDArray[np.bool_]],
    popular: float,
    size: int,
    row: tuple[Numbers, Floats, NDArray[np.int8]],
    scratch: Scratch,
) -> int:
    """The best `size` titles, and by taste alone the next best for the columns behind. Returns how many are from a
    part of taste.
    """
    popularity, order, eligible = audience
    sums, mark, _, place_of, heap = scratch
    kept = best_touched(
        touched, sums, scales, popularity, popular, np.iinfo(np.int64).min, mark, eligible, heap[:size]
    )
    kept = add_popular(order, popularity, popular, mark, eligible, heap[:size], kept)
    found = write_picks(heap[:kept], sums, scales, popularity, popular, 0, row, mark, place_of)
    if len(heap) > size:
        kept = best_touched(touched, sums, scales, popularity, 0.0, 0, mark, eligible, heap[size:])
        found += write_picks(
            heap[size : size + kept], sums, scales, popularity, 0.0, size, row, mark, place_of
        )
    return found


@kernel
def score_profiles(
    profiles: Profiles,
    order: Integers,
    weights: NDArray[np.float32],
    models: tuple[Rows, Rows, Rows],
    audiences: Audience,
    blend: Sums,
    size: int,
    chosen: Chosen,
) -> None:
    """`order` of the profiles, best those of one audience together. `weights` has a row of entry weights for each
    part. `blend` is (similar, next, content, popular, caution). Columns from `size` on are for the best by taste.
    """
    starts, titles, strengths, excluded_starts, excluded, audience_of = profiles
    found_titles, found_scores, found_sources, found_seeds = chosen
    title_count, scales = audiences[0].shape[1], np.zeros(PARTS)
    sums, mark = np.zeros((title_count, PARTS)), np.zeros(title_count, np.int8)
    touched, place_of = np.empty(title_count, np.int32), np.full(title_count, NO_TITLE, np.int32)
    scratch = (sums, mark, touched, place_of, np.empty(found_titles.shape[1], np.int64))
    for profile in order:
        begin, end, one = starts[profile], starts[profile + 1], audience_of[profile]
        history, own = titles[begin:end], weights[:, begin:end]
        count = 0
        for part in range(PARTS):
            if blend[part] != 0.0:
                count = add_rows(history, own[part], models[part], part, sums, mark, touched, count)
        hidden = excluded[excluded_starts[profile] : excluded_starts[profile + 1]]
        for title in hidden:
            mark[title] |= EXCLUDED
        scale_parts(touched[:count], sums, blend, strengths[begin:end], scales)
        audience = (audiences[0][one], audiences[1][one], audiences[2][one])
        row = (found_titles[profile], found_scores[profile], found_sources[profile])
        if choose_picks(touched[:count], scales, audience, blend[POPULAR], size, row, scratch):
            find_seeds(history, own, scales, models, place_of, found_seeds[profile])
        clear(touched[:count], hidden, found_titles[profile], scratch)


@kernel
def clear(touched: Numbers, hidden: Numbers, picked: Numbers, scratch: Scratch) -> None:
    sums, mark, _, place_of, _ = scratch
    for title in touched:
        mark[title] = 0
        for part in range(PARTS):
            sums[title, part] = 0.0
    for title in hidden:
        mark[title] = 0
    for title in picked:
        if title != NO_TITLE:
            mark[title], place_of[title] = 0, NO_TITLE
