"""Keys order scored titles, and the heap keeps the best of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.models.best_keys import keep_best, key_of, score_of, sort_falling, title_of

pytestmark = pytest.mark.slow  # kernels are compiled

SCORED = st.lists(
    st.tuples(st.integers(-30_000, 30_000), st.integers(0, 10_000_000)),
    unique_by=lambda one: one[1],
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(SCORED, st.integers(1, 8))
def test_the_best_are_those_of_a_whole_sort(scored: list[tuple[int, int]], room: int) -> None:
    heap, size = np.empty(room, np.int64), 0
    for steps, title in scored:
        key = key_of(steps / 10_000, title)
        if size < room or key > heap[0]:
            size = keep_best(heap, size, key)
    kept = heap[:size]
    sort_falling(kept)
    found = [(round(score_of(key) * 10_000), title_of(key)) for key in kept.tolist()]
    assert found == sorted(scored, key=lambda one: (-one[0], one[1]))[:room]


def test_scores_that_differ_by_less_than_a_step_are_a_tie_for_the_smaller_title_number() -> None:
    assert key_of(1.00004, 3) == key_of(1.0, 3)
    assert key_of(1.00004, 4) < key_of(1.0, 3)
    assert key_of(-0.5, 3) < key_of(-0.4, 4)
