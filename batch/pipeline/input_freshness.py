"""Whether the inputs of a run are fresh enough to be published as its logical date.

Ages count to the end of the logical date, or to now while that day lasts, so a backfill of another date changes
nothing. What is too old follows from the deployment's own rhythm: 36 hours, or three times the longest silence within
the four weeks before the newest event, whichever is longer. A small service with quiet days is not stale on them.

Only what was live can stop. Data that never was (an imported rating set, whose newest event is years old) is
HISTORICAL: it is published, and ages count from its newest event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from batch.storage.event_archive import EVENTS_FOLDER
from domain.errors import MarqueeError

LEAST_LIMIT = timedelta(hours=36)
SILENCES = 3
RHYTHM_DAYS = 28


class StaleInput(MarqueeError):
    """Upstream data is not fresh enough."""

    code = "STALE_INPUT"


class FreshnessStatus(StrEnum):
    FRESH = "fresh"
    HISTORICAL = "historical"
    STALE = "stale"
    ALLOWED = "stale, allowed"
    """`--allow-stale` was given."""


@dataclass(frozen=True, slots=True)
class InputFreshness:
    """`age` of the newest event at `reference`; over `limit` it is not fresh."""

    status: FreshnessStatus
    newest: datetime
    reference: datetime
    age: timedelta
    limit: timedelta

    @property
    def sentence(self) -> str:
        newest = f"the newest event is of {self.newest:%Y-%m-%d %H:%M} UTC, {_told(self.age)} old"
        if self.status == FreshnessStatus.FRESH:
            return f"Inputs are fresh: {newest}."
        if self.status == FreshnessStatus.HISTORICAL:
            return f"Inputs are historical: {newest}. Nothing live has been seen here, so lists are as of that day."
        return f"Inputs are stale: {newest}, and the limit is {_told(self.limit)}."


def judge(
    newest: datetime,
    logical_date: date,
    now: datetime,
    days: Mapping[str, int],
    was_live: bool,
    allow_stale: bool = False,
) -> InputFreshness:
    """`days`: events per UTC day ("2026-11-20"), of the four weeks before `newest`. `was_live`: whether this
    deployment has published fresh inputs or recorded live events before.
    """
    end = datetime.combine(logical_date + timedelta(days=1), datetime.min.time(), UTC)
    reference = min(end, now)
    age, limit = max(timedelta(0), reference - newest), silence_limit(days, newest)
    if age <= limit:
        status = FreshnessStatus.FRESH
    elif not was_live:
        status = FreshnessStatus.HISTORICAL
    else:
        status = FreshnessStatus.ALLOWED if allow_stale else FreshnessStatus.STALE
    return InputFreshness(status, newest, reference, age, limit)


def silence_limit(days: Mapping[str, int], newest: datetime) -> timedelta:
    """The longest run of days without events, between days with some, times SILENCES; at least LEAST_LIMIT."""
    first = newest.date() - timedelta(days=RHYTHM_DAYS)
    active = sorted(
        day for text, count in days.items() if count > 0 and (day := date.fromisoformat(text)) >= first
    )
    gaps = [(later - earlier).days - 1 for earlier, later in pairwise(active)]
    return max(LEAST_LIMIT, timedelta(days=SILENCES * max(gaps, default=0)))


def ensure_fresh(found: InputFreshness, live_date: str | None) -> None:
    """Raises StaleInput. `live_date`: the logical date that is live."""
    if found.status != FreshnessStatus.STALE:
        return
    stays = f" The lists of {live_date} stay live." if live_date else ""
    raise StaleInput(
        f"{found.sentence} Old viewing is not published as news.{stays} Look at what records and imports events, "
        "then run this again; --allow-stale publishes all the same."
    )


def has_live_events(lake: Path) -> bool:
    """Whether the archive holds events that the service recorded."""
    return any((lake / EVENTS_FOLDER).glob("month=*/live-*.jsonl.gz"))


def _told(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:,.0f} days"
