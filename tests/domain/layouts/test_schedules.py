"""Schedules in a market's own time: half open, and right in the nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import Region
from domain.layouts.schedules import (
    Schedule,
    first_overlap,
    inactive_reason,
    is_active,
    parse_instant,
    skipped_months,
)

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
DE, US, JP = Region("DE"), Region("US"), Region("JP")
ZONES = [
    BERLIN,
    NEW_YORK,
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kolkata"),
    ZoneInfo("Pacific/Apia"),
]
walls = st.datetimes(datetime(2010, 1, 1), datetime(2037, 12, 31)).map(lambda at: at.replace(microsecond=0))
zones = st.sampled_from(ZONES)
near_changes = st.sampled_from(
    [datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1), datetime(2011, 12, 29, 20)]
)
near_walls = st.builds(lambda at, minutes: at + timedelta(minutes=minutes), near_changes, st.integers(0, 300))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-12-20T18:00", "2026-12-20T17:00"),
        ("2026-07-20T18:00", "2026-07-20T16:00"),
        ("2026-12-20", "2026-12-19T23:00"),
        ("2026-12-20T18:00Z", "2026-12-20T18:00"),
        ("2026-12-20T18:00-05:00", "2026-12-20T23:00"),
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T02:30", "2026-03-29T01:00"),
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),
        ("2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_a_written_time_is_the_first_instant_at_which_berlin_shows_it(written: str, instant: str) -> None:
    assert parse_instant(written, BERLIN) == at(instant)


@given(walls | near_walls, walls | near_walls, zones)
def test_a_later_wall_time_is_never_an_earlier_instant(
    one: datetime, other: datetime, zone: ZoneInfo
) -> None:
    first, second = sorted((one, other))
    assert parse_instant(first.isoformat(), zone) <= parse_instant(second.isoformat(), zone)


@given(walls | near_walls, zones)
def test_at_that_instant_the_clock_shows_the_time_or_has_jumped_over_it(
    wall: datetime, zone: ZoneInfo
) -> None:
    instant = parse_instant(wall.isoformat(), zone)
    assert instant.astimezone(zone).replace(tzinfo=None) >= wall
    assert (instant - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None) < wall


@given(near_walls, st.integers(-200, 200), zones)
def test_schedules_that_meet_neither_overlap_nor_leave_a_gap(
    meet: datetime, minutes: int, zone: ZoneInfo
) -> None:
    before = Schedule(end=meet.isoformat(), zone=zone.key)
    after = Schedule(start=meet.isoformat(), zone=zone.key)
    now = parse_instant(meet.isoformat(), zone) + timedelta(minutes=minutes)
    assert is_active(before, now, DE) is not is_active(after, now, DE)
    assert first_overlap(before, after, DE) is None


def test_from_is_included_and_to_is_not() -> None:
    schedule = Schedule("2026-12-20T18:00", "2027-01-02T06:00")
    shows = [is_active(schedule, at(text), DE) for text in
             ("2026-12-20T16:59:59", "2026-12-20T17:00", "2027-01-02T04:59:59", "2027-01-02T05:00")]  # fmt: skip
    assert shows == [False, True, True, False]


def test_the_same_schedule_begins_when_each_market_says_so() -> None:
    schedule, now = Schedule("2026-12-20T18:00"), at("2026-12-20T12:00")
    assert [is_active(schedule, now, market) for market in (JP, DE, US)] == [True, False, False]
    fixed = Schedule("2026-12-20T18:00", zone="Asia/Tokyo")
    assert [is_active(fixed, now, market) for market in (JP, DE, US)] == [True, True, True]


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        (Schedule("2026-12-20T18:00"), "starts 2026-12-20T18:00 (Europe/Berlin)"),
        (Schedule(end="2026-11-01"), "ended 2026-11-01 (Europe/Berlin)"),
        (Schedule(weekdays=("fri", "sat")), "shows on fri, sat only (Europe/Berlin)"),
        (
            Schedule(monthly=(1, "last"), zone="Asia/Tokyo"),
            "shows on day 1, last of the month only (Asia/Tokyo)",
        ),
        (Schedule(weekdays=("sun",), monthly=(22,)), None),
    ],
)
def test_why_it_does_not_show(schedule: Schedule, why: str | None) -> None:
    assert inactive_reason(schedule, at("2026-11-22T20:00"), DE) == why


def days_of_2027(schedule: Schedule) -> list[str]:
    noons = [at("2027-01-01T11:00") + timedelta(days=day) for day in range(365)]
    return [noon.strftime("%m-%d") for noon in noons if is_active(schedule, noon, DE)]


def test_the_31st_is_skipped_by_months_that_have_none_and_never_moved() -> None:
    schedule = Schedule(monthly=(31,))
    assert days_of_2027(schedule) == ["01-31", "03-31", "05-31", "07-31", "08-31", "10-31", "12-31"]
    assert skipped_months(schedule) == 5


def test_last_is_the_last_day_of_every_month() -> None:
    days = days_of_2027(Schedule(monthly=("last",)))
    assert (len(days), days[:2]) == (12, ["01-31", "02-28"])
    assert skipped_months(Schedule(monthly=("last", 28))) == 0


@given(st.integers(0, 3 * 366), st.sampled_from([DE, US, JP]))
def test_a_weekday_lasts_from_local_midnight_to_local_midnight(day: int, market: Region) -> None:
    schedule = Schedule(weekdays=("sun",))
    zone = schedule.zone_in(market)
    now = at("2026-01-01T00:00") + timedelta(days=day, hours=day % 24)
    assert is_active(schedule, now, market) is (now.astimezone(zone).strftime("%a") == "Sun")


@pytest.mark.parametrize(
    ("one", "other", "since"),
    [
        (Schedule("2026-12-20T18:00"), Schedule(end="2027-01-02"), "2026-12-20T17:00"),
        (Schedule("2026-12-20", "2026-12-27"), Schedule("2026-12-24T18:00"), "2026-12-24T17:00"),
        (Schedule("2026-12-20", "2026-12-27"), Schedule("2026-12-27"), None),
        (Schedule("2026-12-20", weekdays=("fri",)), Schedule(weekdays=("fri", "sat")), "2026-12-24T23:00"),
        (Schedule("2026-12-20", weekdays=("fri",)), Schedule(weekdays=("sat",)), None),
        (Schedule("2026-12-20", "2026-12-25", weekdays=("fri",)), Schedule(), None),
        (Schedule("2026-12-20", monthly=(31,)), Schedule(monthly=(30,)), None),
        (Schedule("2026-12-20", monthly=(31,)), Schedule(monthly=("last",)), "2026-12-30T23:00"),
        (Schedule("2027-01-01", monthly=(13,)), Schedule(weekdays=("fri",)), "2027-08-12T22:00"),
        (Schedule("2026-12-20"), None, "2026-12-19T23:00"),
    ],
)
def test_the_first_instant_at_which_two_schedules_both_show(
    one: Schedule, other: Schedule | None, since: str | None
) -> None:
    expected = at(since) if since else None
    assert first_overlap(one, other, DE) == expected
    assert first_overlap(other, one, DE) == expected


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30T10:00", "soon", "0001-01-01T00:00"])
def test_what_is_not_in_the_calendar_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_instant(text, ZoneInfo("Asia/Tokyo"))
