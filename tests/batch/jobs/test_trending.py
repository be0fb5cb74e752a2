"""Trending: the formula to the digit; bursts are found, habits are not; no list is empty."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

import pytest

from batch.jobs import trending as job
from batch.jobs.input_snapshot import viewings, with_account
from batch.jobs.popularity import ANY_GENRE, explode_genres
from domain.recommendations.lists import ListAudience, TrendWindow

pytestmark = pytest.mark.spark

Viewing = tuple[str, str, str, float]
"""Profile, title, region, hours before now."""


def counters(frames: Any, rows: list[Viewing], profiles: Any = None, titles: Any = None) -> Any:
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
    watched = viewings(frames.events(events), frames.as_of)
    by_account = with_account(watched, frames.profiles() if profiles is None else profiles)
    known = frames.titles(sorted({row[1] for row in rows}), maturity_age=16) if titles is None else titles
    return job.decayed_counts(by_account, known, frames.as_of)


def scores(
    frames: Any, rows: list[Viewing], catalogue: int, profiles: Any = None
) -> dict[tuple[str, str, str], float]:
    found = job.trending_scores(counters(frames, rows, profiles), sizes(catalogue)).collect()
    return {(row.region, row.window, row.title_id): row.score for row in found}


def sizes(catalogue: int) -> dict[ListAudience, int]:
    return dict.fromkeys(ListAudience, catalogue)


def reference(rows: list[Viewing], catalogue: int, window: TrendWindow) -> dict[tuple[str, str], float]:
    """The docstring's formula in plain Python, every profile an account."""
    half_life = job.HALF_LIFE[window] / 3_600_000
    last: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for profile, title, region, hours in rows:
        for place in (region, "GLOBAL"):
            last[place, title, profile].append(hours)
    now: dict[tuple[str, str], float] = defaultdict(float)
    habit: dict[tuple[str, str], float] = defaultdict(float)
    people: Counter[tuple[str, str]] = Counter()
    for (place, title, _), times in last.items():
        now[place, title] += 2 ** (-min(times) / half_life)
        older = [hours for hours in times if hours > 24]
        habit[place, title] += 2 ** (-(min(older) - 24) / 168) if older else 0.0
        people[place, title] += min(times) < job.COUNTED_FOR[window] / 3_600_000
    mass = job.PRIOR * catalogue
    total = {place: (_sum(now, place), _sum(habit, place)) for place, _ in now}
    found = {}
    for (place, title), c in now.items():
        usual = (habit["GLOBAL", title] + job.PRIOR) / (total["GLOBAL"][1] + mass)
        prior = job.PRIOR if place == "GLOBAL" else mass * usual
        expected = (habit[place, title] + prior) / (total[place][1] + mass) * total[place][0]
        surprise = 2 * (c * math.log(c / expected) - (c - expected)) / (1 + job.DISPERSION * expected)
        enough = people[place, title] >= job.MIN_ACCOUNTS and c > expected
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


@pytest.fixture(scope="module")
def of_the_burst(frames: Any) -> dict[tuple[str, str, str], float]:
    """Scores of all windows, from one query."""
    return scores(frames, burst(), catalogue=50)


@pytest.mark.parametrize("window", list(TrendWindow))
def test_scores_are_the_formula(of_the_burst: Any, window: TrendWindow) -> None:
    expected = reference(burst(), 50, window)
    own = {(place, title): score for (place, name, title), score in of_the_burst.items() if name == window}
    assert own == pytest.approx(expected, abs=1e-4)
    assert own["GLOBAL", "new"] > own["GLOBAL", "hit"]
    assert own["GLOBAL", "rare"] == 0.0


def test_lists_hold_trending_titles_first_then_what_is_watched_anyway(frames: Any) -> None:
    titles = frames.titles(["hit", "new", "rare"])
    lists = job.rank_lists(
        explode_genres(job.trending_scores(counters(frames, burst()), sizes(50)), titles)
    ).collect()
    found = {(row.region, row.window, row.genre): [tuple(item)[1:] for item in row["items"]] for row in lists}
    assert len(found) == 3 * 3 * 2
    hour = found["GLOBAL", "hour", ANY_GENRE]
    assert [item[0] for item in hour] == ["new", "hit", "rare"]
    assert [item[2] for item in hour] == [6, 12, 1]
    assert hour[0][1] > hour[1][1] > hour[2][1] == 0.0
    assert found["US", "day", "Drama"] == found["US", "day", ANY_GENRE]


def test_an_account_counts_once_however_often_on_whatever_days_and_profiles_it_plays(frames: Any) -> None:
    once = [("p", "a", "US", 1.0), ("q", "a", "US", 2.0), ("r", "b", "US", 1.0), ("p", "a", "US", 30.0)]
    often = once + [("p", "a", "US", 1.0 + minute / 60) for minute in range(1, 30)]
    often += [(f"p{number}", "a", "US", hours) for number in range(4) for hours in (1.5, 26.0 + 24, 50.0)]
    often += [("p", "a", "US", 25.0 + 24 * day) for day in range(1, 6)]
    household = frames.profiles({"p": "home", **{f"p{number}": "home" for number in range(4)}})
    assert scores(frames, often, 10, household) == scores(frames, once, 10, household)


def test_one_household_makes_no_title_trend(frames: Any) -> None:
    """Five profiles of one account, against three accounts."""
    rows = [(f"h{number}", "ours", "US", 0.2) for number in range(5)]
    rows += [(f"p{number}", "theirs", "US", 0.2) for number in range(3)]
    household = frames.profiles({f"h{number}": "home" for number in range(5)})
    found = scores(frames, rows, 50, household)
    assert {found["US", window, "ours"] for window in TrendWindow} == {0.0}
    assert all(found["US", window, "theirs"] > 1.0 for window in TrendWindow)
    assert {row.title_id: row.hour_accounts for row in counters(frames, rows, household).collect()} == {
        "ours": 1,
        "theirs": 3,
    }


def test_an_account_that_moved_counts_once_in_the_world(frames: Any) -> None:
    rows = [("p", "a", "US", 3.0), ("p", "a", "DE", 1.0)]
    found = {row.region: row.day_accounts for row in counters(frames, rows).collect()}
    assert found == {"US": 1, "DE": 1, "GLOBAL": 1}


def test_kids_have_charts_of_what_kids_watch(frames: Any) -> None:
    """Ten grown-ups watch "musical", three kids "cartoon"; "thriller" is for nobody's kids."""
    rows = [(f"g{number}", title, "US", 0.2) for number in range(10) for title in ("musical", "thriller")]
    rows += [(f"k{number}", "cartoon", "US", 0.2) for number in range(3)]
    titles = frames.titles(["musical", "cartoon"], maturity_age=6).unionByName(
        frames.titles(["thriller"], maturity_age=16)
    )
    kids = frames.profiles(k0=7, k1=10, k2=0)
    counted = counters(frames, rows, kids, titles)
    lists = job.rank_lists(
        explode_genres(job.trending_scores(counted, job.catalogue_sizes(titles)), titles)
    ).collect()
    charts = {
        row.audience: [(item.title_id, item["count"]) for item in row["items"]]
        for row in lists
        if (row.region, row.window, row.genre) == ("US", "day", ANY_GENRE)
    }
    assert charts == {
        "all": [("musical", 10), ("thriller", 10), ("cartoon", 3)],
        "kids": [("cartoon", 3), ("musical", 0)],
    }


def test_a_regions_list_holds_only_what_is_licensed_there(frames: Any) -> None:
    titles = frames.titles(["hit", "rare"]).unionByName(frames.titles(["new"], regions=["DE"]))
    lists = job.rank_lists(
        explode_genres(job.trending_scores(counters(frames, burst()), sizes(50)), titles)
    ).collect()
    ids = {(row.region, row.window, row.genre): {item.title_id for item in row["items"]} for row in lists}
    assert "new" not in ids["US", "hour", ANY_GENRE]
    assert "new" in ids["DE", "hour", ANY_GENRE]
    assert "new" in ids["GLOBAL", "hour", ANY_GENRE]


def test_the_hourly_chart_counts_accounts_of_four_half_lives(frames: Any) -> None:
    """At night three accounts watch "quiet" within three hours, none of them in the last one."""
    rows = [(f"p{number}", "quiet", "US", 1.2 + number * 0.8) for number in range(3)]
    rows += [(f"q{number}", "late", "US", 4.1) for number in range(3)]
    found = scores(frames, rows, 50)
    assert found["US", TrendWindow.HOUR, "quiet"] > 1.0
    assert found["US", TrendWindow.HOUR, "late"] == 0.0
