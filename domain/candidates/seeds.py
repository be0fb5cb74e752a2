"""Which titles "Because you watched ..." speaks of today, and how much each has to say.

The last `last` loves of a profile take turns: by day and profile, so that rows change over the days and stand
still within one. The newest has its turn at once, because that is what the viewer has in mind.

    weight(seed) = strength * 2^(-age / half life)        age in days before the profile's latest love

Age counts from the profile's own latest love, so that somebody who returns after a year finds what they loved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zlib import crc32

from domain.catalog.titles import Title
from domain.ids import ProfileId, TitleId
from domain.recommendations.lists import Neighbour
from domain.recommendations.reasons import ReasonKind
from domain.viewers.loved_titles import LovedTitle

HALF_LIFE_DAYS = 30
LAST = 8
FLOOR = 0.02
"""Similarity under which two titles merely have a few viewers in common."""
SUPPORT = 3
SHARE_DIGITS = 3
"""A share is a figure to be read: finer digits would only make equal pages look different."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A title that may stand in a row's name. `weight` is 0..1 and fades; see the module's head."""

    title_id: TitleId
    kind: ReasonKind
    at: datetime
    weight: float


def last_seeds(loved: Mapping[TitleId, LovedTitle], half_life_days: float, last: int) -> list[Seed]:
    """The `last` loves that weigh most, weightiest first."""
    newest = max((love.at for love in loved.values()), default=None)
    if newest is None:
        return []
    seeds = [
        Seed(title_id, love.kind, love.at, love.strength * _fade(newest - love.at, half_life_days))
        for title_id, love in loved.items()
    ]
    seeds.sort(key=lambda seed: (-seed.weight, seed.title_id))
    return seeds[:last]


def in_turn(seeds: Sequence[Seed], profile_id: ProfileId, day: date, rows: int) -> list[Seed]:
    """The seeds in today's order: the `rows` whose turn it is, weightiest first, then those that stand by.

    The newest always has its turn while it is of today or yesterday. For the others the turn moves on every day
    by as many as there are rows, so that all have had theirs before the first comes again.
    """
    if not seeds:
        return []
    newest = max(seeds, key=lambda seed: (seed.at, seed.title_id))
    fresh = [newest] if newest.at.date() >= day - timedelta(days=1) else []
    others = [seed for seed in seeds if seed not in fresh]
    if not others:
        return fresh
    step = max(1, rows - len(fresh))
    start = (day.toordinal() * step + crc32(f"seeds:{profile_id}".encode())) % len(others)
    order = [*fresh, *others[start:], *others[:start]]
    return [*sorted(order[:rows], key=lambda seed: (-seed.weight, seed.title_id)), *order[rows:]]


def close_enough(neighbours: Collection[Neighbour], floor: float, support: int) -> list[Neighbour]:
    """The neighbours at or above the similarity floor that at least `support` profiles vouch for, as given."""
    return [one for one in neighbours if one.score >= floor and one.support >= support]


def share_of_evidence(
    seed: Seed, titles: Collection[TitleId], heard: Sequence[tuple[Seed, Collection[Neighbour]]]
) -> float | None:
    """How much of what `heard` says for these titles this seed says, 0..1; None when nothing speaks for them."""
    wanted = set(titles)
    own = whole = 0.0
    for speaker, neighbours in heard:
        said = speaker.weight * sum(one.score for one in neighbours if one.title_id in wanted)
        whole += said
        own += said if speaker.title_id == seed.title_id else 0.0
    return share_of(own, whole)


def share_of(own: float, whole: float) -> float | None:
    """A part of the evidence as it is told."""
    return round(own / whole, SHARE_DIGITS) if whole > 0 else None


def family(seed: Title) -> str:
    """What two rows of a page may not both be about: a franchise, else a show."""
    return f"franchise:{seed.franchise}" if seed.franchise else f"show:{seed.show_id}"


def _fade(age: timedelta, half_life_days: float) -> float:
    return float(2.0 ** (-(age / timedelta(days=1)) / half_life_days))
