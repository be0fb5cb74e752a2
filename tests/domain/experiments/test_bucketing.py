"""Buckets match published vectors, are uniform, and are independent between experiments."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.experiments.bucketing import BUCKET_COUNT, bucket, range_index, ranges
from tests.domain.made import raw_ids

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "experiments.json").read_text("utf-8"))
DOCUMENT = Path(__file__).parents[3] / "docs" / "experiments.md"

PEOPLE = 20_000
POPULATIONS = {
    "counted": [f"p{number}" for number in range(PEOPLE)],
    "padded": [f"profile-{number:08}" for number in range(PEOPLE)],
    "numbers": [str(number) for number in range(PEOPLE)],
}
SEEDS = ("row-order:1:", "row-order:2:", "hero-a:1:", "hero-b:1:", ":layer:home:", ":holdout:1:")
CRITICAL = {15: 37.697, 19: 43.820}
"""Chi-square that a uniform split exceeds once in a thousand, by degrees of freedom."""


@cache
def numbers(population: str, seed: str) -> tuple[float, ...]:
    return tuple(bucket(seed, unit) for unit in POPULATIONS[population])


def chi_square(counts: Counter[int], cells: int) -> float:
    expected = PEOPLE / cells
    return sum((counts[cell] - expected) ** 2 / expected for cell in range(cells))


@pytest.mark.parametrize(("seed", "unit", "expected"), VECTORS["published"])
def test_the_vectors_that_growthbook_publishes_for_version_2(seed: str, unit: str, expected: float) -> None:
    assert bucket(seed, unit) == expected


@pytest.mark.parametrize(("seed", "unit", "expected"), VECTORS["buckets"])
def test_our_published_vectors(seed: str, unit: str, expected: float) -> None:
    assert bucket(seed, unit) == expected


def test_the_document_prints_the_vectors_that_are_tested() -> None:
    printed = DOCUMENT.read_text("utf-8")
    rows = [f"| `{seed}` | `{unit}` | {number} |" for seed, unit, number in VECTORS["buckets"]]
    assert [row for row in rows if row not in printed] == []


@pytest.mark.parametrize("population", POPULATIONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_buckets_are_uniform(population: str, seed: str) -> None:
    counts = Counter(int(number * 20) for number in numbers(population, seed))
    assert chi_square(counts, 20) < CRITICAL[19]


@pytest.mark.parametrize("population", POPULATIONS)
def test_buckets_of_two_seeds_are_independent(population: str) -> None:
    quarters = {seed: [int(number * 4) for number in numbers(population, seed)] for seed in SEEDS}
    for one, other in combinations(SEEDS, 2):
        counts = Counter(a * 4 + b for a, b in zip(quarters[one], quarters[other], strict=True))
        assert chi_square(counts, 16) < CRITICAL[15], (one, other)


def test_the_measure_itself_finds_two_experiments_that_share_a_seed() -> None:
    quarters = [int(number * 4) for number in numbers("counted", "row-order:1:")]
    assert chi_square(Counter(place * 5 for place in quarters), 16) > 50 * CRITICAL[15]


@given(st.text("abc:-019", max_size=12), raw_ids)
def test_a_bucket_is_a_whole_number_of_steps_below_one(seed: str, unit: str) -> None:
    found = bucket(seed, unit)
    assert 0 <= found < 1
    assert found == round(found * BUCKET_COUNT) / BUCKET_COUNT
    assert bucket(seed, unit) == found


@pytest.mark.parametrize(
    ("weights", "coverage", "expected"),
    [
        ((1, 1), 1.0, ((0, 0.5), (0.5, 1))),
        ((1, 1), 0.5, ((0, 0.25), (0.5, 0.75))),
        ((1, 1), 0.0, ((0, 0), (0.5, 0.5))),
        ((1, 1, 1, 1), 1.0, ((0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1))),
        ((0.4, 0.6), 1.0, ((0, 0.4), (0.4, 1))),
        ((0.2, 0.3, 0.5), 0.2, ((0, 0.04), (0.2, 0.26), (0.5, 0.6))),
        ((40, 60), 1.0, ((0, 0.4), (0.4, 1))),
    ],
)
def test_ranges_as_growthbook_publishes_them(
    weights: tuple[float, ...], coverage: float, expected: tuple[tuple[float, float], ...]
) -> None:
    assert [pytest.approx(span) for span in expected] == list(ranges(weights, coverage))


weights = st.lists(st.integers(0, 100), min_size=2, max_size=5).filter(any)


@given(weights, st.floats(0, 1), st.floats(0, 1), st.integers(0, BUCKET_COUNT - 1))
def test_more_coverage_moves_no_unit_to_another_variant(
    shares: list[int], some: float, more: float, step: int
) -> None:
    low, high = sorted((some, more))
    before, after = (
        range_index(step / BUCKET_COUNT, ranges(shares, low)),
        range_index(step / BUCKET_COUNT, ranges(shares, high)),
    )
    assert before is None or after == before


@given(weights, st.integers(0, BUCKET_COUNT - 1))
def test_with_full_coverage_every_unit_has_a_variant_of_positive_weight(shares: list[int], step: int) -> None:
    place = range_index(step / BUCKET_COUNT, ranges(shares))
    assert place is not None
    assert shares[place] > 0
