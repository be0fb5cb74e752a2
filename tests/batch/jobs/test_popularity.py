"""Popular titles: decayed counts to the digit, small regions borrow from the world, genres and licences hold."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pytest

from batch.jobs import popularity as job
from batch.jobs.input_snapshot import viewings, with_account

pytestmark = pytest.mark.spark

HALF_LIVES = job.recent_and_steady(5.0)

ROWS = [
    ("p", "a", "US", 0.0),
    ("q", "a", "US", 5.0),
    ("r", "b", "US", 90.0),
    ("s", "b", "DE", 1.0),
    ("s", "a", "DE", 300.0),
]
"""Profile, title, region, days before now."""


def decayed(
    frames: Any, rows: list[tuple[str, str, str, float]], profiles: Any = None, maturity_age: int = 16
) -> Any:
    events = [
        {
            "profile_id": profile,
            "title_id": title,
            "region": region,
            "type": "like",
            "occurred_at": frames.as_of - round(days * frames.day),
        }
        for profile, title, region, days in rows
    ]
    watched = viewings(frames.events(events), frames.as_of)
    by_account = with_account(watched, frames.profiles() if profiles is None else profiles)
    titles = frames.titles(sorted({row[1] for row in rows}), maturity_age=maturity_age)
    return job.decayed_counts(by_account, titles, frames.as_of, HALF_LIVES)


def reference(rows: list[tuple[str, str, str, float]]) -> dict[tuple[str, str], float]:
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    for _, title, region, days in rows:
        for place in (region, "GLOBAL"):
            for name, half_life in HALF_LIVES.items():
                sums[name, place, title] += 2 ** (-days / half_life)

    def whole(name: str, place: str) -> float:
        return sum(value for key, value in sums.items() if key[:2] == (name, place))

    def share(name: str, place: str, title: str) -> float:
        world = sums[name, "GLOBAL", title] / whole(name, "GLOBAL")
        return (sums[name, place, title] + job.PRIOR_ACCOUNTS * world) / (
            whole(name, place) + job.PRIOR_ACCOUNTS
        )

    keys = {key[1:] for key in sums}
    shares = {key: sum(share(name, *key) for name in HALF_LIVES) for key in keys}
    best = {place: max(value for key, value in shares.items() if key[0] == place) for place, _ in keys}
    return {key: value / best[key[0]] for key, value in shares.items()}


def test_scores_are_the_formula_and_counts_are_accounts(frames: Any) -> None:
    rows = job.popularity_scores(decayed(frames, ROWS)).collect()
    assert {(row.region, row.title_id): row.score for row in rows} == pytest.approx(reference(ROWS), abs=2e-6)
    assert {(row.region, row.title_id): row["count"] for row in rows} == {
        ("US", "a"): 2,
        ("US", "b"): 1,
        ("DE", "a"): 1,
        ("DE", "b"): 1,
        ("GLOBAL", "a"): 3,
        ("GLOBAL", "b"): 2,
    }


def test_lists_per_region_and_genre_hold_what_is_licensed_there(frames: Any) -> None:
    titles = frames.titles(["a"], regions=["US"]).unionByName(frames.titles(["b"], genres=["War", "Drama"]))
    lists = job.rank_lists(
        job.explode_genres(job.popularity_scores(decayed(frames, ROWS)), titles), size=1
    ).collect()
    found = {(row.region, row.genre): [item.title_id for item in row["items"]] for row in lists}
    assert found == {
        ("US", ""): ["a"],
        ("US", "Drama"): ["a"],
        ("US", "War"): ["b"],
        ("DE", ""): ["b"],
        ("DE", "Drama"): ["b"],
        ("DE", "War"): ["b"],
        ("GLOBAL", ""): ["a"],
        ("GLOBAL", "Drama"): ["a"],
        ("GLOBAL", "War"): ["b"],
    }


def test_an_account_counts_once_with_its_last_viewing(frames: Any) -> None:
    crowd = [(f"h{number}", "a", "US", days) for number in range(5) for days in (0.5, 3.0, 40.0)]
    others = [("p", "b", "US", 1.0), ("q", "b", "US", 1.0)]
    household = frames.profiles({f"h{number}": "home" for number in range(5)})
    found = decayed(frames, crowd + others, household).where("region = 'US'").collect()
    assert {row.title_id: row["count"] for row in found} == {"a": 1, "b": 2}
    assert {row.title_id: row.recent for row in found} == {
        "a": round(1e6 * 2 ** (-0.5 / 5)),
        "b": 2 * round(1e6 * 2 ** (-1 / 5)),
    }


def test_kids_lists_count_kids_first_and_others_a_little(frames: Any) -> None:
    rows = [("kid", "cartoon", "US", 0.0), *((f"g{number}", "musical", "US", 0.0) for number in range(5))]
    found = job.popularity_scores(decayed(frames, rows, frames.profiles(kid=7), maturity_age=6)).collect()
    ranked = sorted((row for row in found if row.region == "US"), key=lambda row: -row.score)
    assert [(row.title_id, row["count"]) for row in ranked if row.audience == "all"] == [
        ("musical", 5),
        ("cartoon", 1),
    ]
    assert [(row.title_id, row["count"]) for row in ranked if row.audience == "kids"] == [
        ("cartoon", 1),
        ("musical", 0),
    ]


@pytest.mark.parametrize(("learned", "recent"), [(0.5, 1.0), (3.0, 3.0), (365.0, 90.0), (math.inf, 90.0)])
def test_the_recent_half_life_is_the_learned_one_within_bounds(learned: float, recent: float) -> None:
    assert job.recent_and_steady(learned) == {"recent": recent, "steady": 90.0}
