"""Regions (ISO 3166), their names, their local time and days, and names of languages.

A region is one of the 249 codes of ISO 3166-1 ("CA") or a sub-region of ISO 3166-2 ("CA-QC"). A sub-region belongs to
a parent and inherits what holds there: licences, ratings, lists. What is missing for a region is taken from its
parent, then from the whole world.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from domain.catalog.region_codes import code_suggestion
from domain.catalog.region_table import REGION_TABLE
from domain.catalog.subdivision_clocks import SUBDIVISION_CLOCKS
from domain.catalog.subdivision_table import SUBDIVISION_TABLE
from domain.errors import BadInput
from domain.ids import GLOBAL, Region

REGION_PATTERN = "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"
"""The form of a region, for schemas; `parse_region` also checks that the code exists."""


@dataclass(frozen=True, slots=True)
class Market:
    """`name` as in a sentence ("the United States"); `zone` is that of most of its people."""

    name: str
    zone: str


def _rows(table: str, columns: int) -> Iterator[list[str]]:
    return (line.split(" ", columns - 1) for line in table.strip().splitlines())


MARKETS: Mapping[str, Market] = {
    code: Market(name, zone) for code, _, zone, name in _rows(REGION_TABLE, columns=4)
}
"""The 249 regions of ISO 3166-1."""

THREE_LETTER_CODES: Mapping[str, str] = {
    alpha3: code for code, alpha3, _, _ in _rows(REGION_TABLE, columns=4)
}


def _parents(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    parent = ""
    for word in words:
        if word.endswith(":"):
            parent = word[:-1]
        else:
            yield f"{parent[:2]}-{word}", parent


PARENTS: Mapping[str, str] = dict(_parents(SUBDIVISION_TABLE.split()))
"""Sub-region -> the region or sub-region it belongs to."""

_CLOCKS: Mapping[str, list[str]] = {row[0]: row[1:] for row in _rows(SUBDIVISION_CLOCKS, columns=3)}
"""Sub-region -> its zone, and its name where it has one."""


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


def is_region(code: str) -> bool:
    return code in MARKETS or code in PARENTS


def parse_region(code: object) -> Region:
    """Raises BadInput that says what to write instead."""
    if isinstance(code, str) and is_region(code):
        return Region(code)
    raise BadInput(region_problem(code) or "")


def region_problem(code: object) -> str | None:
    """ "'UK' is not a region of ISO 3166. Did you mean GB?"; None for a region."""
    if isinstance(code, str) and is_region(code):
        return None
    shown = repr(code if not isinstance(code, str) else code[:40])[:60]
    names = {code: market.name for code, market in MARKETS.items()}
    meant = code_suggestion(code, names, THREE_LETTER_CODES, PARENTS) if isinstance(code, str) else None
    example = "Write two capital letters, such as DE, or a sub-region, such as CA-QC."
    return f"{shown} is not a region of ISO 3166. {f'Did you mean {meant}?' if meant else example}"


@cache
def region_chain(region: Region | str) -> tuple[Region, ...]:
    """The region and what it belongs to, narrowest first: "FR-75C" -> ("FR-75C", "FR-IDF", "FR")."""
    chain = [Region(region)]
    while (parent := PARENTS.get(chain[-1])) is not None:
        chain.append(Region(parent))
    return tuple(chain)


def global_chain(region: Region | str) -> tuple[Region, ...]:
    """Where to look for what is stored by region: the chain, then GLOBAL. An unknown region: GLOBAL only."""
    return (*region_chain(region), GLOBAL) if region and region != GLOBAL else (GLOBAL,)


def is_within(region: Region | str, regions: Collection[str]) -> bool:
    """Whether one of `regions` is the region or holds it. No regions at all mean every region."""
    return not regions or any(one in regions for one in region_chain(region))


def region_name(region: Region | str) -> str:
    """ "DE" -> "Germany", "CA-QC" -> "Quebec", "RU-SA" -> "Russia (SA)"; unlisted: the code."""
    if region == GLOBAL:
        return "the world"
    if region in MARKETS:
        return MARKETS[region].name
    if len(_CLOCKS.get(region, ())) > 1:
        return _CLOCKS[region][1]
    code, _, rest = region.partition("-")
    return f"{MARKETS[code].name} ({rest})" if region in PARENTS else region


def language_name(tag: str) -> str:
    """ "pt-BR" -> "Portuguese (BR)"; unlisted: the tag."""
    language, _, rest = tag.partition("-")
    name = LANGUAGES.get(language, language)
    return f"{name} ({rest})" if rest else name


@cache
def time_zone(region: Region | str) -> ZoneInfo:
    """Of the region or the nearest one it belongs to; UTC for GLOBAL and for an unknown region."""
    for one in region_chain(region):
        if one in _CLOCKS:
            return ZoneInfo(_CLOCKS[one][0])
        if one in MARKETS:
            return ZoneInfo(MARKETS[one].zone)
    return ZoneInfo("UTC")


def local_time(now: datetime, region: Region | str) -> datetime:
    return now.astimezone(time_zone(region))


def local_day(instant: datetime, region: Region | str) -> date:
    """The calendar day of the market."""
    return instant.astimezone(time_zone(region)).date()


def days_between(first: datetime, second: datetime, region: Region | str) -> int:
    """Midnights of the market from `first` to `second`: tomorrow is 1, however many hours away."""
    return (local_day(second, region) - local_day(first, region)).days


def start_of_day(now: datetime, region: Region | str, days: int = 0) -> datetime:
    """The first instant (UTC) of the market's day `days` after the day of `now`.

    Where clocks skip midnight, the day starts when they do.
    """
    day = local_day(now, region)
    try:
        day += timedelta(days=days)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if days > 0 else datetime.min.replace(tzinfo=UTC)
    zone = time_zone(region)
    midnight = datetime.combine(day, time(), zone)
    try:
        return midnight.astimezone(UTC)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if days > 0 else datetime.min.replace(tzinfo=UTC)
