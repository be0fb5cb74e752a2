"""The compiled loop of `scoring.py`: one profile after another, with arrays that are cleared where they were
touched.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from batch.models.compiled import kernel
from batch.models.counting import LIKED_STRENGTH
from batch.models.histories import Floats, Integers, Numbers

Rows = tuple[Integers, Numbers, Floats]
Profiles = tuple[Integers, Numbers, Floats, Integers, Numbers, Numbers]
Audience = tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.bool_]]
Chosen = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int8], NDArray[np.int32]]

PARTS = 3
SIMILAR, NEXT, CONTENT, POPULAR = 0, 1, 2, 3
CAUTION = 4
LEAST_WEIGHT = 0.001
"""Entries that weigh less than this share of a title watched just now are passed over."""

LEAST_SPREAD = 1e-12
SCORE_STEPS = 10_000.0
NO_TITLE = -1
EXCLUDED = 2
"""A mark: 1 is touched, 2 excluded, 3 both."""


@kernel
def add_rows(
    history: Numbers,
    weights: Floats,
    rows: Rows,
    part: NDArray[np.float64],
    mark: NDArray[np.int8],
    touched: Numbers,
    size: int,
) -> int:
    """Adds the rows of a history to `part`; lists titles touched for the first time. Returns how many are listed."""
    starts, columns, values = rows
    for entry in range(len(history)):
        weight = weights[entry]
        if abs(weight) < LEAST_WEIGHT:
            continue
        title = history[entry]
        for place in range(starts[title], starts[title + 1]):
            column = columns[place]
            part[column] += weight * values[place]
            if mark[column] == 0:
                mark[column] = 1
                touched[size] = column
                size += 1
    return size


@kernel
def deviation(part: NDArray[np.float64], touched: Numbers, title_count: int) -> float:
    """The standard deviation over all titles, of which only the touched are not 0."""
    total, squares = 0.0, 0.0
    for title in touched:
        total += part[title]
        squares += part[title] * part[title]
    mean = total / title_count
    return float(np.sqrt(max(0.0, squares / title_count - mean * mean)))


@kernel
def best_places(scores: NDArray[np.float64], titles: Numbers, size: int) -> Integers:
    """Places of the `size` best, best first; ties go to the smaller title number."""
    count = len(scores)
    if count > size:
        least = np.partition(scores, count - size)[count - size]
        kept = np.flatnonzero(scores >= least)
    else:
        kept = np.arange(count)
    by_title = kept[np.argsort(titles[kept])]
    return by_title[np.argsort(-scores[by_title], kind="mergesort")][:size]


@kernel
def find_seeds(
    history: Numbers,
    weights: NDArray[np.float32],
    scales: NDArray[np.float64],
    similar: Rows,
    transitions: Rows,
    content: Rows,
    place_of: Numbers,
    seeds: Numbers,
) -> None:
    """For each chosen title, the title of the history with the largest contribution over all parts; ties to
    the newest.
    """
    size = len(seeds)
    best = np.zeros(size)
    given = np.zeros(size)
    for entry in range(len(history) - 1, -1, -1):
        title = history[entry]
        given[:] = 0.0
        for part in range(PARTS):
            starts, columns, values = (
                similar if part == SIMILAR else (transitions if part == NEXT else content)
            )
            weight = scales[part] * weights[part, entry]
            if abs(weights[part, entry]) < LEAST_WEIGHT or weight == 0.0:
                continue
            for place in range(starts[title], starts[title + 1]):
                chosen = place_of[columns[place]]
                if chosen >= 0:
                    given[chosen] += weight * values[place]
        for chosen in range(size):
            if given[chosen] > best[chosen] + 1e-9:
                best[chosen] = given[chosen]
                seeds[chosen] = title


@kernel
def candidate_scores(
    candidates: Numbers,
    parts: NDArray[np.float64],
    scales: NDArray[np.float64],
    popularity: NDArray[np.float32],
    popular: float,
) -> NDArray[np.float64]:
    scores = np.empty(len(candidates))
    for place in range(len(candidates)):
        score = popular * popularity[candidates[place]]
        for part in range(PARTS):
            score += scales[part] * parts[part, candidates[place]]
        scores[place] = np.round(score * SCORE_STEPS) / SCORE_STEPS
    return scores


@kernel
def allowed(
    touched: Numbers,
    count: int,
    mark: NDArray[np.int8],
    eligible: NDArray[np.bool_],
    order: Numbers,
    size: int,
) -> Numbers:
    """Touched titles that may be recommended, and the first `size` others by popularity."""
    candidates = np.empty(count + size, np.int32)
    kept = 0
    for place in range(count):
        if mark[touched[place]] < EXCLUDED and eligible[touched[place]]:
            candidates[kept] = touched[place]
            kept += 1
    wanted = size
    for title in order:
        if wanted == 0:
            break
        if mark[title] == 0 and eligible[title]:
            candidates[kept] = title
            kept += 1
            wanted -= 1
    return candidates[:kept]


@kernel
def main_source(shares: NDArray[np.float64], popular: float) -> int:
    """The part with the greatest share; popularity where the parts of taste together speak against."""
    most, source = popular, POPULAR
    for part in range(PARTS):
        if shares[part] > most and shares.sum() > 0.0:
            most, source = shares[part], part
    return source


@kernel
def best_by_taste(
    candidates: Numbers,
    parts: NDArray[np.float64],
    scales: NDArray[np.float64],
    popularity: NDArray[np.float32],
    picked: Integers,
    size: int,
) -> tuple[Integers, NDArray[np.float64]]:
    """Places of the best without popularity, of titles that are not picked and that taste speaks for; all scores."""
    scores = candidate_scores(candidates, parts, scales, popularity, 0.0)
    scores[picked] = 0.0
    liked = np.flatnonzero(scores > 0.0)
    return liked[best_places(scores[liked], candidates[liked], size)], scores


@kernel
def write_picks(
    places: Integers,
    candidates: Numbers,
    scores: NDArray[np.float64],
    shares: NDArray[np.float64],
    popular: NDArray[np.float64],
    first: int,
    row: tuple[Numbers, Floats, NDArray[np.int8]],
    place_of: Numbers,
) -> None:
    """From column `first`. `shares` has the parts' shares of each candidate, `popular` that of popularity."""
    titles, found_scores, sources = row
    for rank in range(len(places)):
        place = places[rank]
        source = main_source(shares[:, place], popular[place])
        titles[first + rank] = candidates[place]
        found_scores[first + rank] = scores[place]
        sources[first + rank] = source
        if source != POPULAR:
            place_of[candidates[place]] = first + rank


@kernel
def score_profiles(
    profiles: Profiles,
    weights: NDArray[np.float32],
    similar: Rows,
    transitions: Rows,
    content: Rows,
    audiences: Audience,
    blend: NDArray[np.float64],
    size: int,
    chosen: Chosen,
) -> None:
    """`weights` has a row of entry weights for each part. `blend` is (similar, next, content, popular, caution).

    Columns from `size` on are for the best by taste alone.
    """
    starts, titles, strengths, excluded_starts, excluded, audience_of = profiles
    found_titles, found_scores, found_sources, found_seeds = chosen
    title_count, taste_size = audiences[0].shape[1], found_titles.shape[1] - size
    parts = np.zeros((PARTS, title_count))
    mark = np.zeros(title_count, np.int8)
    touched = np.empty(title_count, np.int32)
    place_of = np.full(title_count, NO_TITLE, np.int32)
    scales = np.zeros(PARTS)
    for profile in range(len(starts) - 1):
        begin, end = starts[profile], starts[profile + 1]
        history, entry_weights = titles[begin:end], weights[:, begin:end]
        hidden = excluded[excluded_starts[profile] : excluded_starts[profile + 1]]
        popularity = audiences[0][audience_of[profile]]
        liked = np.sum(strengths[begin:end] >= LIKED_STRENGTH)
        count = 0
        for part in range(PARTS):
            scales[part] = 0.0
            if blend[part] != 0.0:
                rows = similar if part == SIMILAR else (transitions if part == NEXT else content)
                count = add_rows(history, entry_weights[part], rows, parts[part], mark, touched, count)
        for part in range(PARTS):
            spread = deviation(parts[part], touched[:count], title_count)
            if spread > LEAST_SPREAD:
                scales[part] = blend[part] * liked / (liked + blend[CAUTION]) / spread
        mark[hidden] |= EXCLUDED
        order, eligible = audiences[1][audience_of[profile]], audiences[2][audience_of[profile]]
        candidates = allowed(touched, count, mark, eligible, order, size)
        scores = candidate_scores(candidates, parts, scales, popularity, blend[POPULAR])
        best = best_places(scores, candidates, size)
        shares = np.zeros((PARTS, len(candidates)))
        for part in range(PARTS):
            shares[part] = scales[part] * parts[part][candidates]
        popular = blend[POPULAR] * popularity[candidates].astype(np.float64)
        row = (found_titles[profile], found_scores[profile], found_sources[profile])
        write_picks(best, candidates, scores, shares, popular, 0, row, place_of)
        if taste_size > 0:
            more, by_taste = best_by_taste(candidates, parts, scales, popularity, best, taste_size)
            write_picks(more, candidates, by_taste, shares, popular * 0.0, size, row, place_of)
        find_seeds(
            history, entry_weights, scales, similar, transitions, content, place_of, found_seeds[profile]
        )
        place_of[candidates] = NO_TITLE
        for place in range(count):
            parts[:, touched[place]] = 0.0
        mark[touched[:count]] = 0
        mark[hidden] = 0
