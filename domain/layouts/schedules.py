"""Schedules: when a layout or a row shows, in the local time of the viewer's market.

A window includes `from` and excludes `to`. A wall time means the first instant at which local clocks show it or a
later time: a skipped time means the jump, a repeated time its first occurrence. So two schedules that meet at a wall
time neither overlap nor leave a gap.

Months that lack a day of `monthly` are skipped: 31 fires seven times a year.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.catalog.regions import time_zone
from domain.ids import Region

MARKET_LOCAL = "market-local"
LAST_DAY = "last"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OVERLAP_HORIZON_DAYS = 4 * 366
"""Within it, every weekday falls on every day of a month."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`start` and `end` as written: wall times ("2026-12-20T18:00") or with an offset.

    With `weekdays` and `monthly`, a day must be in both; empty means every day.
    """

    start: str | None = None
    end: str | None = None
    weekdays: tuple[str, ...] = ()
    monthly: tuple[int | str, ...] = ()
    zone: str = MARKET_LOCAL

    def zone_in(self, market: Region) -> ZoneInfo:
        return time_zone(market) if self.zone == MARKET_LOCAL else _zone(self.zone)


def span_day(local: datetime, start: int, end: int) -> date:
    """The day of a span of hours that `local` is in: a span across midnight belongs to the day on which it began."""
    is_after_midnight = start > end and local.hour < end
    return local.date() - timedelta(days=1) if is_after_midnight else local.date()


def is_active(schedule: Schedule, now: datetime, market: Region) -> bool:
    return inactive_reason(schedule, now, market) is None


def inactive_reason(
    schedule: Schedule, now: datetime, market: Region, span_start: datetime | None = None
) -> str | None:
    """ "starts 2026-12-20T18:00 (Europe/Berlin)"; None: the schedule is active.

    `span_start`: when the span of hours across midnight began that `now` is in. Days, and times that are written as
    days, are then those of its beginning; times of day stay instants.
    """
    zone, day_of = schedule.zone_in(market), span_start or now
    if schedule.start and (day_of if is_day(schedule.start) else now) < parse_instant(schedule.start, zone):
        return f"starts {schedule.start} ({zone.key})"
    if schedule.end and (day_of if is_day(schedule.end) else now) >= parse_instant(schedule.end, zone):
        return f"ended {schedule.end} ({zone.key})"
    today = day_of.astimezone(zone).date()
    if schedule.weekdays and WEEKDAYS[today.weekday()] not in schedule.weekdays:
        return f"shows on {', '.join(schedule.weekdays)} only ({zone.key})"
    if schedule.monthly and not _is_day_of_month(today, schedule.monthly):
        days = ", ".join(str(day) for day in schedule.monthly)
        return f"shows on day {days} of the month only ({zone.key})"
    return None


def is_day(text: str) -> bool:
    """ "2026-12-20", without a time of day."""
    return "T" not in text


@lru_cache(maxsize=4096)
def parse_instant(text: str, zone: ZoneInfo) -> datetime:
    """In UTC. Raises ValueError for a text that is no time."""
    written = datetime.fromisoformat(text)
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    try:
        instant = written.replace(tzinfo=zone).astimezone(UTC)
        clock = instant.astimezone(zone).replace(tzinfo=None)
    except OverflowError as error:
        raise ValueError("the time lies outside the years 1 to 9999") from error
    return instant if clock == written else _clock_jump(written, zone)


def first_overlap(one: Schedule | None, other: Schedule | None, market: Region) -> datetime | None:
    """The first instant at which both are active. A missing schedule always is."""
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
    """Months of a year that lack one of its days."""
    days = [day for day in schedule.monthly if isinstance(day, int)]
    return sum(any(day > monthrange(2027, month)[1] for day in days) for month in range(1, 13))


def _clock_jump(written: datetime, zone: ZoneInfo) -> datetime:
    """When clocks skip a wall time: binary search to the second."""
    before = written.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = written.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).replace(tzinfo=None) < written:
            before = middle
        else:
            after = middle
    return after


def _is_day_of_month(day: date, accepted: tuple[int | str, ...]) -> bool:
    is_last = day.day == monthrange(day.year, day.month)[1]
    return day.day in accepted or (is_last and LAST_DAY in accepted)


def _start(schedule: Schedule, market: Region) -> datetime | None:
    return parse_instant(schedule.start, schedule.zone_in(market)) if schedule.start else None


def _end(schedule: Schedule, market: Region) -> datetime | None:
    return parse_instant(schedule.end, schedule.zone_in(market)) if schedule.end else None


def _day_edges(start: datetime, zones: set[ZoneInfo]) -> list[datetime]:
    """`start` and later midnights: day rules only begin there."""
    edges = {start}
    for zone in zones:
        today = start.astimezone(zone).date()
        for ahead in range(1, OVERLAP_HORIZON_DAYS):
            midnight = datetime.combine(today + timedelta(days=ahead), datetime.min.time())
            edges.add(parse_instant(midnight.isoformat(), zone))
    return sorted(edges)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
