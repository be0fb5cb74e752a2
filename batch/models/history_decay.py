"""How much each title of a history speaks: its strength, less the longer ago, by rank and by age.

    weight = strength * 2^(-rank / rank half-life) * 2^(-age / age half-life)

rank counts the liked entries that are newer, entries of one instant sharing the mean of their ranks. Within one
evening all ages are alike and ranks differ. age is before the profile's own newest entry, so that a viewer who
returns after a year keeps their taste. An infinite half-life switches a factor off. What was disliked speaks
against, with a weight of its own: `negative` times its strength.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from batch.models.compiled import kernel
from batch.models.counting import LIKED_STRENGTH
from batch.models.histories import Floats, Histories, Integers

NEVER = math.inf


@dataclass(frozen=True, slots=True)
class Decay:
    """Half-lives: `rank` in titles, `age` in days."""

    rank: float = NEVER
    age: float = NEVER


def history_weights(histories: Histories, decay: Decay, negative: float = 0.0) -> Floats:
    """One weight per entry."""
    weights = np.zeros(histories.entries, np.float32)
    per_rank = 0.0 if math.isinf(decay.rank) else -1.0 / decay.rank
    per_day = 0.0 if math.isinf(decay.age) else -1.0 / decay.age
    _weigh(
        histories.starts,
        histories.steps,
        histories.ages,
        histories.strengths,
        per_rank,
        per_day,
        negative,
        weights,
    )
    return weights


@kernel
def _weigh(
    starts: Integers,
    steps: np.ndarray[tuple[int], np.dtype[np.int16]],
    ages: Floats,
    strengths: Floats,
    per_rank: float,
    per_day: float,
    negative: float,
    weights: Floats,
) -> None:
    for profile in range(len(starts) - 1):
        end = starts[profile + 1]
        newest = ages[end - 1] if end > starts[profile] else np.float32(0)
        newer = 0
        while end > starts[profile]:
            begin, liked = end, 0
            while begin > starts[profile] and steps[begin - 1] == steps[end - 1]:
                begin -= 1
                liked += 1 if strengths[begin] >= LIKED_STRENGTH else 0
            rank = newer + max(0, liked - 1) / 2.0
            for place in range(begin, end):
                faded = 2.0 ** (rank * per_rank + (ages[place] - newest) * per_day)
                if strengths[place] >= LIKED_STRENGTH:
                    weights[place] = strengths[place] * faded
                elif strengths[place] < 0:
                    weights[place] = negative * strengths[place] * faded
            newer += liked
            end = begin
