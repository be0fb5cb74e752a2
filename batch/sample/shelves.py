"""What stands on offer where and when, and what the crowd reaches for: popularity, freshness, bursts.

Weights are kept per region, week and strand, made when first asked for: their number does not grow with viewers.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from math import exp
from random import Random
from typing import TypeAlias

from batch.sample.catalogue import Work
from batch.sample.viewers import Span
from batch.sample.world import REGIONS
from domain.catalog.maturity_ratings import ADULT_AGE, KIDS_AGE
from domain.ids import Region

DAY = 86_400.0
FRESH_LIFT = 4.0
FRESH_DAYS = 12.0
"""A launch lifts a title's weight to five times its own, fading by e every twelve days."""

BURST_EVERY_DAYS = 1.5
BURST_SHARE = (0.025, 0.09)
"""Share of a region's fresh choices that one burst takes; two to five of them run at any time."""


_Offer: TypeAlias = tuple[Work, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Burst:
    """For a few days everybody in a region talks about one title."""

    work: Work
    starts: float
    ends: float
    share: float


@dataclass(frozen=True, slots=True)
class _Shelf:
    works: tuple[Work, ...]
    cumulative: list[float]

    def pick(self, random: Random) -> Work | None:
        if not self.works:
            return None
        return self.works[
            bisect(self.cumulative, random.random() * self.cumulative[-1], 0, len(self.works) - 1)
        ]


class Shelves:
    """The catalogue as viewers of the sample meet it. Instants are seconds since 1970."""

    def __init__(self, seed: int, works: list[Work], span: Span) -> None:
        self.start = span.start.timestamp()
        self.until = span.until.timestamp()
        self.works = works
        self._seed = seed
        self._by_strand: dict[str, list[Work]] = {}
        for work in works:
            self._by_strand.setdefault(work.strand, []).append(work)
        self._masses = {name: sum(work.appeal for work in shelf) for name, shelf in self._by_strand.items()}
        self._licences = {work.title.id: _licences(work) for work in works}
        self._regional: dict[tuple[Region, str], list[_Offer]] = {}
        self._shelves: dict[tuple[Region, int, str, int], _Shelf] = {}
        self._bursts = {region: self._bursts_of(region) for region in REGIONS}

    def licensed(self, work: Work, region: Region, at: float) -> bool:
        for starts, ends in self._licences[work.title.id].get(region, ()):  # noqa: SIM110 - twice as fast
            if starts <= at < ends:
                return True
        return False

    def mass(self, strand: str) -> float:
        """How much of the offer a strand is: its titles' appeal together."""
        return self._masses.get(strand, 0.0)

    def pick(self, random: Random, region: Region, strand: str, limit: int, at: float) -> Work | None:
        """A title of this strand by its weight now; None when nothing is on offer or the draw does not suit."""
        week = int((at - self.start) // (7 * DAY))
        work = self._shelf(region, week, strand, limit if limit <= KIDS_AGE else ADULT_AGE).pick(random)
        if work is None or not suitable(work, limit) or not self.licensed(work, region, at):
            return None
        return work

    def burst(self, random: Random, region: Region, limit: int, at: float) -> Work | None:
        """The title of a running burst, as often as the bursts' shares say."""
        draw = random.random()
        for burst in self._bursts[region]:
            if burst.starts <= at < burst.ends:
                draw -= burst.share
                if draw < 0:
                    suits = suitable(burst.work, limit) and self.licensed(burst.work, region, at)
                    return burst.work if suits else None
        return None

    def _shelf(self, region: Region, week: int, strand: str, limit: int) -> _Shelf:
        key = (region, week, strand, limit)
        shelf = self._shelves.get(key)
        if shelf is None:
            shelf = self._shelves[key] = self._make_shelf(region, week, strand, limit)
        return shelf

    def _make_shelf(self, region: Region, week: int, strand: str, limit: int) -> _Shelf:
        ends = self.start + (week + 1) * 7 * DAY
        begins = ends - 7 * DAY
        works: list[Work] = []
        weights: list[float] = []
        for work, weight, launched, first, last in self._offers(region, strand):
            if first < ends and begins < last and suitable(work, limit):
                age = (ends - launched) / DAY
                works.append(work)
                weights.append(weight * (1 + FRESH_LIFT * exp(-age / FRESH_DAYS)) if age < 60 else weight)
        return _Shelf(tuple(works), list(accumulate(weights)))

    def _offers(self, region: Region, strand: str) -> list[_Offer]:
        """Every title of a strand that this region ever has: appeal here, launch, first and last instant."""
        offers = self._regional.get((region, strand))
        if offers is None:
            offers = self._regional[region, strand] = []
            random = Random(f"{self._seed}:local:{region}:{strand}")
            for work in self._by_strand.get(strand, ()):
                leaning = random.lognormvariate(0.0, 0.35)
                spans = self._licences[work.title.id].get(region)
                if spans:
                    launched = work.title.launched_at.timestamp()
                    offers.append((work, work.appeal * leaning, launched, spans[0][0], spans[-1][1]))
        return offers

    def _bursts_of(self, region: Region) -> list[Burst]:
        random = Random(f"{self._seed}:bursts:{region}")
        bursts: list[Burst] = []
        at = self.start
        while at < self.until:
            work = random.choice(self.works)
            if self.licensed(work, region, at):
                length = DAY * random.uniform(2.0, 5.0)
                bursts.append(Burst(work, at, at + length, random.uniform(*BURST_SHARE)))
                at += DAY * random.expovariate(1 / BURST_EVERY_DAYS)
            else:
                at += DAY * 0.01
        return bursts


def suitable(work: Work, limit: int) -> bool:
    age = work.title.maturity_age
    return limit >= 18 if age is None else age <= limit


def _licences(work: Work) -> dict[Region, tuple[tuple[float, float], ...]]:
    spans: dict[Region, tuple[tuple[float, float], ...]] = {}
    for window in work.title.windows:
        ends = window.ends_at.timestamp() if window.ends_at else float("inf")
        for region in window.regions:
            spans[region] = (*spans.get(region, ()), (window.starts_at.timestamp(), ends))
    return spans
