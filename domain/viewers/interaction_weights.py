"""How much one interaction says about taste. The night shift and the tests read the same table.

| signal                                  | weight |
|-----------------------------------------|--------|
| watched 80 % or more, or finished       |  1.0   |
| watched 25 % to 80 %                    |  share watched |
| watched 5 % to 25 %: an early stop      | -0.5   |
| watched under 5 %: a look               |  0, dropped |
| like                                    |  1.0   |
| dislike                                 | -1.0   |
| stars s (0.5..5)                        | (s - 3) / 2, at least -1 |
| list add                                |  0.4   |
| list remove                             | -0.2   |

Weights of one (profile, title) add up and are clipped to -1..2. Every weight fades with age by half each
`HALF_LIFE_DAYS`. The shape (finished / partial / abandoned, then explicit signals on top) follows Hu, Koren
and Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", 2008; the numbers are ours.
"""

from __future__ import annotations

FINISHED_SHARE = 0.8
PARTIAL_SHARE = 0.25
LOOK_SHARE = 0.05

FINISHED = 1.0
EARLY_STOP = -0.5
LIKE = 1.0
DISLIKE = -1.0
LIST_ADD = 0.4
LIST_REMOVE = -0.2

STARS_NEUTRAL = 3.0
STARS_SPAN = 2.0
FLOOR = -1.0
CEILING = 2.0

HALF_LIFE_DAYS = 60.0


def share_weight(share: float) -> float:
    """Weight of having watched this share (0..1) of a title."""
    if share >= FINISHED_SHARE:
        return FINISHED
    if share >= PARTIAL_SHARE:
        return share
    return EARLY_STOP if share >= LOOK_SHARE else 0.0


def stars_weight(stars: float) -> float:
    """Weight of a rating of 0.5 to 5 stars."""
    return max(FLOOR, (stars - STARS_NEUTRAL) / STARS_SPAN)


def fade(age_days: float) -> float:
    """Share of a weight that is left after this many days, 1 for today."""
    return float(2.0 ** (-max(0.0, age_days) / HALF_LIFE_DAYS))
