"""Remembers since when a degradation lasts.

An outage ends after a minute without a report; a later report starts a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from domain.page.model import DegradationKind

QUIET_PERIOD = timedelta(minutes=1)
MAX_OUTAGES = 500


class OutageKey(NamedTuple):
    kind: DegradationKind
    row_id: str | None = None


class Outage(NamedTuple):
    since: datetime
    last_seen_at: datetime


Outages = Mapping[OutageKey, Outage]


def record_outages(outages: Outages, keys: Iterable[OutageKey], now: datetime) -> dict[OutageKey, Outage]:
    """Most recently reported last."""
    known = {key: outage for key, outage in outages.items() if now - outage.last_seen_at < QUIET_PERIOD}
    for key in keys:
        before = known.pop(key, None)
        since = min(before.since, now) if before else now
        known[key] = Outage(since, max(before.last_seen_at, now) if before else now)
    return dict(list(known.items())[-MAX_OUTAGES:])
