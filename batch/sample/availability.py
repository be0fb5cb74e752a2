"""Availability and popularity of sample titles: licences, freshness, bursts. Instants are seconds since 1970.

Weights are cached per region, week, micro-genre and age limit, so their number does not grow with viewers.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from math import exp
from random import Random
from typing import TypeAlias

from batch.sample.catalogue import Work
from batch.sample.next_titles import NextTitles, popularity_factor
from batch.sample.viewers import SimulationPeriod
from batch.sample.world import REGIONS
from domain.catalog.maturity_ratings import ADULT_AGE, KIDS_AGE
from domain.ids import Region

DAY = 86_400.0
FRESH_LIFT = 4.0
FRESH_DAYS = 12.0
"""A launch multiplies a weight by five, decaying by e every twelve days."""

BURST_EVERY_DAYS = 1.5
BURST_SHARE = (0.025, 0.09)
"""A burst's share of new choices; two to five run at any time."""


_Offer: TypeAlias = tuple[Work, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Burst:
    work: Work
    starts: float
    ends: float
    share: float


@dataclass(frozen=True, slots=True)
class _WeightedTitles:
    works: tuple[Work, ...]
    cumulative: list[float]

    def choose(self, random: Random) -> Work | None:
        if not self.works:
            return None
        return self.works[
            bisect(self.cumulative, random.random() * self.cumulative[-1], 0, len(self.works) - 1)
        ]


class SampleAvailability:
    def __init__(self, seed: int, works: list[Work], period: SimulationPeriod) -> None:
        self.start = period.start.timestamp()
        self.until = period.until.timestamp()
        self.works = works
        self.next_titles = NextTitles(seed, works)
        self._seed = seed
        self._by_microgenre: dict[str, list[Work]] = {}
        for work in works:
            self._by_microgenre.setdefault(work.microgenre, []).append(work)
        self._total_appeals = {
            name: sum(work.appeal for work in group) for name, group in self._by_microgenre.items()
        }
        self._licences = {work.title.id: _licence_spans(work) for work in works}
        self._regional: dict[tuple[Region, str], list[_Offer]] = {}
        self._weighted: dict[tuple[Region, int, str, int], _WeightedTitles] = {}
        self._bursts = {region: self._draw_bursts(region) for region in REGIONS}

    def is_licensed(self, work: Work, region: Region, at: float) -> bool:
        for starts, ends in self._licences[work.title.id].get(region, ()):  # noqa: SIM110 - twice as fast
            if starts <= at < ends:
                return True
        return False

    def total_appeal(self, microgenre: str) -> float:
        return self._total_appeals.get(microgenre, 0.0)

    def choose_title(
        self, random: Random, region: Region, microgenre: str, limit: int, at: float
    ) -> Work | None:
        """None when there is none, or the drawn one is not eligible."""
        week = int((at - self.start) // (7 * DAY))
        work = self._weighted_titles(
            region, week, microgenre, limit if limit <= KIDS_AGE else ADULT_AGE
        ).choose(random)
        if work is None or not is_suitable(work, limit) or not self.is_licensed(work, region, at):
            return None
        return work

    def choose_burst_title(self, random: Random, region: Region, limit: int, at: float) -> Work | None:
        remaining = random.random()
        for burst in self._bursts[region]:
            if burst.starts <= at < burst.ends:
                remaining -= burst.share
                if remaining < 0:
                    is_eligible = is_suitable(burst.work, limit) and self.is_licensed(burst.work, region, at)
                    return burst.work if is_eligible else None
        return None

    def _weighted_titles(self, region: Region, week: int, microgenre: str, limit: int) -> _WeightedTitles:
        key = (region, week, microgenre, limit)
        weighted = self._weighted.get(key)
        if weighted is None:
            weighted = self._weighted[key] = self._weigh_titles(region, week, microgenre, limit)
        return weighted

    def _weigh_titles(self, region: Region, week: int, microgenre: str, limit: int) -> _WeightedTitles:
        ends = self.start + (week + 1) * 7 * DAY
        begins = ends - 7 * DAY
        works: list[Work] = []
        weights: list[float] = []
        for work, weight, launched, first, last in self._offers(region, microgenre):
            if first < ends and begins < last and is_suitable(work, limit):
                age = (ends - launched) / DAY
                works.append(work)
                now = weight * popularity_factor(self._seed, work.title.id, week)
                weights.append(now * (1 + FRESH_LIFT * exp(-age / FRESH_DAYS)) if age < 60 else now)
        return _WeightedTitles(tuple(works), list(accumulate(weights)))

    def _offers(self, region: Region, microgenre: str) -> list[_Offer]:
        """Titles with a licence in this region."""
        offers = self._regional.get((region, microgenre))
        if offers is None:
            offers = self._regional[region, microgenre] = []
            random = Random(f"{self._seed}:local:{region}:{microgenre}")
            for work in self._by_microgenre.get(microgenre, ()):
                regional_factor = random.lognormvariate(0.0, 0.35)
                licences = self._licences[work.title.id].get(region)
                if licences:
                    launched = work.title.launched_at.timestamp()
                    offers.append(
                        (work, work.appeal * regional_factor, launched, licences[0][0], licences[-1][1])
                    )
        return offers

    def _draw_bursts(self, region: Region) -> list[Burst]:
        random = Random(f"{self._seed}:bursts:{region}")
        bursts: list[Burst] = []
        at = self.start
        while at < self.until:
            work = random.choice(self.works)
            if self.is_licensed(work, region, at):
                length = DAY * random.uniform(2.0, 5.0)
                bursts.append(Burst(work, at, at + length, random.uniform(*BURST_SHARE)))
                at += DAY * random.expovariate(1 / BURST_EVERY_DAYS)
            else:
                at += DAY * 0.01
        return bursts


def is_suitable(work: Work, limit: int) -> bool:
    age = work.title.maturity_age
    return limit >= 18 if age is None else age <= limit


def _licence_spans(work: Work) -> dict[Region, tuple[tuple[float, float], ...]]:
    licences: dict[Region, tuple[tuple[float, float], ...]] = {}
    for window in work.title.windows:
        ends = window.ends_at.timestamp() if window.ends_at else float("inf")
        for region in window.regions or REGIONS:
            licences[region] = (*licences.get(region, ()), (window.starts_at.timestamp(), ends))
    return licences
