"""Bootstrap intervals are exact for constants, repeat, and hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.evaluation.intervals import Interval, bootstrap_means, intervals


def test_constants_have_no_width() -> None:
    values = np.array([[0.25, 1.0]] * 7)
    assert intervals(values) == [Interval(0.25, 0.25, 0.25), Interval(1.0, 1.0, 1.0)]


def test_equal_calls_draw_the_same_users() -> None:
    values = np.random.default_rng(3).random((40, 2))
    whole = bootstrap_means(values, draws=50)
    assert whole.tolist() == bootstrap_means(values, draws=50).tolist()
    assert whole.shape == (50, 2)
    assert bootstrap_means(values, draws=50, seed=1).tolist() != whole.tolist()


def test_the_interval_is_that_of_theory() -> None:
    values = np.repeat([0.0, 1.0], [300, 100])[:, None]
    found = intervals(values)[0]
    width = 1.96 * np.sqrt(0.25 * 0.75 / 400)
    assert found.value == 0.25
    assert found.low == pytest.approx(0.25 - width, abs=0.006)
    assert found.high == pytest.approx(0.25 + width, abs=0.006)


def test_a_paired_difference_is_narrower_than_two_intervals() -> None:
    random = np.random.default_rng(5)
    one = random.random(200)
    other = one + 0.01
    assert intervals((other - one)[:, None])[0].is_above_zero
    both = intervals(np.stack([one, other], axis=1))
    assert both[0].high > both[1].low
    assert intervals((one - other)[:, None])[0].is_below_zero


def test_nobody_has_no_interval() -> None:
    with pytest.raises(ValueError, match="no users"):
        intervals(np.zeros((0, 2)))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_mean_lies_within_the_values(values: list[float]) -> None:
    found = intervals(np.array(values)[:, None], draws=50)[0]
    assert min(values) - 1e-6 <= found.low <= found.high <= max(values) + 1e-6
