"""Markets: the region a page is made for, as people call it, and the clock on the wall there.

A market with several time zones is timed by the one that most of its people live in: a layout changes once
for a whole market. A market that is not listed keeps UTC and is called by its code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from domain.ids import GLOBAL, Region


@dataclass(frozen=True, slots=True)
class Market:
    """`name` as it stands in a sentence ("Trending in the United States"); `zone` is an IANA name."""

    name: str
    zone: str


MARKETS: dict[str, Market] = {
    "AU": Market("Australia", "Australia/Sydney"),
    "BR": Market("Brazil", "America/Sao_Paulo"),
    "CA": Market("Canada", "America/Toronto"),
    "DE": Market("Germany", "Europe/Berlin"),
    "ES": Market("Spain", "Europe/Madrid"),
    "FR": Market("France", "Europe/Paris"),
    "GB": Market("the United Kingdom", "Europe/London"),
    "IN": Market("India", "Asia/Kolkata"),
    "IT": Market("Italy", "Europe/Rome"),
    "JP": Market("Japan", "Asia/Tokyo"),
    "KR": Market("South Korea", "Asia/Seoul"),
    "MX": Market("Mexico", "America/Mexico_City"),
    "NL": Market("the Netherlands", "Europe/Amsterdam"),
    "PL": Market("Poland", "Europe/Warsaw"),
    "SE": Market("Sweden", "Europe/Stockholm"),
    "US": Market("the United States", "America/New_York"),
}


def region_name(region: Region | str) -> str:
    """ "DE" -> "Germany"; the code itself for a market without a name here."""
    if region == GLOBAL:
        return "the world"
    market = MARKETS.get(region)
    return market.name if market else region


@cache
def zone_of(region: Region | str) -> ZoneInfo:
    market = MARKETS.get(region)
    return ZoneInfo(market.zone if market else "UTC")


def local_time(now: datetime, region: Region | str) -> datetime:
    """The instant as the clocks of a market show it."""
    return now.astimezone(zone_of(region))
