"""How well trending finds what is watched more than expected: python -m tests.bench.trending_quality [SEED ...]

Simulates 14 days of 970,000 viewings of 4,000 titles by hour: skewed popularity, day and week rhythm, daily noise of
20 %, and 200 bursts (x1.5 to x8 of a title of the first 600) and releases. From day 8 on the charts are rebuilt every
hour and scored against the known excess. Prints a table: the surprise score for several half-lives, and raw counts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.models.surprise import HALF_LIVES_COUNTED, expected_shares, surprise

TITLES, DAYS, EVENTS, BURSTS, WARM_UP = 4000, 14, 970_000, 200, 8 * 24
UNSEEN_SEEDS = (11, 12, 13)
LISTED, FOUND_WITHIN = 20, 12
LIST_SIZE = 60

Values = NDArray[np.float64]
Counts = NDArray[np.int64]
Scorer = Callable[["World", int], Values]


@dataclass(frozen=True)
class Burst:
    title: int
    starts: int
    ends: int


@dataclass(frozen=True)
class World:
    """`counts` of accounts and `excess`, the expected number beyond the usual: (title, hour)."""

    counts: Counts
    excess: Values
    bursts: tuple[Burst, ...]


@dataclass(frozen=True)
class Quality:
    """0..1: bursts in the list within 12 hours, burst titles among the first 20, NDCG@20 of the true excess."""

    found: float
    precision: float
    ndcg: float


def simulate(seed: int) -> World:
    random, hours = np.random.RandomState(seed), DAYS * 24
    shares = (np.arange(TITLES) + 9.0) ** -1.15
    shares /= shares.sum()
    hour = np.arange(hours)
    rhythm = (1 + 0.7 * np.sin((hour % 24 - 14) / 12 * np.pi)) * np.where(hour // 24 % 7 >= 5, 1.4, 1.0)
    rhythm *= EVENTS / hours / rhythm.mean()
    noise = np.repeat(np.exp(random.normal(0, 0.2, (TITLES, DAYS))), 24, axis=1)
    usual = shares[:, None] * rhythm[None] * noise
    excess, bursts = np.zeros((TITLES, hours)), []
    for number in range(BURSTS):
        starts, length = random.randint(WARM_UP, hours - 24), random.randint(12, 72)
        ends = min(hours, starts + length)
        if number % 4:
            title = random.randint(600)
            excess[title, starts:ends] += usual[title, starts:ends] * (random.uniform(1.5, 8.0) - 1.0)
        else:
            title = random.randint(TITLES)
            fading = np.exp(-np.arange(ends - starts) / (length / 2))
            excess[title, starts:ends] += random.uniform(0.003, 0.012) * fading * rhythm[starts:ends]
        bursts.append(Burst(title, starts, ends))
    return World(random.poisson(usual + excess), excess, tuple(bursts))


def surprise_scorer(world: World, half_life: float) -> Scorer:
    """As batch/jobs/trending.py scores one region."""
    faded = _decayed(world.counts, half_life)
    baseline = _decayed(world.counts, 7 * 24.0)
    window = round(HALF_LIVES_COUNTED * half_life)

    def score(world: World, hour: int) -> Values:
        lagged = baseline[:, hour - 24]
        accounts = world.counts[:, hour - window + 1 : hour + 1].sum(axis=1)
        return surprise(faded[:, hour], expected_shares(lagged), accounts)

    return score


def raw_count(world: World, hour: int) -> Values:
    return np.asarray(world.counts[:, hour - 23 : hour + 1].sum(axis=1), np.float64)


def _decayed(counts: Counts, half_life: float) -> Values:
    step, total = 2.0 ** (-1.0 / half_life), np.zeros(len(counts))
    faded = np.empty(counts.shape)
    for hour in range(counts.shape[1]):
        # A viewing is half an hour old on average.
        total = total * step + counts[:, hour] * step**0.5
        faded[:, hour] = total
    return faded


def measure(world: World, score: Scorer) -> Quality:
    found: set[int] = set()
    precisions, gains = [], []
    discounts = 1 / np.log2(np.arange(2, LISTED + 2))
    for hour in range(WARM_UP, world.counts.shape[1]):
        scores = score(world, hour)
        order = np.lexsort((np.arange(TITLES), -scores))[:LIST_SIZE]
        listed = order[scores[order] > 0]
        running = {one.title for one in world.bursts if one.starts <= hour < one.ends + 6}
        found |= {
            number
            for number, one in enumerate(world.bursts)
            if one.starts <= hour < one.starts + FOUND_WITHIN and one.title in set(listed.tolist())
        }
        if len(running) >= LISTED:
            first = listed[:LISTED]
            precisions.append(sum(int(title) in running for title in first) / LISTED)
            best = np.sort(world.excess[:, hour])[::-1][:LISTED] @ discounts
            gains.append(world.excess[first, hour] @ discounts[: len(first)] / best)
    return Quality(len(found) / len(world.bursts), float(np.mean(precisions)), float(np.mean(gains)))


def main(seeds: tuple[int, ...]) -> None:
    print(f"{'score':24} {'found in 12 h':>14} {'precision@20':>13} {'NDCG@20':>8}")
    worlds = [simulate(seed) for seed in seeds]
    rows: list[tuple[str, list[Quality]]] = [
        (f"surprise, half-life {hours} h", [measure(one, surprise_scorer(one, hours)) for one in worlds])
        for hours in (1.0, 1.5, 2.0, 6.0)
    ]
    rows.append(("raw count, 24 h", [measure(one, raw_count) for one in worlds]))
    for name, found in rows:
        means = [
            float(np.mean([getattr(one, part) for one in found])) for part in ("found", "precision", "ndcg")
        ]
        print(f"{name:24} {means[0]:14.3f} {means[1]:13.3f} {means[2]:8.3f}")


if __name__ == "__main__":
    main(tuple(int(one) for one in sys.argv[1:]) or UNSEEN_SEEDS)
