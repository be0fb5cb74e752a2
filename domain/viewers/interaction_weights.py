"""How much one interaction says about taste, for the service and the batch run.

| signal                                  | weight |
|-----------------------------------------|--------|
| watched 80 % or more, or finished       |  1.0   |
| watched 25 % to 80 %                    |  share watched |
| watched 5 % to 25 %: an early stop      | -0.5   |
| watched under 5 %                       |  0     |
| like                                    |  1.0   |
| dislike                                 | -1.0   |
| stars s (0.5..5)                        | (s - 3) / 2, at least -1 |
| list add                                |  0.4   |
| list remove                             | -0.2   |

Weights of a (profile, title) add up, clipped to -1..2, and halve each `HALF_LIFE_DAYS`. The shape follows Hu, Koren
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
    """Weight of watching this share (0..1) of a title."""
    if share >= FINISHED_SHARE:
        return FINISHED
    if share >= PARTIAL_SHARE:
        return share
    return EARLY_STOP if share >= LOOK_SHARE else 0.0


def stars_weight(stars: float) -> float:
    return max(FLOOR, (stars - STARS_NEUTRAL) / STARS_SPAN)
