"""Exploration: a few places of a row go to little-known titles, with the chance they had written down.

    weight(t)     = how promising it is: (plays + 1) / (impressions + 20), at least 0.001; 0 once it has failed
    chosen        = the titles with the least  -ln(u) / weight,  u drawn per (profile, day, title)
    propensity    = weight / sum of the weights that were still in the race, for each place in turn

A race of exponential clocks draws without replacement in proportion to weight (Plackett and Luce; Efraimidis
and Spirakis, 2006). Thompson sampling would serve as well, but its propensities have no closed form; these are
exact, so that later analysis by inverse propensity is unbiased. Every title in the race has a chance.

A title fails, and is explored no more, when with FAIL_IMPRESSIONS or more impressions even the upper end of
its 95 % interval (Wilson, 1927) lies below FAIL_RATE. A profile that is tired of a title (domain/fatigue.py) is
not offered it either.

The days are UTC. The same profile sees the same ones all day, on every device.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log, sqrt

from domain.draws import draw
from domain.ids import ProfileId, TitleId
from domain.layouts import Exploration
from domain.selectors import Scored
from domain.titles import Title

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


def explored(
    chosen: Sequence[Scored],
    free: Sequence[Scored],
    titles: Mapping[TitleId, Title],
    exploration: Exploration | None,
    places: int,
    chance: Chance,
) -> list[Scored]:
    """The row with explored titles in their slots; the last of the `chosen` make room for them.

    `free` are all that may stand in the row, best first: those not chosen and little known are in the race.
    """
    if exploration is None:
        return list(chosen)
    slots = slots_of(exploration, places)
    taken = {scored[2].title_id for scored in chosen[: places - len(slots)]}
    race = [
        scored for scored in free if scored[2].title_id not in taken and _unproven(scored, titles, chance)
    ]
    finders = _won(race, len(slots), chance)
    kept = [
        scored for scored in chosen if all(scored[2].title_id != finder[2].title_id for finder in finders)
    ]
    row = kept[: places - len(finders)]
    for slot, finder in zip(slots, finders, strict=False):
        row.insert(min(slot - 1, len(row)), finder)
    return row


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


def _unproven(scored: Scored, titles: Mapping[TitleId, Title], chance: Chance) -> bool:
    title = titles[scored[2].title_id]
    fresh = title.launched_at > chance.now - NEW_FOR
    return (fresh or title.popularity <= LITTLE_KNOWN) and title.id not in chance.tired


def _won(race: Sequence[Scored], places: int, chance: Chance) -> list[Scored]:
    """The winners in order, each with the chance it had when its place was drawn."""
    day = f"{chance.now:%Y-%m-%d}"
    entered = [
        (weight, scored)
        for scored in race
        if (weight := promise_of(chance.trials.get(scored[2].title_id, NEVER_SHOWN))) > 0.0
    ]
    clocks = sorted(
        (
            -log(draw("explore", chance.profile_id, day, scored[2].title_id)) / weight,
            scored[2].title_id,
            weight,
            scored,
        )
        for weight, scored in entered
    )
    left = sum(weight for weight, _ in entered)
    won: list[Scored] = []
    for _, _, weight, (points, rank, candidate) in clocks[:places]:
        won.append((points, rank, replace(candidate, propensity=min(1.0, weight / left))))
        left -= weight
    return won
