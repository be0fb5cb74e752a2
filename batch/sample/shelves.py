"""What stands on offer where and when, and what the crowd reaches for: popularity, freshness, bursts.

Weights are kept per region, week and strand, made when first asked for: their number does not grow with viewers.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from batch.sample.catalogue import Work
from batch.sample.viewers import Span
from batch.sample.world import REGIONS
from domain.ids import Region

DAY = 86_400.0
FRESH_LIFT = 4.0
FRESH_DAYS = 12.0
"""A launch lifts a title's weight to five times its own, fading by e every twelve days."""

BURST_EVERY_DAYS = 1.5
BURST_SHARE = (0.025, 0.09)
"""Share of a region's fresh choices that one burst takes; two to five of them run at any time."""


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
        self._licences = {work.title.id: _licences(work) for work in works}
        self._shelves: dict[tuple[Region, int, str, int], _Shelf] = {}
        self._bursts = {region: self._bursts_of(region) for region in REGIONS}

    def licensed(self, work: Work, region: Region, at: float) -> bool:
        return any(starts <= at < ends for starts, ends in self._licences[work.title.id].get(region, ()))

    def mass(self, strand: str) -> float:
        """How much of the offer a strand is: its titles' appeal together."""
        return sum(work.appeal for work in self._by_strand.get(strand, ()))

    def pick(self, random: Random, region: Region, strand: str, limit: int, at: float) -> Work | None:
        """A title of this strand by its weight now, None when nothing is on offer."""
        work = self._shelf(region, int((at - self.start) // (7 * DAY)), strand, limit).pick(random)
        return work if work is not None and self.licensed(work, region, at) else None

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
        begins = self.start + week * 7 * DAY
        ends = begins + 7 * DAY
        works: list[Work] = []
        weights: list[float] = []
        for work in self._by_strand.get(strand, ()):
            spans = self._licences[work.title.id].get(region, ())
            if suitable(work, limit) and any(first < ends and begins < last for first, last in spans):
                age = max(0.0, ends - work.title.launched_at.timestamp()) / DAY
                local = Random(f"{self._seed}:local:{region}:{work.title.id}").lognormvariate(0.0, 0.35)
                works.append(work)
                weights.append(work.appeal * local * (1 + FRESH_LIFT * 2.718281828 ** (-age / FRESH_DAYS)))
        return _Shelf(tuple(works), list(accumulate(weights)))

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
