"""Schedules: when a layout or a row shows, in the time of the market that looks at it.

A window is half open: it includes `from` and excludes `to`, so one schedule may end where the next begins. A
wall time means the first instant at which the clocks of the zone show it or a later one. So in the night that
clocks go forward a time that is skipped is the instant of the jump; in the night that they go back, a time that
comes twice is its first. Two schedules that meet at a wall time therefore never overlap nor leave a gap.

`monthly` names days of the month. A day that a month does not have is skipped, never moved: 31 fires seven times
a year, and not on the 30th. "last" is the last day of every month.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.catalog.regions import zone_of
from domain.ids import Region

MARKET_LOCAL = "market-local"
LAST = "last"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_LOOKED_AHEAD = 4 * 366
"""How far two schedules are compared: every weekday falls on every day of a month within it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`start` and `end` as written, a wall time ("2026-12-20T18:00") or an instant with its offset.

    Empty `weekdays` and `monthly` mean every day; with both, a day must be named by both.
    """

    start: str | None = None
    end: str | None = None
    weekdays: tuple[str, ...] = ()
    monthly: tuple[int | str, ...] = ()
    zone: str = MARKET_LOCAL

    def zone_in(self, market: Region) -> ZoneInfo:
        return zone_of(market) if self.zone == MARKET_LOCAL else _zone(self.zone)


def is_active(schedule: Schedule, now: datetime, market: Region) -> bool:
    return why_inactive(schedule, now, market) is None


def why_inactive(schedule: Schedule, now: datetime, market: Region) -> str | None:
    """Why the schedule does not show at this instant: "starts 2026-12-20T18:00 (Europe/Berlin)"; None: it does."""
    zone = schedule.zone_in(market)
    if schedule.start and now < instant_of(schedule.start, zone):
        return f"starts {schedule.start} ({zone.key})"
    if schedule.end and now >= instant_of(schedule.end, zone):
        return f"ended {schedule.end} ({zone.key})"
    today = now.astimezone(zone).date()
    if schedule.weekdays and WEEKDAYS[today.weekday()] not in schedule.weekdays:
        return f"shows on {', '.join(schedule.weekdays)} only ({zone.key})"
    if schedule.monthly and not _is_day_of_month(today, schedule.monthly):
        days = ", ".join(str(day) for day in schedule.monthly)
        return f"shows on day {days} of the month only ({zone.key})"
    return None


@lru_cache(maxsize=4096)
def instant_of(text: str, zone: ZoneInfo) -> datetime:
    """The instant in UTC that a written time means in this zone. Raises ValueError for what is no time."""
    written = datetime.fromisoformat(text)
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    try:
        instant = written.replace(tzinfo=zone).astimezone(UTC)
        shown = instant.astimezone(zone).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError("the time lies outside the years 1 to 9999") from error
    return instant if shown == written else _jump(written, zone)


def overlap(one: Schedule | None, other: Schedule | None, market: Region) -> datetime | None:
    """The first instant at which both show in this market; None when they never do. No schedule: always."""
    first, second = one or Schedule(), other or Schedule()
    starts = [edge for edge in (_start(first, market), _start(second, market)) if edge]
    ends = [edge for edge in (_end(first, market), _end(second, market)) if edge]
    start, end = max(starts, default=datetime(1970, 1, 1, tzinfo=UTC)), min(ends, default=None)
    if end is not None and start >= end:
        return None
    for candidate in _day_edges(start, {first.zone_in(market), second.zone_in(market)}):
        if end is not None and candidate >= end:
            return None
        if is_active(first, candidate, market) and is_active(second, candidate, market):
            return candidate
    return None


def skipped_months(schedule: Schedule) -> int:
    """In how many months of a year at least one of its days of the month does not exist."""
    days = [day for day in schedule.monthly if isinstance(day, int)]
    return sum(any(day > monthrange(2027, month)[1] for day in days) for month in range(1, 13))


def _jump(written: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which clocks skip a wall time: of the two offsets around it, searched to the second."""
    before = written.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = written.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).replace(tzinfo=None) < written:
            before = middle
        else:
            after = middle
    return after


def _is_day_of_month(day: date, wanted: tuple[int | str, ...]) -> bool:
    is_last = day.day == monthrange(day.year, day.month)[1]
    return day.day in wanted or (is_last and LAST in wanted)


def _start(schedule: Schedule, market: Region) -> datetime | None:
    return instant_of(schedule.start, schedule.zone_in(market)) if schedule.start else None


def _end(schedule: Schedule, market: Region) -> datetime | None:
    return instant_of(schedule.end, schedule.zone_in(market)) if schedule.end else None


def _day_edges(start: datetime, zones: set[ZoneInfo]) -> list[datetime]:
    """`start`, then every midnight of either zone after it: the only instants at which a day rule can begin."""
    edges = {start}
    for zone in zones:
        today = start.astimezone(zone).date()
        for ahead in range(1, DAYS_LOOKED_AHEAD):
            midnight = datetime.combine(today + timedelta(days=ahead), datetime.min.time())
            edges.add(instant_of(midnight.isoformat(), zone))
    return sorted(edges)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
