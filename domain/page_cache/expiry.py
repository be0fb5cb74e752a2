"""When time alone changes what a page is made of: schedules, conditions on the clock, experiments, snoozes.

Rules that go by the clock of a market (hours, weekdays, days of the month) turn on whole hours there, and every zone
stands a multiple of a quarter of an hour off UTC: they are taken to turn at every quarter. That is often for nothing,
and it costs a page composed anew; the exact instants of schedules and licences are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.experiments.model import ExperimentBook
from domain.ids import Region
from domain.layouts.documents import schedule_of
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.schedules import Schedule, instant_of
from domain.viewers.activity import FOREVER, Activity

CLOCK_WORDS = frozenset({"hour", "weekday", "weekdays", "monthly", "rotation"})
TIMES = frozenset({"since", "until"})
TENURE = "tenure_days"
QUARTER = timedelta(minutes=15)
EPOCH_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ExpirySchedule:
    """What a layout book and the experiments say of time. Worked out once for as long as they stay the same."""

    schedules: tuple[Schedule, ...]
    instants: tuple[datetime, ...]
    by_the_clock: bool
    by_tenure: bool

    def next(self, now: datetime, market: Region, since: datetime) -> datetime | None:
        """The first instant after now at which another layout or variant may be chosen; `since`: the profile's."""
        return earliest_after(now, self._instants(now, market, since))

    def _instants(self, now: datetime, market: Region, since: datetime) -> Iterator[datetime]:
        yield from self.instants
        for schedule in self.schedules:
            zone = schedule.zone_in(market)
            for written in (schedule.start, schedule.end):
                if written:
                    yield instant_of(written, zone)
        if self.by_the_clock:
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            yield midnight + QUARTER * ((now - midnight) // QUARTER + 1)
        if self.by_tenure:
            yield since + EPOCH_DAY * ((now - since) // EPOCH_DAY + 1)


def turns_of(book: PublishedLayouts, experiments: ExperimentBook) -> ExpirySchedule:
    found = [entry for live in book.layouts for entry in _entries(live.edition.document)]
    schedules = [
        schedule_of(value) for name, value in found if name == "schedule" and isinstance(value, dict)
    ]
    schedules += [Schedule(value) for name, value in found if name in TIMES and isinstance(value, str)]
    words = {name for name, _ in found}
    conditions = [one.when for one in experiments.experiments.values()]
    edges = [at for one in experiments.experiments.values() for at in (one.starts_at, one.ends_at)]
    return ExpirySchedule(
        tuple(schedules),
        tuple(at for at in edges if at is not None),
        bool(words & CLOCK_WORDS) or any(one.hours or one.weekdays for one in conditions),
        TENURE in words or any(one.tenure_days for one in conditions),
    )


def snoozes_end(activity: Activity, now: datetime) -> datetime | None:
    """When the first title that was put off comes back."""
    ends = (said.until for said in activity.dismissed.values() if said.until != FOREVER)
    return earliest_after(now, ends)


def earliest_after(now: datetime, instants: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in instants if at is not None and at > now), default=None)


def _entries(value: object) -> Iterator[tuple[str, object]]:
    """Every named value of a document, however deep."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield name, inner
            yield from _entries(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _entries(inner)
