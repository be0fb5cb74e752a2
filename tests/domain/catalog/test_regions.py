"""Regions have a name for sentences, a clock, days and a parent; a code that is none is refused with a hint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.regions import (
    MARKETS,
    PARENTS,
    days_between,
    global_chain,
    is_within,
    local_day,
    local_time,
    parse_region,
    region_chain,
    region_name,
    region_problem,
    start_of_day,
    time_zone,
)
from domain.errors import BadInput
from domain.ids import GLOBAL, Region
from tests.domain.made import NOW

ALL_REGIONS = st.sampled_from([Region(code) for code in (*MARKETS, *PARENTS)])
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))


def test_all_249_regions_of_the_standard_have_a_name_and_an_existing_clock() -> None:
    assert len(MARKETS) == 249
    assert {market.zone for market in MARKETS.values()} <= available_timezones()
    assert {time_zone(code).key for code in PARENTS} <= available_timezones()
    assert all(market.name[0].isalpha() and "&" not in market.name for market in MARKETS.values())


def test_every_sub_region_leads_to_one_of_the_249() -> None:
    assert {region_chain(code)[-1] for code in PARENTS} <= set(MARKETS)
    assert [region_chain(code) for code in ("CA-QC", "US-PR", "FR-75C")] == [
        ("CA-QC", "CA"),
        ("US-PR", "US"),
        ("FR-75C", "FR-IDF", "FR"),
    ]
    assert global_chain(Region("CA-QC")) == ("CA-QC", "CA", "GLOBAL")
    assert global_chain(Region("")) == global_chain(GLOBAL) == (GLOBAL,)


def test_names_stand_in_sentences() -> None:
    assert [region_name(code) for code in ("DE", "GB", "NL", "CA-QC", "US-CA", "RU-SA", "XX", GLOBAL)] == [
        "Germany",
        "the United Kingdom",
        "the Netherlands",
        "Quebec",
        "California",
        "Russia (SA)",
        "XX",
        "the world",
    ]


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("UK", "GB"),
        ("UK-SCT", "GB-SCT"),
        ("uk", "GB"),
        ("EL", "GR"),
        ("usa", "US"),
        ("BRA", "BR"),
        ("us-ca", "US-CA"),
        ("CA-QU", "CA-QC"),
        ("US-XX", "US"),
        ("en-GB", "GB"),
        ("Germany", "DE"),
        ("Irland", "IE"),
        ("the Netherlands", "NL"),
        ("DE ", "DE"),
        ("DE-", "DE"),
    ],
)
def test_a_wrong_code_is_refused_with_the_right_one(code: str, meant: str) -> None:
    assert region_problem(code) == f"{code!r} is not a region of ISO 3166. Did you mean {meant}?"
    assert parse_region(meant) == meant
    with pytest.raises(BadInput, match="Did you mean"):
        parse_region(code)


@pytest.mark.parametrize("code", ["", "D", "XX", "EU", "GLOBAL", "QQ-1", "*", 49, None, ["DE"]])
def test_what_resembles_no_region_is_refused_with_an_example(code: object) -> None:
    problem = region_problem(code) or ""
    assert problem.endswith("Write two capital letters, such as DE, or a sub-region, such as CA-QC.")


def test_a_sub_region_is_within_its_region_and_not_the_other_way_round() -> None:
    assert is_within("CA-QC", ["CA"])
    assert not is_within("CA", ["CA-QC"])
    assert not is_within("CA-ON", ["CA-QC", "US"])
    assert is_within("ZW", [])


def test_eight_in_the_evening_in_london_is_nine_in_berlin_and_the_next_morning_in_tokyo() -> None:
    codes = ("GB", "DE", "JP", "XX", "CA-BC", "DE-BY")
    assert [local_time(NOW, Region(code)).strftime("%a %H") for code in codes] == [
        "Sun 20",
        "Sun 21",
        "Mon 05",
        "Sun 20",
        "Sun 12",
        "Sun 21",
    ]


def test_days_are_midnights_of_the_market_not_blocks_of_24_hours() -> None:
    evening, morning = datetime(2026, 11, 30, 22, 0, tzinfo=UTC), datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    assert days_between(evening, morning, "GB") == 1
    assert days_between(evening, morning, "US") == 0
    assert days_between(morning, evening, "GB") == -1


@given(ALL_REGIONS, INSTANTS, st.integers(-400, 400))
def test_a_day_starts_with_its_first_instant_whatever_clocks_do(
    region: Region, now: datetime, days: int
) -> None:
    start = start_of_day(now, region, days)
    assert local_day(start, region) == local_day(now, region) + timedelta(days=days)
    assert local_day(start - timedelta(microseconds=1), region) < local_day(start, region)


@pytest.mark.parametrize(
    ("region", "day"),
    [("CL", datetime(2026, 9, 6, 12)), ("EG", datetime(2026, 4, 24, 12)), ("CU", datetime(2026, 3, 8, 12))],
)
def test_a_day_without_a_midnight_starts_at_one(region: str, day: datetime) -> None:
    start = start_of_day(day.replace(tzinfo=UTC), region)
    assert f"{local_time(start, region):%d %H:%M}" == f"{day:%d} 01:00"


def test_the_ends_of_the_calendar_are_no_error() -> None:
    assert start_of_day(NOW, "DE", 4_000_000).year == 9999
    assert start_of_day(NOW, "DE", -4_000_000).year == 1
