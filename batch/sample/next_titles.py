"""What leads to what: the order in which the sample's viewers watch, and what comes into fashion.

After a title, a viewer often goes on with the next film of its franchise, else with one of its FOLLOWERS: titles of
the same micro-genre that few others lead to. Apart from launches, every title has a wave of popularity of its own.
Both are hidden truth (truth.py): recommendations can be checked against them. Drawn from seeds of their own.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import pairwise
from math import exp, pi, sin
from random import Random

from batch.sample.catalogue import Work
from domain.ids import TitleId

FOLLOWERS = 3
FOLLOW_CHANCE = 0.3
FRANCHISE_CHANCE = 0.6
REWATCH_CHANCE = 0.03

WAVE_STRENGTH = 0.9
WAVE_WEEKS = (5.0, 26.0)


class NextTitles:
    def __init__(self, seed: int, works: list[Work]) -> None:
        self._franchise_next = _next_of_franchises(works)
        self._followers = {work.title.id: followers for work, followers in _followers_of(seed, works)}

    def next_of_franchise(self, work: Work) -> Work | None:
        return self._franchise_next.get(work.title.id)

    def followers(self, work: Work) -> tuple[Work, ...]:
        """The likeliest first."""
        return self._followers[work.title.id]

    def choose(self, random: Random, work: Work) -> Work | None:
        """What a viewer who finished `work` goes on with; None for no particular title."""
        sequel = self.next_of_franchise(work)
        if sequel is not None and random.random() < FRANCHISE_CHANCE:
            return sequel
        followers = self.followers(work)
        if followers and random.random() < FOLLOW_CHANCE:
            weights = [1.0 / place for place in range(1, len(followers) + 1)]
            return random.choices(followers, weights)[0]
        return None


def _next_of_franchises(works: list[Work]) -> dict[TitleId, Work]:
    parts: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        if work.title.franchise and not work.episodes:
            parts[work.title.franchise].append(work)
    return {first.title.id: second for films in parts.values() for first, second in pairwise(films)}


def _followers_of(seed: int, works: list[Work]) -> list[tuple[Work, tuple[Work, ...]]]:
    by_microgenre: dict[str, list[Work]] = defaultdict(list)
    for work in works:
        by_microgenre[work.microgenre].append(work)
    found = []
    for work in works:
        others = [one for one in by_microgenre[work.microgenre] if one is not work]
        random = Random(f"{seed}:followers:{work.title.id}")
        found.append((work, tuple(random.sample(others, min(FOLLOWERS, len(others))))))
    return found


@cache
def wave_of(seed: int, title_id: str) -> tuple[float, float]:
    """(weeks of a cycle, phase 0..1)."""
    random = Random(f"{seed}:wave:{title_id}")
    return random.uniform(*WAVE_WEEKS), random.random()


def popularity_factor(seed: int, title_id: str, week: int) -> float:
    """Of a title in a week counted from the period's start; about 0.4 to 2.5."""
    weeks, phase = wave_of(seed, title_id)
    return exp(WAVE_STRENGTH * sin(2 * pi * (week / weeks + phase)))
