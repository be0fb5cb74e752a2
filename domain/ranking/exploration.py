"""Exploration: a few places of a row go to little-known titles, with the chance they had written down.

    weight(t)     = how promising it is: (plays + 1) / (impressions + 20), at least 0.001; 0 once it has failed
    chosen        = the titles with the least  -ln(u) / weight,  u drawn per (profile, day, title)
    propensity    = weight / sum of the weights that were still in the race, for each place in turn

A race of exponential clocks draws without replacement in proportion to weight (Plackett and Luce; Efraimidis
and Spirakis, 2006). Thompson sampling would serve as well, but its propensities have no closed form; these are
exact, so that later analysis by inverse propensity is unbiased. Every title in the race has a chance.

A title fails, and is explored no more, when with FAIL_IMPRESSIONS or more impressions even the upper end of
its 95 % interval (Wilson, 1927) lies below FAIL_RATE. A profile that is tired of a title
(domain/ranking/impression_fatigue.py) is
not offered it either.

The days are UTC. The same profile sees the same ones all day, on every device.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt
from operator import itemgetter

from domain.candidates.selection import Scored
from domain.catalog.titles import Title
from domain.ids import ProfileId, TitleId
from domain.layouts.model import Exploration
from domain.ranking.diversity import DiversityCaps
from domain.seeded_random import drawing

LITTLE_KNOWN = 0.2
"""Popularity, relative to the most watched title, up to which a title counts as little known."""

NEW_FOR = timedelta(days=30)
PRIOR_PLAYS, PRIOR_IMPRESSIONS = 1.0, 20.0
LEAST_WEIGHT = 0.001
FAIL_IMPRESSIONS = 200
FAIL_RATE = 0.02
Z = 1.96


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of showing a title: profiles that saw it on a day, and of those, who played it."""

    impressions: int
    plays: int


NEVER_SHOWN = Trial(0, 0)


@dataclass(frozen=True, slots=True)
class Chance:
    """Whose page, and when: what draws are made from. `trials` has what is known of titles shown before."""

    profile_id: ProfileId
    now: datetime
    trials: Mapping[TitleId, Trial]
    tired: Collection[TitleId] = ()


def winners(
    free: Sequence[Scored],
    titles: Mapping[TitleId, Title],
    exploration: Exploration | None,
    places: int,
    chance: Chance,
    rooms: Sequence[DiversityCaps] = (),
) -> list[Scored]:
    """Who of `free` (all that may stand in the row, best first) is explored today, with their propensities.

    In the race are the little known among those that would not stand there anyway, as long as every room admits
    them, beside what won before.
    """
    slots = slots_of(exploration, places) if exploration is not None else []
    if not slots:
        return []
    race = [scored for scored in free[places - len(slots) :] if _unproven(titles[scored[2].title_id], chance)]
    return _won(race, titles, len(slots), chance, [room.copy() for room in rooms])


def seated(
    row: Sequence[Scored], won: Sequence[Scored], exploration: Exploration, places: int
) -> list[Scored]:
    """The row with the winners in their slots, or at its end when it is too short for them."""
    seats = list(row)
    for slot, scored in zip(slots_of(exploration, places), won, strict=False):
        seats.insert(min(slot - 1, len(seats)), scored)
    return seats


def slots_of(exploration: Exploration, places: int) -> list[int]:
    """The slots, counted from 1, that exploration has: whole ones, spread evenly from `earliest` to the end."""
    room = places - exploration.earliest + 1
    count = min(int(exploration.share * places + 1e-9), max(0, room))
    return [exploration.earliest + (2 * index + 1) * room // (2 * count) for index in range(count)]


def has_failed(trial: Trial) -> bool:
    """Shown often enough to say that hardly anybody wants it."""
    n = trial.impressions
    if n < FAIL_IMPRESSIONS:
        return False
    rate = min(1.0, trial.plays / n)
    centre = rate + Z * Z / (2 * n)
    spread = Z * sqrt(rate * (1.0 - rate) / n + Z * Z / (4 * n * n))
    return (centre + spread) / (1.0 + Z * Z / n) < FAIL_RATE


def promise_of(trial: Trial) -> float:
    """The weight of a title in the race; 0: not in it."""
    if has_failed(trial):
        return 0.0
    return max(LEAST_WEIGHT, (trial.plays + PRIOR_PLAYS) / (trial.impressions + PRIOR_IMPRESSIONS))


def _unproven(title: Title, chance: Chance) -> bool:
    """As of the day's first moment: nobody joins or leaves the race while it is run."""
    fresh = title.launched_at > chance.now.replace(hour=0, minute=0, second=0, microsecond=0) - NEW_FOR
    return (fresh or title.popularity <= LITTLE_KNOWN) and title.id not in chance.tired


def _won(
    race: Sequence[Scored],
    titles: Mapping[TitleId, Title],
    places: int,
    chance: Chance,
    rooms: Sequence[DiversityCaps],
) -> list[Scored]:
    """The winners in order, each with the chance it had when its place was drawn.

    Exponential clocks have no memory: among those for whom there still is room, the order of the clocks is as
    if the others had never run.
    """
    drawn = drawing("explore", chance.profile_id, f"{chance.now:%Y-%m-%d}")
    clocks: list[tuple[float, TitleId, float, Scored]] = []
    for scored in race:
        title_id = scored[2].title_id
        weight = promise_of(chance.trials.get(title_id, NEVER_SHOWN))
        if weight > 0.0:
            clocks.append((-log(drawn(title_id)) / weight, title_id, weight, scored))
    clocks.sort(key=itemgetter(0, 1))
    won: list[Scored] = []
    while len(won) < places:
        if rooms:
            clocks = [one for one in clocks if all(room.admits(titles[one[1]]) for room in rooms)]
        if not clocks:
            break
        _, title_id, weight, (points, rank, candidate) = clocks[0]
        propensity = min(1.0, weight / sum(one[2] for one in clocks))
        won.append((points, rank, candidate._replace(propensity=propensity)))
        clocks = clocks[1:]
        for room in rooms:
            room.take(titles[title_id])
    return won
