"""Letterboxd's export: diary.csv, watched.csv, ratings.csv, reviews.csv and watchlist.csv.

    Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date       diary.csv; reviews.csv has Review as well
    Date,Name,Year,Letterboxd URI,Rating                                 ratings.csv
    Date,Name,Year,Letterboxd URI                                        watched.csv, and watchlist.csv alike

Only its name tells a watchlist from what was watched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from batch.importers.viewing_entries import EntryKind, Reading, ViewingEntry, instant_of_day
from domain.errors import BadInput

NEEDED = frozenset({"Date", "Name", "Year", "Letterboxd URI"})
WATCHLIST = re.compile(r"watch-?list", re.IGNORECASE)


def is_letterboxd(header: Sequence[str]) -> bool:
    return set(header) >= NEEDED


def letterboxd_entries(
    line: int, header: Sequence[str], row: Sequence[str], is_watchlist: bool, now: datetime
) -> Iterator[ViewingEntry]:
    """A line of the diary with stars is two entries. Raises BadInput that names the field."""
    if len(row) != len(header):
        raise BadInput(f"has {len(row)} columns, expected {len(header)}: {', '.join(header)}")
    values = dict(zip(header, (value.strip() for value in row), strict=True))
    reading = Reading(_name(values), _year(values["Year"]))
    text = f"{reading.name} ({reading.year})" if reading.year else reading.name
    day_field = "Watched Date" if values.get("Watched Date") else "Date"
    at = instant_of_day(_day(values[day_field], day_field), now, day_field)
    key = f"{at.date()} {text}"
    if is_watchlist:
        yield ViewingEntry(line, text, EntryKind.LISTED, at, key, (reading,))
        return
    stars = _stars(values.get("Rating", ""))
    # ratings.csv says when the stars were given, not that the film was seen on that day.
    if "Rating" not in header or "Watched Date" in header:
        yield ViewingEntry(line, text, EntryKind.WATCHED, at, key, (reading,))
    elif stars is None:
        raise BadInput("Rating: is empty; write stars from 0.5 to 5, or leave the line out")
    if stars is not None:
        yield ViewingEntry(line, text, EntryKind.RATED, at, f"{key} {stars}", (reading,), stars)


def _name(values: Mapping[str, str]) -> str:
    if not values["Name"]:
        raise BadInput("Name: is empty; write the name of the film, or leave the line out")
    return values["Name"]


def _year(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{4}", text):
        raise BadInput(f"Year: {text!r} is no year; write four digits, or leave it empty")
    return int(text)


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{name}: {text!r} is no date; write it like 2024-11-26") from error


def _stars(text: str) -> float | None:
    if not text:
        return None
    try:
        stars = float(text)
    except ValueError:
        stars = 0.0
    if not 0.5 <= stars <= 5:
        raise BadInput(f"Rating: {text!r} is not from 0.5 to 5")
    return stars
