"""An instant on the command line: the market's local time, UTC without a market, an explicit offset before both."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import pytest

from bff.commands.instant_option import instant_text, parse_at
from domain.ids import Region


@pytest.mark.parametrize(
    ("text", "market", "instant"),
    [
        ("2026-12-24T20:00", "JP", "2026-12-24T11:00"),
        ("2026-12-24T20:00", "US", "2026-12-25T01:00"),
        ("2026-12-24T20:00", None, "2026-12-24T20:00"),
        ("2026-12-24T20:00Z", "JP", "2026-12-24T20:00"),
        ("2026-12-24T20:00+01:00", "JP", "2026-12-24T19:00"),
        ("2026-12-24", "DE", "2026-12-23T23:00"),
        ("2026-03-29T02:30", "DE", "2026-03-29T01:00"),
        ("2026-10-25T02:30", "DE", "2026-10-25T00:30"),
    ],
)
def test_the_market_gives_the_clock_and_an_offset_wins(text: str, market: str | None, instant: str) -> None:
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert parse_at(text, Region(market) if market else None) == expected


def test_the_time_is_told_on_both_clocks() -> None:
    at = datetime(2026, 12, 24, 11, tzinfo=UTC)
    assert instant_text(at, "JP") == "24 Dec 2026 20:00 in Japan (24 Dec 2026 11:00 UTC)"


def test_what_is_no_time_is_told_how_to_be_written() -> None:
    with pytest.raises(click.BadParameter, match=r"write it like 2026-12-24T20:00"):
        parse_at("tonight", None)
