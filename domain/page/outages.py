"""Since when something is amiss: a page says it about every degradation, though it has just been made.

An outage lasts while pages keep noticing it. Noticed again after a quiet minute, it is a new one: nobody can
say that a store was down in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.page.model import DegradationKind

QUIET = timedelta(minutes=1)
KEPT = 500


class OutageKey(NamedTuple):
    """What an outage is about: a kind of degradation, and the row it struck, if one."""

    what: DegradationKind
    row_id: str | None = None


class Outage(NamedTuple):
    since: datetime
    noticed_at: datetime


Outages = Mapping[OutageKey, Outage]


def record_outages(outages: Outages, troubles: Iterable[OutageKey], now: datetime) -> dict[OutageKey, Outage]:
    """The outages known after a page met these. Those of a quiet minute are forgotten, the oldest first."""
    known = {trouble: outage for trouble, outage in outages.items() if now - outage.noticed_at < QUIET}
    for trouble in troubles:
        before = known.pop(trouble, None)
        since = min(before.since, now) if before else now
        known[trouble] = Outage(since, max(before.noticed_at, now) if before else now)
    return dict(list(known.items())[-KEPT:])
