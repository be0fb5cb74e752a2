"""Weariness: what was seen on several days and never played moves back; so does a row nobody plays from.

    seen(t)    = sum over the days before today on which t was seen, since it was last played or had a new
                 episode, of 2^(-days ago / 7)
    fatigue(t) = x / (x + 3)  with  x = max(0, seen(t) - 1),  0 .. 1

One day is free: nobody decides at first sight. Today does not count, so a page does not shuffle because it was
looked at. In task rows (Continue Watching, My List) titles do not tire: people go there to find them again,
and being seen there tires them nowhere (domain/viewers/impressions.py). The idea is the impression cap of Pocket's
home slates and the seven-day impression filter of Twitter's home mixer; the smooth form and the numbers are
ours.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import RowSource, Weights
from domain.viewers.activity import Activity
from domain.viewers.impressions import (
    DAYS_KEPT,
    day_of,
    days_before,
    latest_age,
    played_key,
    row_key,
    title_key,
)

TASK_ROWS = frozenset({RowSource.CONTINUE_WATCHING, RowSource.MY_LIST, RowSource.ONBOARDING})
HALF_LIFE_DAYS = 7.0
FREE_DAYS, HALF_DAYS = 1.0, 3.0
ROW_FREE_DAYS, ROW_HALF_DAYS = 3.0, 7.0
"""Rows are seen every day: they are given more time."""


def fatigue_scores(
    activity: Activity, titles: Mapping[TitleId, Title], now: datetime
) -> dict[TitleId, float]:
    """Fatigue of the titles that have any, 0..1."""
    memory, today = activity.shown, day_of(now)
    if not memory:
        return {}
    known: set[str] = set()
    known.update(*memory.values())
    seen: dict[TitleId, int] = {}
    for title_id, title in titles.items():
        key = title_id if title.episode_count is None else title_key(title_id, title.episode_count)
        if key in known:
            seen[title_id] = days_before(memory, key, today)
    played = _last_played(activity, seen)
    tired: dict[TitleId, float] = {}
    for title_id, days in seen.items():
        since = _since(days, today - played[title_id]) if title_id in played else days
        weariness = _weariness(since, FREE_DAYS, HALF_DAYS)
        if weariness:
            tired[title_id] = weariness
    return tired


def row_fatigue(activity: Activity, row: str, source: RowSource, now: datetime) -> float:
    """How tired a profile is of a row, 0..1, by its spec's id: seen on days since something of it was played."""
    if source in TASK_ROWS:
        return 0.0
    today = day_of(now)
    days = days_before(activity.shown, row_key(row), today)
    played = days_before(activity.shown, played_key(row), today + 1)
    if played:
        days = _since(days, latest_age(played) - 1)
    return _weariness(days, ROW_FREE_DAYS, ROW_HALF_DAYS)


def weights_in(source: RowSource, weights: Weights) -> Weights:
    """The weights that hold in a row of this source."""
    return replace(weights, fatigue=0.0) if source in TASK_ROWS and weights.fatigue else weights


def _since(days: int, ago: int) -> int:
    """Those of some days that are less than `ago` days ago: what was seen on the day it was played is done with."""
    older = DAYS_KEPT - ago + 1
    return 0 if older > DAYS_KEPT else days if older <= 0 else days >> older << older


@lru_cache(maxsize=8192)
def _weariness(days: int, free: float, half: float) -> float:
    seen = 0.0
    while days:
        seen += 2.0 ** (-latest_age(days) / HALF_LIFE_DAYS)
        days ^= 1 << days.bit_length() - 1
    return (seen - free) / (seen - free + half) if seen > free else 0.0


def _last_played(activity: Activity, titles: Container[TitleId]) -> dict[TitleId, int]:
    """The day on which each of these was last played; any episode counts for its series."""
    played: dict[TitleId, int] = {}
    for title_id, watch in activity.watched.items():
        show = TitleId(watch.series_id) if watch.series_id else title_id
        if show in titles:
            played[show] = max(played.get(show, 0), day_of(watch.at))
    return played
