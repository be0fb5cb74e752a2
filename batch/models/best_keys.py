"""Scored titles as whole numbers, and the best of many.

A key is a score in ten-thousandths above a title number: comparing two keys compares scores and settles ties, which
the smaller title number wins.
"""

from __future__ import annotations

import numpy as np

from batch.models.compiled import kernel
from batch.models.histories import Floats, Integers

SCORE_STEPS = 10_000.0
TITLES_APART = 1 << 30
"""Between the keys of two scores; title numbers are below."""


@kernel
def key_of(score: float, title: int) -> int:
    """Greater for a greater score and, of equal ones, for the smaller title number."""
    return int(np.floor(score * SCORE_STEPS + 0.5)) * TITLES_APART - title


@kernel
def title_of(key: int) -> int:
    return -key % TITLES_APART


@kernel
def score_of(key: int) -> float:
    return ((key + title_of(key)) // TITLES_APART) / SCORE_STEPS


@kernel
def keep_best(heap: Integers | Floats, size: int, key: float) -> int:
    """Puts a key in while there is room or it is above the least, which stands first. Returns how many are kept."""
    if size < len(heap):
        place = size
        while place > 0 and heap[(place - 1) // 2] > key:
            heap[place] = heap[(place - 1) // 2]
            place = (place - 1) // 2
        heap[place] = key
        return size + 1
    place, below = 0, 1
    while below < size:
        if below + 1 < size and heap[below + 1] < heap[below]:
            below += 1
        if heap[below] >= key:
            break
        heap[place] = heap[below]
        place, below = below, 2 * below + 1
    heap[place] = key
    return size


@kernel
def sort_falling(keys: Integers) -> None:
    """By insertion: a list is short."""
    for end in range(1, len(keys)):
        key, place = keys[end], end
        while place > 0 and keys[place - 1] < key:
            keys[place] = keys[place - 1]
            place -= 1
        keys[place] = key
