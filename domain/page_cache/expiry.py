"""When time alone changes a page: schedules, clock conditions, experiments, snoozes.

Clock conditions (hour, weekday, day of the month) change on the hour in their region, and all time zones are a
multiple of 15 minutes off UTC, so they count as changing every 15 minutes. This invalidates more often than
necessary; the cost is one extra composition. Schedules and licences are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.experiments.model import ExperimentSet
from domain.ids import Region
from domain.layouts.documents import parse_schedule
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.schedules import Schedule, parse_instant
from domain.viewers.activity import FOREVER, Activity

CLOCK_KEYS = frozenset({"hour", "weekday", "weekdays", "monthly", "rotation"})
INSTANT_KEYS = frozenset({"since", "until"})
TENURE_KEY = "tenure_days"
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ExpirySchedule:
    """All times in the live layouts and experiments, collected once per change of them."""

    schedules: tuple[Schedule, ...]
    instants: tuple[datetime, ...]
    depends_on_clock: bool
    depends_on_tenure: bool

    def next_change(self, now: datetime, market: Region, since: datetime) -> datetime | None:
        """When the next layout or variant may apply. `since`: the profile's creation."""
        return earliest_after(now, self._instants(now, market, since))

    def _instants(self, now: datetime, market: Region, since: datetime) -> Iterator[datetime]:
        yield from self.instants
        for schedule in self.schedules:
            zone = schedule.zone_in(market)
            for written in (schedule.start, schedule.end):
                if written:
                    yield parse_instant(written, zone)
        if self.depends_on_clock:
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            yield midnight + QUARTER * ((now - midnight) // QUARTER + 1)
        if self.depends_on_tenure:
            yield since + DAY * ((now - since) // DAY + 1)


def expiry_schedule(layouts: PublishedLayouts, experiments: ExperimentSet) -> ExpirySchedule:
    entries = [entry for live in layouts.layouts for entry in _entries(live.version.document)]
    schedules = [
        parse_schedule(value) for name, value in entries if name == "schedule" and isinstance(value, dict)
    ]
    schedules += [
        Schedule(value) for name, value in entries if name in INSTANT_KEYS and isinstance(value, str)
    ]
    names = {name for name, _ in entries}
    conditions = [one.when for one in experiments.by_key.values()]
    boundaries = [at for one in experiments.by_key.values() for at in (one.starts_at, one.ends_at)]
    return ExpirySchedule(
        tuple(schedules),
        tuple(at for at in boundaries if at is not None),
        bool(names & CLOCK_KEYS) or any(one.hours or one.weekdays for one in conditions),
        TENURE_KEY in names or any(one.tenure_days for one in conditions),
    )


def first_snooze_end(activity: Activity, now: datetime) -> datetime | None:
    """When the first snoozed title returns."""
    ends = (each.until for each in activity.dismissed.values() if each.until != FOREVER)
    return earliest_after(now, ends)


def earliest_after(now: datetime, instants: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in instants if at is not None and at > now), default=None)


def _entries(value: object) -> Iterator[tuple[str, object]]:
    """Every named value of a document, at any depth."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name, inner
            yield from _entries(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _entries(inner)
