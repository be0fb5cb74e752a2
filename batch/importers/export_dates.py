"""Dates in the order of a person's language: "11/26/24" and "26.11.24" are one day.

A file has one order. A year of four digits tells it. Else the whole file does: a number above 12 is no month, and a
viewing history goes from the newest day to the oldest. Points and hyphens are between day, month and year, or as in
Korean ("24. 11. 26.") the other way round; slashes never have a short year first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise

from domain.errors import BadInput

_PARTS = re.compile(r"^\s*(\d{1,4})\s*([./\-年])\s*(\d{1,2})\s*[./\-月]\s*(\d{1,4})\s*[.日]?\s*$")
KOREAN = re.compile(r"^\s*\d{2}\. \d{1,2}\. \d{1,2}\.\s*$")
"""A short year with spaces and a last point."""

_INVISIBLE = str.maketrans("", "", "\u200e\u200f\u061c")
"""Marks of direction, which Arabic and Hebrew dates hold."""

CENTURY = 2000


class DateOrder(StrEnum):
    """As in `--dates`."""

    YEAR_FIRST = "YMD"
    DAY_FIRST = "DMY"
    MONTH_FIRST = "MDY"


FORMS = {
    DateOrder.YEAR_FIRST: "year, month, day",
    DateOrder.DAY_FIRST: "day, month, year",
    DateOrder.MONTH_FIRST: "month, day, year",
}


def parse_export_date(text: str, order: DateOrder) -> date:
    """Raises BadInput that says what the date should look like."""
    match = _parts(text)
    if match is None:
        raise BadInput(f"{text!r} is no date; write it like 2024-11-26")
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:
        order = DateOrder.YEAR_FIRST
    year, month, day = {
        DateOrder.YEAR_FIRST: (first, second, third),
        DateOrder.DAY_FIRST: (third, second, first),
        DateOrder.MONTH_FIRST: (third, first, second),
    }[order]
    try:
        return date(year + CENTURY if year < 100 else year, month, day)
    except ValueError as error:
        raise BadInput(f"{text!r} is no date in the order {FORMS[order]}, which this file has") from error


def _parts(text: str) -> re.Match[str] | None:
    return _PARTS.match(text.translate(_INVISIBLE))


def order_of_dates(texts: Sequence[str]) -> DateOrder:
    """The order of a file, newest first. Raises BadInput when both orders fit."""
    matches = [match for match in map(_parts, texts) if match is not None]
    if any(len(match[1]) == 4 for match in matches):
        return DateOrder.YEAR_FIRST
    if any(match[2] in ".-" for match in matches):
        return _order_without_slashes(matches)
    day_first = sum(int(match[1]) > 12 for match in matches)
    month_first = sum(int(match[3]) > 12 for match in matches)
    if day_first != month_first:
        return DateOrder.DAY_FIRST if day_first > month_first else DateOrder.MONTH_FIRST
    falling = [order for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST) if _is_falling(texts, order)]
    if len(falling) == 1:
        return falling[0]
    if not matches or all(match[1] == match[3] for match in matches):
        return DateOrder.DAY_FIRST
    raise BadInput(
        f"Date: {matches[0][0].strip()!r} and all other dates can be read as day/month and as month/day; "
        "say which with --dates DMY or --dates MDY"
    )


def _order_without_slashes(matches: Sequence[re.Match[str]]) -> DateOrder:
    """Day first, unless only a short year in front makes days of all dates, from new to old."""
    if any(len(match[4]) == 4 for match in matches):
        return DateOrder.DAY_FIRST
    texts = [match[0] for match in matches]
    fitting = [order for order in (DateOrder.DAY_FIRST, DateOrder.YEAR_FIRST) if _fits(texts, order)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting and all(KOREAN.match(text) for text in texts):
        return DateOrder.YEAR_FIRST
    if fitting and all(match[2] == "-" and match[1] != match[4] for match in matches):
        raise BadInput(
            f"Date: {texts[0].strip()!r} and all other dates can be read as day-month-year and as year-month-day; "
            "say which with --dates DMY or --dates YMD"
        )
    return DateOrder.DAY_FIRST


def _fits(texts: Sequence[str], order: DateOrder) -> bool:
    try:
        days = [parse_export_date(text, order) for text in texts]
    except BadInput:
        return False
    return all(later >= earlier for later, earlier in pairwise(days))


def _is_falling(texts: Sequence[str], order: DateOrder) -> bool:
    days: list[date] = []
    for text in texts:
        try:
            days.append(parse_export_date(text, order))
        except BadInput:
            continue
    return all(later >= earlier for later, earlier in pairwise(days))
