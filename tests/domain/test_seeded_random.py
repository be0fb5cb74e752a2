"""Chance that can be repeated: uniform, and independent for whatever has another name."""

from __future__ import annotations

import statistics

import pytest

from domain.seeded_random import draw_with_prefix

VECTORS = (0.6184405128490094, 0.17733295454125342)


def draw(*names: object) -> float:
    *prefix, last = map(str, names)
    return draw_with_prefix(*prefix)(last)


def test_published_draws() -> None:
    """The same on every machine and in every release: pages and propensities depend on it."""
    assert draw("explore", "mina", "2026-11-22", "tt1") == pytest.approx(VECTORS[0], abs=1e-15)
    assert draw("explore", "mina", "2026-11-23", "tt1") == pytest.approx(VECTORS[1], abs=1e-15)
    assert draw("a", "bc") != draw("ab", "c")


def test_draws_are_uniform() -> None:
    drawn = sorted(draw("uniform", n) for n in range(4000))
    worst = max(abs(value - (rank + 0.5) / 4000) for rank, value in enumerate(drawn))
    assert worst < 1.63 / 4000**0.5  # Kolmogorov and Smirnov at 1 %
    assert 0 < drawn[0] < drawn[-1] < 1


def test_items_of_one_page_draw_independently() -> None:
    """With one seed a day all titles would be lucky together: every pair of them correlated across days."""
    days = [f"2026-{n // 28 + 1:02}-{n % 28 + 1:02}" for n in range(336)]
    drawn = [[draw("explore", "mina", day, f"t{item}") for day in days] for item in range(12)]
    pairs = [statistics.correlation(drawn[one], drawn[two]) for one in range(12) for two in range(one)]
    assert max(map(abs, pairs)) < 0.22  # four standard errors of 336 days
    assert abs(statistics.fmean(pairs)) < 0.02


def test_one_item_draws_independently_from_day_to_day_and_profile_to_profile() -> None:
    days = [draw("explore", "mina", day, "tt1") for day in range(1000)]
    assert abs(statistics.correlation(days[:-1], days[1:])) < 0.13
    profiles = [[draw("explore", f"p{n}", day, "tt1") for n in range(1000)] for day in (1, 2)]
    assert abs(statistics.correlation(*profiles)) < 0.13
