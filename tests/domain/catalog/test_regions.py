"""Markets have a name for sentences and a clock."""

from __future__ import annotations

from zoneinfo import available_timezones

from domain.catalog.maturity_ratings import _BOARDS
from domain.catalog.regions import MARKETS, local_time, region_name, time_zone
from domain.ids import GLOBAL, Region
from tests.domain.made import NOW


def test_a_region_without_a_name_is_called_by_its_code() -> None:
    assert [region_name(Region(code)) for code in ("DE", "GB", "XX")] == [
        "Germany",
        "the United Kingdom",
        "XX",
    ]
    assert region_name(GLOBAL) == "the world"


def test_every_clock_exists_and_every_market_with_a_rating_board_has_one() -> None:
    assert {market.zone for market in MARKETS.values()} <= available_timezones()
    assert set(_BOARDS) <= set(MARKETS)
    assert time_zone("XX").key == "UTC"


def test_eight_in_the_evening_in_london_is_nine_in_berlin_and_the_next_morning_in_tokyo() -> None:
    assert [local_time(NOW, Region(code)).strftime("%a %H") for code in ("GB", "DE", "JP", "XX")] == [
        "Sun 20",
        "Sun 21",
        "Mon 05",
        "Sun 20",
    ]
