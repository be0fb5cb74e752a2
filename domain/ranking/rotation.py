"""Rotation: a row that may look a little different each day, or each hour, though nothing else changed.

Only cards that are about as good trade places: within bands of at most BAND_CARDS cards whose scores differ by
no more than BAND. The order within a band is drawn per profile, row, card and day or hour (UTC), so that it is
the same on every device and for everybody who asks again. Recombee calls the dial rotation rate and time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from domain.candidates.selection import Scored
from domain.ids import ProfileId
from domain.layouts.model import Rotation
from domain.seeded_random import drawing

BAND = 0.05
BAND_CARDS = 5

_PERIODS = {Rotation.DAY: "%Y-%m-%d", Rotation.HOUR: "%Y-%m-%dT%H"}


def rotated(
    ranked: Sequence[Scored], rotation: Rotation, profile_id: ProfileId, row: str, now: datetime
) -> Sequence[Scored]:
    """The same cards; no card moves by BAND_CARDS places or more, nor past one that is better by more than BAND."""
    if rotation == Rotation.NONE:
        return ranked
    drawn = drawing("rotation", profile_id, row, now.strftime(_PERIODS[rotation]))
    turned: list[Scored] = []
    band: list[Scored] = []
    for scored in ranked:
        if band and (len(band) == BAND_CARDS or band[0][0] - scored[0] > BAND):
            turned += _shuffled(band, drawn)
            band = []
        band.append(scored)
    return turned + _shuffled(band, drawn)


def _shuffled(band: list[Scored], drawn: Callable[[str], float]) -> list[Scored]:
    return sorted(band, key=lambda one: drawn(one[2].title_id)) if len(band) > 1 else band
