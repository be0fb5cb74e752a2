"""Names and local time of regions (markets), and names of languages.

A market uses the time zone of most of its people: a layout changes once per market. Others use UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from domain.ids import GLOBAL, Region


@dataclass(frozen=True, slots=True)
class Market:
    """`name` as in a sentence ("the United States")."""

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


LANGUAGES: Mapping[str, str] = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
}


def region_name(region: Region | str) -> str:
    """ "DE" -> "Germany"; unlisted: the code."""
    if region == GLOBAL:
        return "the world"
    market = MARKETS.get(region)
    return market.name if market else region


def language_name(tag: str) -> str:
    """ "pt-BR" -> "Portuguese (BR)"; unlisted: the tag."""
    language, _, rest = tag.partition("-")
    name = LANGUAGES.get(language, language)
    return f"{name} ({rest})" if rest else name


@cache
def time_zone(region: Region | str) -> ZoneInfo:
    market = MARKETS.get(region)
    return ZoneInfo(market.zone if market else "UTC")


def local_time(now: datetime, region: Region | str) -> datetime:
    return now.astimezone(time_zone(region))
