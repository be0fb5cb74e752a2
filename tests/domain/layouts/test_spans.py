"""A span of hours across midnight belongs to the day on which it began: weekdays, days of the month and dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.regions import time_zone
from domain.ids import Region
from domain.layouts.conditions import Condition, HourRange, first_failure, holds, span_start
from domain.layouts.resolution import PublishedLayouts, decode_layout, resolve
from domain.layouts.schedules import WEEKDAYS, span_day
from domain.ranking.context_boosts import ContextRule
from tests.domain.made_layouts import a_context, a_document, a_layout_version

BERLIN = time_zone(Region("DE"))
MARKETS = [Region(code) for code in ("DE", "US", "JP", "IN", "AU", "BR")]


def in_berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


FRIDAY_NIGHT = Condition(hours=HourRange(22, 2), weekdays=("fri",))


@pytest.mark.parametrize(
    ("local", "shows"),
    [
        ("2026-11-27T21:59", False), ("2026-11-27T22:00", True), ("2026-11-28T00:30", True),
        ("2026-11-28T01:59", True), ("2026-11-28T02:00", False),
        ("2026-11-27T00:30", False), ("2026-11-28T22:30", False),
    ],
)  # fmt: skip
def test_friday_night_ends_on_saturday(local: str, shows: bool) -> None:
    assert holds(FRIDAY_NIGHT, a_context(now=in_berlin(local))) is shows


def test_the_reason_names_the_day_on_which_the_span_began() -> None:
    why = first_failure(FRIDAY_NIGHT, a_context(now=in_berlin("2026-11-29T00:30")))
    assert why == "local weekday, on which the span began, is sat, not fri"


@given(
    st.integers(0, 23), st.integers(0, 24), st.sampled_from(WEEKDAYS), st.sampled_from(MARKETS),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),
)  # fmt: skip
def test_a_span_is_walked_from_its_first_hour_whatever_the_clocks_do(
    start: int, end: int, weekday: str, market: Region, moment: datetime
) -> None:
    """Hour by hour back to the span's beginning: its local day decides."""
    now = moment.replace(tzinfo=UTC)
    condition = Condition(hours=HourRange(start, end), weekdays=(weekday,))
    context = a_context(now=now, market=market)
    local = now.astimezone(time_zone(market))
    inside = HourRange(start, end).contains(local.hour)
    began = local.date() - timedelta(days=1) if start > end and local.hour < end else local.date()
    assert holds(condition, context) is (inside and WEEKDAYS[began.weekday()] == weekday)
    if inside and start > end:
        assert span_day(local, start, end) == began


def a_row(when: dict[str, Any], schedule: dict[str, Any]) -> PublishedLayouts:
    document = a_document()
    document["rows"]["new"] |= {"when": when, "schedule": schedule}
    return PublishedLayouts((decode_layout(a_layout_version(document)),))


def shows(layouts: PublishedLayouts, local: str) -> bool:
    return "new" in [row.id for row in resolve(layouts, a_context(now=in_berlin(local))).layout.rows]


NIGHT = {"hour": {"from": 22, "to": 2}}


@pytest.mark.parametrize(
    ("schedule", "local", "expected"),
    [
        ({"weekdays": ["fri"]}, "2026-11-28T00:30", True),
        ({"weekdays": ["fri"]}, "2026-11-27T00:30", False),
        ({"monthly": [24]}, "2026-12-25T01:00", True),
        ({"monthly": [24]}, "2026-12-24T01:00", False),
        ({"monthly": ["last"]}, "2027-01-01T01:00", True),
        ({"from": "2026-12-24", "to": "2026-12-25"}, "2026-12-24T00:30", False),
        ({"from": "2026-12-24", "to": "2026-12-25"}, "2026-12-24T23:00", True),
        ({"from": "2026-12-24", "to": "2026-12-25"}, "2026-12-25T01:59", True),
        ({"from": "2026-12-24", "to": "2026-12-25"}, "2026-12-25T22:00", False),
        ({"to": "2026-12-25T01:00"}, "2026-12-25T00:59", True),
        ({"to": "2026-12-25T01:00"}, "2026-12-25T01:00", False),
        ({"from": "2026-12-24T00:15"}, "2026-12-24T00:30", True),
    ],
)
def test_the_days_of_a_schedule_are_those_of_the_span(
    schedule: dict[str, Any], local: str, expected: bool
) -> None:
    assert shows(a_row(NIGHT, schedule), local) is expected


@pytest.mark.parametrize(
    ("local", "fold", "expected"),
    [
        ("2026-03-29T01:30", 0, True), ("2026-03-29T03:00", 0, False),
        ("2026-10-25T02:30", 0, True), ("2026-10-25T02:30", 1, True), ("2026-10-25T03:00", 0, False),
    ],
)  # fmt: skip
def test_on_nights_of_clock_change_local_clocks_decide(local: str, fold: int, expected: bool) -> None:
    """Berlin skips 2:00 to 3:00 on 29 March 2026, and has it twice on 25 October."""
    saturday_night = Condition(hours=HourRange(22, 3), weekdays=("sat",))
    now = datetime.fromisoformat(local).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)
    assert holds(saturday_night, a_context(now=now)) is expected


def test_a_span_began_at_its_first_hour_of_the_day_before() -> None:
    assert span_start(FRIDAY_NIGHT, in_berlin("2026-11-28T01:00"), Region("DE")) == in_berlin(
        "2026-11-27T22:00"
    )
    assert span_start(FRIDAY_NIGHT, in_berlin("2026-11-27T23:00"), Region("DE")) is None
    assert span_start(Condition(), in_berlin("2026-11-28T01:00"), Region("DE")) is None


def test_a_weekend_evening_goes_on_after_midnight_for_context_boosts_too() -> None:
    rule = ContextRule("late weekend", 0.5, hours=(21, 2), weekend=True)
    assert rule.applies(datetime(2026, 11, 30, 1), "tv")  # Sunday's evening, on Monday
    assert not rule.applies(datetime(2026, 11, 28, 1), "tv")  # Friday's evening, on Saturday
