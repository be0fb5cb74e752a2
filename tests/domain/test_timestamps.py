"""Instants survive the stores: milliseconds, ISO 8601, always with a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.timestamps import from_iso, from_millis, in_utc, to_iso, to_millis, whole_millis
from tests.domain.made import instants


@given(st.integers(-2_000_000_000_000, 8_000_000_000_000))
def test_milliseconds_round_trip(millis: int) -> None:
    assert to_millis(from_millis(millis)) == millis


@given(instants)
def test_iso_round_trips_to_the_millisecond(instant: datetime) -> None:
    assert from_iso(to_iso(instant)) == instant


def test_iso_is_written_in_utc_with_milliseconds() -> None:
    berlin = timezone(timedelta(hours=1))
    assert to_iso(datetime(2026, 11, 22, 11, 0, tzinfo=berlin)) == "2026-11-22T10:00:00.000Z"


def test_any_offset_is_read_as_utc() -> None:
    assert from_iso("2026-11-22T20:15:00+01:00") == datetime(2026, 11, 22, 19, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-11-22",
        "2026-11-22T20:15:00",
        "2026-13-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_no_instant_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        from_iso(text)
    assert str(caught.value) == f"{text!r} is not an instant; write it like 2026-11-22T20:15:00Z."


def test_an_instant_without_a_zone_or_outside_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="an instant needs a time zone"):
        in_utc(datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        in_utc(datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))))


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_whole_milliseconds_are_what_a_store_gives_back_and_never_later(instant: datetime) -> None:
    kept = whole_millis(instant)
    assert from_millis(to_millis(kept)) == kept
    assert timedelta(0) <= instant - kept < timedelta(milliseconds=1)
