"""Similar titles equal a small exact reference, and do not depend on how the rows come in."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batch.jobs import similar_titles as job

pytestmark = pytest.mark.spark

Row = tuple[str, str, float, float]
Neighbours = dict[str, list[tuple[str, float, int]]]
Accounts = dict[str, str]
"""Profile -> account; a profile that is not in it is an account of its own."""


def by_spark(
    frames: Any,
    rows: list[Row],
    min_support: int,
    partitions: int = 2,
    size: int = 40,
    accounts: Accounts | None = None,
) -> Neighbours:
    numbered = job.number_titles(frames.titles(sorted({row[1] for row in rows})))
    people = frames.profiles(accounts).selectExpr("id as profile_id", "account_id")
    known = (
        frames.interactions(rows)
        .repartition(partitions)
        .join(numbered, on="title_id", how="inner")
        .join(people, on="profile_id", how="left")
    )
    made = job.rank_neighbours(
        job.histories(known, frames.as_of, min_support), numbered, min_support=min_support, size=size
    )
    found: Neighbours = defaultdict(list)
    for row in made.collect():
        found[row.title_id].append((row.neighbour_id, row.score, row.support))
    return {title: sorted(items, key=lambda item: (-item[1], item[0])) for title, items in found.items()}


def by_hand(
    rows: list[Row], min_support: int, size: int = 40, accounts: Accounts | None = None
) -> Neighbours:
    """The formula in the job's docstring, in plain Python."""
    histories: dict[str, list[tuple[float, str, float]]] = defaultdict(list)
    homes = accounts or {}
    likers = Counter((homes.get(row[0], row[0]), row[1]) for row in rows if row[2] >= job.MIN_LIKED_STRENGTH)
    shares: dict[tuple[str, str], float] = {}
    for profile, title, strength, days in rows:
        if strength >= job.MIN_LIKED_STRENGTH:
            faded = max(job.MIN_DECAY, 2.0 ** (-days / job.HALF_LIFE_DAYS))
            shares[profile, title] = 1 / math.sqrt(likers[homes.get(profile, profile), title])
            histories[profile].append((days, title, min(1.0, strength) * faded * shares[profile, title]))
    together: dict[tuple[str, str], int] = defaultdict(int)
    alone: dict[str, int] = defaultdict(int)
    accounts_of: dict[tuple[str, str], set[str]] = defaultdict(set)
    for profile, history in histories.items():
        liked = sorted((title, value) for _, title, value in sorted(history)[: job.HISTORY_SIZE])
        say = 1.0 / math.log2(2.0 + len(liked))
        for title, value in liked:
            alone[title] += fixed(say * value * value)
        for (left, a), (right, b) in combinations(liked, 2):
            together[left, right] += fixed(say * a * b)
            accounts_of[left, right].add(homes.get(profile, profile))
    found: Neighbours = defaultdict(list)
    for (left, right), both in accounts_of.items():
        count = len(both)
        if count >= min_support:
            cosine = together[left, right] / math.sqrt(alone[left] * alone[right])
            score = round(min(1.0, cosine * count / (count + job.SHRINKAGE)), 6)
            found[left].append((right, score, count))
            found[right].append((left, score, count))
    return {
        title: sorted(items, key=lambda item: (-item[1], item[0]))[:size] for title, items in found.items()
    }


def fixed(value: float) -> int:
    return math.floor(value * 1_000_000 + 0.5)


_ROWS = st.dictionaries(
    st.tuples(st.sampled_from("pqrstu"), st.sampled_from(["a", "b", "c", "d", "e"])),
    st.tuples(st.sampled_from([-1.0, 0.0, 0.25, 0.7, 2.0]), st.integers(0, 1500)),
    min_size=2,
    max_size=30,
).map(lambda table: [(key[0], key[1], strength, float(days)) for key, (strength, days) in table.items()])


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ROWS, st.integers(1, 3), st.dictionaries(st.sampled_from("pqrstu"), st.sampled_from("AB")))
def test_neighbours_equal_the_exact_reference(
    frames: Any, rows: list[Row], min_support: int, accounts: Accounts
) -> None:
    found = by_spark(frames, rows, min_support, accounts=accounts)
    assert found == by_hand(rows, min_support, accounts=accounts)


def test_pairs_that_too_few_accounts_liked_are_dropped(frames: Any) -> None:
    rows = [(profile, title, 1.0, 0.0) for profile in "pqr" for title in "ab"] + [("p", "c", 1.0, 0.0)]
    found = by_spark(frames, rows, min_support=3)
    assert {title: [item[0] for item in items] for title, items in found.items()} == {"a": ["b"], "b": ["a"]}
    assert found["a"][0][2] == 3


def test_five_profiles_of_one_account_are_one(frames: Any) -> None:
    household = {f"h{number}": "home" for number in range(5)}
    rows = [(profile, title, 1.0, 0.0) for profile in ("h0", "y", "z") for title in "ab"]
    crowd = rows + [(f"h{number}", title, 1.0, 0.0) for number in range(1, 5) for title in "ab"]
    alone, together = by_spark(frames, rows, 3), by_spark(frames, crowd, 3, accounts=household)
    assert alone["a"][0][2] == together["a"][0][2] == 3
    assert together["a"][0][1] == pytest.approx(alone["a"][0][1], abs=1e-5)
    assert by_spark(frames, crowd, 4, accounts=household) == {}


def test_who_else_of_an_account_likes_one_of_two_titles_takes_nothing_from_the_pair(frames: Any) -> None:
    homes = {f"{home}{member}": home for home in "pqr" for member in "123"}
    both = [(f"{home}1", title, 1.0, 0.0) for home in "pqr" for title in "ab"]
    others = [(f"{home}{member}", title, 1.0, 0.0) for home in "pqr" for member, title in ("2a", "3a")]
    found = by_spark(frames, both + others, 3, accounts=homes)
    assert (found["a"][0][0], found["a"][0][2]) == ("b", 3)
    apart = [(f"{home}{number}", title, 1.0, 0.0) for home in "pqr" for number, title in ("1a", "2b")]
    assert by_spark(frames, apart, 1, accounts=homes) == {}


def test_a_popular_title_is_no_nearer_for_being_popular(frames: Any) -> None:
    """All profiles saw "hit"; p..s saw a and b only together: b is a's first neighbour."""
    rows = [(profile, title, 1.0, 0.0) for profile in "pqrs" for title in ("a", "b", "hit")]
    rows += [(f"x{number}", "hit", 1.0, 0.0) for number in range(40)]
    rows += [(f"x{number}", f"other{number % 4}", 1.0, 0.0) for number in range(40)]
    found = by_spark(frames, rows, min_support=3)
    assert [item[0] for item in found["a"]][:2] == ["b", "hit"]


def test_equal_scores_go_to_the_smaller_id_and_lists_are_cut(frames: Any) -> None:
    rows = [(profile, title, 1.0, 0.0) for profile in "pqr" for title in ("m", "z", "k", "b")]
    found = by_spark(frames, rows, min_support=3, size=2)
    assert [item[0] for item in found["m"]] == ["b", "k"]


def test_the_number_of_partitions_changes_nothing(frames: Any) -> None:
    rows = [
        (f"p{number}", f"t{(number * step) % 7}", 0.3 + step / 10, float(number * step % 300))
        for number in range(12)
        for step in range(1, 6)
    ]
    unique = list({(row[0], row[1]): row for row in rows}.values())
    assert by_spark(frames, unique, 2, partitions=1) == by_spark(frames, unique[::-1], 2, partitions=7)


def test_of_two_with_one_audience_the_one_of_the_same_kind_comes_first(frames: Any) -> None:
    rows = [(profile, title, 1.0, 0.0) for profile in "pqr" for title in ("seed", "apart", "near", "bare")]
    titles = {"seed": ["Horror", "Drama"], "apart": ["Comedy"], "near": ["Horror"], "bare": []}
    facts = {"kind": "movie", "maturity_age": 0, "launched_at": 0, "franchise": None, "regions": ["US"]}
    numbered = job.number_titles(
        frames.titles_of([{"id": name, "genres": genres, **facts} for name, genres in titles.items()])
    )
    people = frames.profiles().selectExpr("id as profile_id", "account_id")
    known = frames.interactions(rows).join(numbered, on="title_id").join(people, on="profile_id", how="left")
    made = (
        job.rank_neighbours(job.histories(known, frames.as_of), numbered).where("title_id = 'seed'").collect()
    )
    score = 3 / 23
    assert {row.neighbour_id: row.score for row in made} == {
        "bare": round(score, 6),
        "near": round(score * (1 - job.GENRE_WEIGHT + job.GENRE_WEIGHT / math.sqrt(2)), 6),
        "apart": round(score * (1 - job.GENRE_WEIGHT), 6),
    }
