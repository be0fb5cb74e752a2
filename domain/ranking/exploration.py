"""Exploration: some slots show little-known titles, drawn with recorded propensities.

    weight(t)     = (plays + 1) / (impressions + 20), at least 0.001; 0 once the title has failed
    chosen        = the titles with the smallest  -ln(u) / weight,  u drawn per (profile, day, title)
    propensity    = weight / sum of the weights still in the race, for each slot in turn

The exponential race draws without replacement in proportion to weight (Plackett and Luce; Efraimidis and
Spirakis, 2006). Unlike Thompson sampling it has exact propensities, so analysis by inverse propensity is unbiased.
A title fails when, after FAIL_IMPRESSIONS, the upper end of its 95 % interval (Wilson, 1927) is below FAIL_RATE.
Fatigued titles are left out. Days are UTC; a profile sees the same titles all day.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt
from operator import itemgetter

from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.ids import ProfileId, TitleId
from domain.layouts.model import Exploration
from domain.ranking.diversity import DiversityCaps
from domain.seeded_random import draw_with_prefix

MAX_POPULARITY = 0.2
"""Of little-known titles, relative to the most watched title."""

NEW_PERIOD = timedelta(days=30)
PRIOR_PLAYS, PRIOR_IMPRESSIONS = 1.0, 20.0
MIN_WEIGHT = 0.001
FAIL_IMPRESSIONS = 200
FAIL_RATE = 0.02
Z_95 = 1.96


@dataclass(frozen=True, slots=True)
class TrialCounts:
    """Profile-days with an impression, and how many led to a play."""

    impressions: int
    plays: int


NEVER_SHOWN = TrialCounts(0, 0)


@dataclass(frozen=True, slots=True)
class ExplorationContext:
    """Inputs of the draw. `trials` holds the counts of titles shown before."""

    profile_id: ProfileId
    now: datetime
    trials: Mapping[TitleId, TrialCounts]
    fatigued: Collection[TitleId] = ()


def draw_explored(
    available: Sequence[ScoredCandidate],
    titles: Mapping[TitleId, Title],
    exploration: Exploration | None,
    places: int,
    context: ExplorationContext,
    all_caps: Sequence[DiversityCaps] = (),
) -> list[ScoredCandidate]:
    """Candidates to explore today, with propensities, out of `available` (best first).

    Little-known titles that the row would not show anyway take part, while all caps allow them.
    """
    slots = exploration.slots(places) if exploration is not None else []
    if not slots:
        return []
    pool = [
        scored
        for scored in available[places - len(slots) :]
        if _is_explorable(titles[scored[2].title_id], context)
    ]
    return _run_race(pool, titles, len(slots), context, [each.copy() for each in all_caps])


def insert_explored(
    cards: Sequence[ScoredCandidate],
    explored: Sequence[ScoredCandidate],
    exploration: Exploration,
    places: int,
) -> list[ScoredCandidate]:
    """Puts explored cards into their slots; in a row too short for a slot the card comes last."""
    filled = list(cards)
    for slot, scored in zip(exploration.slots(places), explored, strict=False):
        filled.insert(min(slot - 1, len(filled)), scored)
    return filled


def has_failed(trial: TrialCounts) -> bool:
    n = trial.impressions
    if n < FAIL_IMPRESSIONS:
        return False
    rate = min(1.0, trial.plays / n)
    centre = rate + Z_95 * Z_95 / (2 * n)
    spread = Z_95 * sqrt(rate * (1.0 - rate) / n + Z_95 * Z_95 / (4 * n * n))
    return (centre + spread) / (1.0 + Z_95 * Z_95 / n) < FAIL_RATE


def trial_weight(trial: TrialCounts) -> float:
    """Weight in the race; 0 excludes the title."""
    if has_failed(trial):
        return 0.0
    return max(MIN_WEIGHT, (trial.plays + PRIOR_PLAYS) / (trial.impressions + PRIOR_IMPRESSIONS))


def _is_explorable(title: Title, context: ExplorationContext) -> bool:
    """The period is judged at the start of the day, so the race is the same all day but for what launches."""
    midnight = context.now.replace(hour=0, minute=0, second=0, microsecond=0)
    is_new = midnight - NEW_PERIOD < title.launched_at <= context.now
    return (is_new or title.popularity <= MAX_POPULARITY) and title.id not in context.fatigued


def _run_race(
    pool: Sequence[ScoredCandidate],
    titles: Mapping[TitleId, Title],
    places: int,
    context: ExplorationContext,
    all_caps: Sequence[DiversityCaps],
) -> list[ScoredCandidate]:
    """Exponential clocks have no memory: removing titles that caps forbid keeps the order of the others valid."""
    draw = draw_with_prefix("explore", context.profile_id, f"{context.now:%Y-%m-%d}")
    clocks: list[tuple[float, TitleId, float, ScoredCandidate]] = []
    for scored in pool:
        title_id = scored[2].title_id
        weight = trial_weight(context.trials.get(title_id, NEVER_SHOWN))
        if weight > 0.0:
            clocks.append((-log(draw(title_id)) / weight, title_id, weight, scored))
    clocks.sort(key=itemgetter(0, 1))
    winners: list[ScoredCandidate] = []
    while len(winners) < places:
        if all_caps:
            clocks = [one for one in clocks if all(caps.allows(titles[one[1]]) for caps in all_caps)]
        if not clocks:
            break
        _, title_id, weight, (points, rank, candidate) = clocks[0]
        propensity = min(1.0, weight / sum(one[2] for one in clocks))
        winners.append((points, rank, candidate._replace(propensity=propensity)))
        clocks = clocks[1:]
        for caps in all_caps:
            caps.add(titles[title_id])
    return winners
