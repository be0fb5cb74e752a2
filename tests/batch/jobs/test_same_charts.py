"""Charts and popular lists stay what they are when events are shuffled, divided otherwise, or ids renamed."""

from __future__ import annotations

import random
from typing import Any

import pytest

from batch.jobs import popularity, trending
from batch.jobs.input_snapshot import viewings, with_account
from domain.recommendations.lists import ListAudience

pytestmark = pytest.mark.spark

TITLES, PROFILES, EVENTS = 12, 30, 400
HALF_LIVES = popularity.recent_and_steady(3.0)
Lists = dict[tuple[str, ...], list[tuple[str, float, int]]]


def events() -> list[dict[str, Any]]:
    """Hours before now, many of them equal: ties are settled by the title's id."""
    draw = random.Random(5)
    return [
        {
            "profile_id": f"p{draw.randrange(PROFILES):02}",
            "title_id": f"t{int(draw.random() ** 2 * TITLES):02}",
            "region": draw.choice(("US", "DE", "US-CA")),
            "hours": draw.choice((0, 1, 2, 5, 30, 200)),
        }
        for _ in range(EVENTS)
    ]


def charts(frames: Any, rows: list[dict[str, Any]], partitions: int, titles: list[str]) -> Lists:
    made = frames.events(
        [
            {
                "profile_id": one["profile_id"],
                "title_id": one["title_id"],
                "region": one["region"],
                "type": "complete",
                "occurred_at": frames.as_of - one["hours"] * frames.hour,
            }
            for one in rows
        ]
    ).repartition(partitions)
    watched = with_account(viewings(made, frames.as_of), frames.profiles())
    known = frames.titles(titles, maturity_age=16)
    counters = trending.decayed_counts(watched, known, frames.as_of)
    scored = trending.trending_scores(counters, dict.fromkeys(ListAudience, TITLES))
    trends = trending.rank_lists(popularity.explode_genres(scored, known))
    counts = popularity.decayed_counts(watched, known, frames.as_of, HALF_LIVES)
    popular = popularity.explode_genres(popularity.popularity_scores(counts), known)
    found: Lists = {}
    for row in trends.collect():
        found["trending", row.region, row.audience, row.window, row.genre] = entries(row)
    for row in popularity.rank_lists(popular, 100).collect():
        found["popular", row.region, row.audience, row.genre] = entries(row)
    return found


def entries(row: Any) -> list[tuple[str, float, int]]:
    return [(one["title_id"], one["score"], one["count"]) for one in row["items"]]


@pytest.fixture(scope="module")
def usual(frames: Any) -> Lists:
    return charts(frames, events(), 1, [f"t{number:02}" for number in range(TITLES)])


def test_there_is_a_list_for_each_region_and_window(usual: Lists) -> None:
    regions = ("DE", "GLOBAL", "US", "US-CA")
    windows = ("day", "hour", "week")
    genres = sorted({key[-1] for key in usual})
    expected = [("popular", one, "all", genre) for one in regions for genre in genres]
    expected += [("trending", one, "all", w, genre) for one in regions for w in windows for genre in genres]
    assert sorted(usual) == sorted(expected)
    assert {len(items) for key, items in usual.items() if key[1] == "GLOBAL"} == {TITLES}


def test_shuffled_events_and_other_partitions_give_the_same_lists(frames: Any, usual: Lists) -> None:
    shuffled = events()
    random.Random(8).shuffle(shuffled)
    assert charts(frames, shuffled, 7, [f"t{number:02}" for number in range(TITLES)]) == usual


def test_other_ids_give_the_same_lists_under_those_ids(frames: Any, usual: Lists) -> None:
    """Profiles get ids in the opposite order. Titles keep theirs, which settles ties."""
    renamed = [
        {
            **one,
            "profile_id": f"q{99 - int(one['profile_id'][1:])}",
            "title_id": f"new-{one['title_id']}",
        }
        for one in events()
    ]
    found = charts(frames, renamed, 3, [f"new-t{number:02}" for number in range(TITLES)])
    assert found == {
        key: [(f"new-{title}", score, count) for title, score, count in items] for key, items in usual.items()
    }
