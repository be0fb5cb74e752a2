"""Impression fatigue: titles seen on several days and not played rank lower, and so do unplayed rows.

    seen(t)    = sum over the days before today on which t was seen, since it was last played or had a new
                 episode, of 2^(-days ago / 7)
    fatigue(t) = x / (x + 3)  with  x = max(0, seen(t) - 1),  0 .. 1

Today does not count, so viewing a page does not reorder it. Task rows (Continue Watching, My List) cause no
fatigue: people return there to find a title again. Based on the impression cap of Pocket's home slates and the
seven-day filter of Twitter's home mixer; the smooth form and the numbers are ours.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Weights
from domain.layouts.row_kinds import ROW_KINDS, RowSource
from domain.viewers.activity import Activity
from domain.viewers.impressions import (
    DAYS_KEPT,
    day_number,
    days_seen_before,
    days_since_latest,
    played_key,
    row_key,
    title_key,
)

HALF_LIFE_DAYS = 7.0
FREE_DAYS, HALF_DAYS = 1.0, 3.0
ROW_FREE_DAYS, ROW_HALF_DAYS = 3.0, 7.0
"""Rows get more time: they are seen every day."""


def fatigue_scores(
    activity: Activity, titles: Mapping[TitleId, Title], now: datetime
) -> dict[TitleId, float]:
    """Title -> fatigue, 0..1, of the titles that have any."""
    impressions, today = activity.impressions, day_number(now)
    if not impressions:
        return {}
    known: set[str] = set()
    known.update(*impressions.values())
    seen: dict[TitleId, int] = {}
    for title_id, title in titles.items():
        key = title_id if title.episode_count is None else title_key(title_id, title.episode_count)
        if key in known:
            seen[title_id] = days_seen_before(impressions, key, today)
    played = _last_play_days(activity, seen)
    scores: dict[TitleId, float] = {}
    for title_id, days in seen.items():
        days_unplayed = _days_after(days, today - played[title_id]) if title_id in played else days
        fatigue = _fatigue(days_unplayed, FREE_DAYS, HALF_DAYS)
        if fatigue:
            scores[title_id] = fatigue
    return scores


def row_fatigue(activity: Activity, row: str, source: RowSource, now: datetime) -> float:
    """Fatigue of a row, 0..1; `row` is the spec's id."""
    if ROW_KINDS[source].is_task:
        return 0.0
    today = day_number(now)
    days = days_seen_before(activity.impressions, row_key(row), today)
    played = days_seen_before(activity.impressions, played_key(row), today + 1)
    if played:
        days = _days_after(days, days_since_latest(played) - 1)
    return _fatigue(days, ROW_FREE_DAYS, ROW_HALF_DAYS)


def row_weights(source: RowSource, weights: Weights) -> Weights:
    return replace(weights, fatigue=0.0) if ROW_KINDS[source].is_task and weights.fatigue else weights


def _days_after(days: int, ago: int) -> int:
    """The days less than `ago` days ago: a day of playing clears its own impressions too."""
    older = DAYS_KEPT - ago + 1
    return 0 if older > DAYS_KEPT else days if older <= 0 else days >> older << older


@lru_cache(maxsize=8192)
def _fatigue(days: int, free: float, half: float) -> float:
    seen = 0.0
    while days:
        seen += 2.0 ** (-days_since_latest(days) / HALF_LIFE_DAYS)
        days ^= 1 << days.bit_length() - 1
    return (seen - free) / (seen - free + half) if seen > free else 0.0


def _last_play_days(activity: Activity, titles: Container[TitleId]) -> dict[TitleId, int]:
    """Title -> day of its last play. Any episode counts for its series."""
    played: dict[TitleId, int] = {}
    for title_id, watch in activity.watched.items():
        show = TitleId(watch.series_id) if watch.series_id else title_id
        if show in titles:
            played[show] = max(played.get(show, 0), day_number(watch.at))
    return played
