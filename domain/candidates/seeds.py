"""The seeds of "Because you watched": which titles name a row today, and how much each counts.

A profile's strongest seeds rotate by day and profile, so rows stay the same within a day. The newest seed does not
rotate, because the viewer has it in mind.

    weight(seed) = strength * 2^(-age / half life)        age in days before the profile's latest love

Age counts from the profile's own latest love, so seeds do not fade while a viewer is away.
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
MAX_SEEDS = 8
MIN_SIMILARITY = 0.02
"""Below it, two titles merely share a few viewers."""
MIN_SUPPORT = 3
SHARE_DIGITS = 3
"""More digits would only make equal pages differ."""


@dataclass(frozen=True, slots=True)
class Seed:
    """`weight` (0..1): see the module's formula."""

    title_id: TitleId
    kind: ReasonKind
    loved_at: datetime
    weight: float


def strongest_seeds(loved: Mapping[TitleId, LovedTitle], half_life_days: float, count: int) -> list[Seed]:
    """By descending weight."""
    newest = max((love.at for love in loved.values()), default=None)
    if newest is None:
        return []
    seeds = [
        Seed(title_id, love.kind, love.at, love.strength * _decay(newest - love.at, half_life_days))
        for title_id, love in loved.items()
    ]
    seeds.sort(key=lambda seed: (-seed.weight, seed.title_id))
    return seeds[:count]


def rotate_seeds(seeds: Sequence[Seed], profile_id: ProfileId, day: date, rows: int) -> list[Seed]:
    """Today's `rows` seeds by descending weight, then the others in reserve.

    The newest is among the first until the day after. The others rotate daily, each once before the first returns.
    """
    if not seeds:
        return []
    newest = max(seeds, key=lambda seed: (seed.loved_at, seed.title_id))
    fresh = [newest] if newest.loved_at.date() >= day - timedelta(days=1) else []
    others = [seed for seed in seeds if seed not in fresh]
    if not others:
        return fresh
    step = max(1, rows - len(fresh))
    start = (day.toordinal() * step + crc32(f"seeds:{profile_id}".encode())) % len(others)
    order = [*fresh, *others[start:], *others[:start]]
    return [*sorted(order[:rows], key=lambda seed: (-seed.weight, seed.title_id)), *order[rows:]]


def similar_neighbours(neighbours: Collection[Neighbour], floor: float, support: int) -> list[Neighbour]:
    return [one for one in neighbours if one.score >= floor and one.support >= support]


def evidence_share(
    seed: Seed, titles: Collection[TitleId], evidence: Sequence[tuple[Seed, Collection[Neighbour]]]
) -> float | None:
    """The seed's share (0..1) of the evidence for these titles; None without evidence."""
    wanted = set(titles)
    own = total = 0.0
    for source, neighbours in evidence:
        weight = source.weight * sum(one.score for one in neighbours if one.title_id in wanted)
        total += weight
        own += weight if source.title_id == seed.title_id else 0.0
    return rounded_share(own, total)


def rounded_share(own: float, total: float) -> float | None:
    return round(own / total, SHARE_DIGITS) if total > 0 else None


def family_key(seed: Title) -> str:
    """The franchise, else the show; two rows of a page never share one."""
    return f"franchise:{seed.franchise}" if seed.franchise else f"show:{seed.show_id}"


def _decay(age: timedelta, half_life_days: float) -> float:
    return float(2.0 ** (-(age / timedelta(days=1)) / half_life_days))
