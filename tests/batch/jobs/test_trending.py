"""Trending: the formula to the digit; bursts are found, habits are not; no list is empty."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pytest

from batch.jobs import trending as job
from batch.jobs.input_snapshot import viewings
from batch.jobs.popularity import ANY_GENRE, explode_genres
from domain.recommendations.lists import TrendWindow

pytestmark = pytest.mark.spark

Viewing = tuple[str, str, str, float]
"""Profile, title, region, hours before now."""


def counters(frames: Any, rows: list[Viewing]) -> Any:
    events = [
        {
            "profile_id": profile,
            "title_id": title,
            "region": region,
            "type": "complete",
            "occurred_at": frames.as_of - round(hours * frames.hour),
        }
        for profile, title, region, hours in rows
    ]
    return job.decayed_counts(viewings(frames.events(events), frames.as_of), frames.as_of)


def scores(frames: Any, rows: list[Viewing], catalogue: int) -> dict[tuple[str, str, str], float]:
    found = job.trending_scores(counters(frames, rows), catalogue).collect()
    return {(row.region, row.window, row.title_id): row.score for row in found}


def reference(rows: list[Viewing], catalogue: int, window: TrendWindow) -> dict[tuple[str, str], float]:
    """The docstring's formula in plain Python, for rows that are all on different (profile, title, day)."""
    half_life = job.HALF_LIFE[window] / 3_600_000
    now: dict[tuple[str, str], float] = defaultdict(float)
    habit: dict[tuple[str, str], float] = defaultdict(float)
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for profile, title, region, hours in rows:
        for place in (region, "GLOBAL"):
            now[place, title] += 2 ** (-hours / half_life)
            habit[place, title] += 2 ** (-(hours - 24) / 168) if hours > 24 else 0.0
            if hours < job.WINDOW_LENGTH[window] / 3_600_000:
                people[place, title].add(profile)
    mass = job.PRIOR * catalogue
    total = {place: (_sum(now, place), _sum(habit, place)) for place, _ in now}
    found = {}
    for (place, title), c in now.items():
        usual = (habit["GLOBAL", title] + job.PRIOR) / (total["GLOBAL"][1] + mass)
        prior = job.PRIOR if place == "GLOBAL" else mass * usual
        expected = (habit[place, title] + prior) / (total[place][1] + mass) * total[place][0]
        surprise = 2 * (c * math.log(c / expected) - (c - expected)) / (1 + job.DISPERSION * expected)
        enough = len(people[place, title]) >= job.MIN_PROFILES and c > expected
        found[place, title] = math.sqrt(max(0.0, surprise)) if enough else 0.0
    return found


def _sum(table: dict[tuple[str, str], float], place: str) -> float:
    return sum(value for (where, _), value in table.items() if where == place)


def burst() -> list[Viewing]:
    """ "hit" is watched daily by many; "new" by six people within the last hour; both in two regions."""
    rows = [
        (f"p{number}", "hit", "US" if number % 3 else "DE", day * 24 + 1.5)
        for number in range(12)
        for day in range(10)
    ]
    rows += [(f"p{number}", "new", "US" if number < 4 else "DE", 0.1 + number / 20) for number in range(6)]
    return [*rows, ("p1", "rare", "US", 0.3)]


@pytest.mark.parametrize("window", list(TrendWindow))
def test_scores_are_the_formula(frames: Any, window: TrendWindow) -> None:
    found = scores(frames, burst(), catalogue=50)
    expected = reference(burst(), 50, window)
    own = {(place, title): score for (place, name, title), score in found.items() if name == window}
    assert own == pytest.approx(expected, abs=1e-4)
    assert own["GLOBAL", "new"] > own["GLOBAL", "hit"]
    assert own["GLOBAL", "rare"] == 0.0


def test_lists_hold_trending_titles_first_then_what_is_watched_anyway(frames: Any) -> None:
    titles = frames.titles(["hit", "new", "rare"])
    lists = job.rank_lists(
        explode_genres(job.trending_scores(counters(frames, burst()), 50), titles)
    ).collect()
    found = {(row.region, row.window, row.genre): [tuple(item)[1:] for item in row["items"]] for row in lists}
    assert len(found) == 3 * 3 * 2
    hour = found["GLOBAL", "hour", ANY_GENRE]
    assert [item[0] for item in hour] == ["new", "hit", "rare"]
    assert [item[2] for item in hour] == [6, 0, 1]
    assert hour[0][1] > 0.0
    assert [item[1] for item in hour[1:]] == [0.0, 0.0]
    assert found["US", "day", "Drama"] == found["US", "day", ANY_GENRE]


def test_one_profile_counts_once_a_day_however_often_it_plays(frames: Any) -> None:
    once = [("p", "a", "US", 1.0), ("q", "a", "US", 2.0), ("r", "b", "US", 1.0)]
    often = once + [("p", "a", "US", 1.0 + minute / 60) for minute in range(1, 30)]
    assert scores(frames, often, 10) == scores(frames, once, 10)


def test_a_regions_list_holds_only_what_is_licensed_there(frames: Any) -> None:
    titles = frames.titles(["hit", "rare"]).unionByName(frames.titles(["new"], regions=["DE"]))
    lists = job.rank_lists(
        explode_genres(job.trending_scores(counters(frames, burst()), 50), titles)
    ).collect()
    ids = {(row.region, row.window, row.genre): {item.title_id for item in row["items"]} for row in lists}
    assert "new" not in ids["US", "hour", ANY_GENRE]
    assert "new" in ids["DE", "hour", ANY_GENRE]
    assert "new" in ids["GLOBAL", "hour", ANY_GENRE]
