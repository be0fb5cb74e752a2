"""Seeds rotate by day and profile, fade with age, and have a share of the evidence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.seeds import (
    Seed,
    evidence_share,
    family_key,
    rotate_seeds,
    similar_neighbours,
    strongest_seeds,
)
from domain.ids import ProfileId, TitleId
from domain.recommendations.lists import Neighbour
from domain.recommendations.reasons import ReasonKind
from domain.viewers.activity import Activity, merge
from domain.viewers.events import Event, activity_changes
from domain.viewers.loved_titles import LovedTitle, loved_titles
from tests.domain.made import DAY, MINA, NOW, a_title, an_episode, events

WATCHED, LIKED = ReasonKind.BECAUSE_YOU_WATCHED, ReasonKind.BECAUSE_YOU_LIKED
TODAY = NOW.date()


def loves(*days_ago: int, strength: float = 0.5) -> dict[TitleId, LovedTitle]:
    return {TitleId(f"t{days}"): LovedTitle(WATCHED, NOW - days * DAY, strength) for days in days_ago}


def seeds(*days_ago: int) -> list[Seed]:
    return strongest_seeds(loves(*days_ago), 30, 20)


def ids(given: list[Seed]) -> list[str]:
    return [seed.title_id for seed in given]


def test_weight_halves_with_every_half_life_counted_from_the_latest_love() -> None:
    found = strongest_seeds(loves(400, 430, 460), 30, 8)
    assert [(seed.title_id, seed.weight) for seed in found] == [
        ("t400", pytest.approx(0.5)), ("t430", pytest.approx(0.25)), ("t460", pytest.approx(0.125)),
    ]  # fmt: skip


def test_a_like_outweighs_finishing_for_one_half_life() -> None:
    both = {TitleId("liked"): LovedTitle(LIKED, NOW - 29 * DAY, 1.0), **loves(0)}
    assert ids(strongest_seeds(both, 30, 8)) == ["liked", "t0"]
    assert ids(strongest_seeds(both, 28, 8)) == ["t0", "liked"]


def test_the_number_of_seeds_is_bounded() -> None:
    assert ids(strongest_seeds(loves(*range(30)), 30, 3)) == ["t0", "t1", "t2"]
    assert strongest_seeds({}, 30, 3) == []


def test_a_seed_loved_since_yesterday_comes_first() -> None:
    given = seeds(1, 5, 6, 7)
    orders = [ids(rotate_seeds(given, MINA, TODAY, 2)), ids(rotate_seeds(given, ProfileId("ade"), TODAY, 2))]
    assert {order[0] for order in orders} == {"t1"}
    assert sorted(orders[0]) == sorted(orders[1]) == ["t1", "t5", "t6", "t7"]
    assert [order[1] for order in orders] == ["t7", "t7"]
    assert rotate_seeds([], MINA, TODAY, 2) == []


def test_every_seed_is_used_before_the_first_returns() -> None:
    given = seeds(5, 6, 7, 8, 9, 10)
    shown = [ids(rotate_seeds(given, MINA, TODAY + timedelta(days=day), 2)[:2]) for day in range(4)]
    assert sorted(shown[0] + shown[1] + shown[2]) == sorted(ids(given))
    assert shown[3] == shown[0]
    assert all(front == sorted(front, key=lambda one: int(one[1:])) for front in shown)


many = st.lists(st.integers(2, 60), min_size=1, max_size=12, unique=True)


@given(many, st.sampled_from(["mina", "ade", "kids"]), st.integers(0, 400), st.integers(1, 4))
def test_the_order_has_all_seeds_and_is_the_same_all_day(
    days_ago: list[int], profile: str, later: int, rows: int
) -> None:
    day: date = TODAY + timedelta(days=later)
    one = rotate_seeds(seeds(*days_ago), ProfileId(profile), day, rows)
    assert one == rotate_seeds(seeds(*days_ago), ProfileId(profile), day, rows)
    assert sorted(ids(one)) == sorted(ids(seeds(*days_ago)))


@given(many, st.sampled_from(["mina", "ade"]), st.integers(1, 3))
def test_over_the_days_every_seed_comes_to_the_front(days_ago: list[int], profile: str, rows: int) -> None:
    given = seeds(*days_ago)
    fronts: set[str] = set()
    for day in range(len(given)):
        fronts.update(
            ids(rotate_seeds(given, ProfileId(profile), TODAY + timedelta(days=day + 3), rows)[:rows])
        )
    assert fronts == set(ids(given))


@given(st.lists(events, max_size=12))
def test_every_seed_is_finished_or_liked_and_neither_disliked_nor_disowned(given: list[Event]) -> None:
    activity = merge(Activity(MINA), activity_changes(given))
    for seed in strongest_seeds(loved_titles(activity), 30, 20):
        rating = activity.rated.get(seed.title_id)
        own = [
            (owned := activity.owned_watch(title_id, watch)) is not None and owned.finished
            for title_id, watch in activity.watched.items()
            if seed.title_id == (watch.series_id or title_id)
        ]
        assert rating is None or rating.value >= 0
        assert any(own) if seed.kind == WATCHED else rating is not None and rating.value > 0
        assert 0 < seed.weight <= 1


def test_similarity_floor_and_support_are_inclusive() -> None:
    near = [
        Neighbour(TitleId("a"), 0.5, 3),
        Neighbour(TitleId("b"), 0.49, 9),
        Neighbour(TitleId("c"), 0.9, 2),
    ]
    assert similar_neighbours(near, 0.5, 3) == near[:1]
    assert similar_neighbours(near, 0.0, 0) == near


def a_seed(name: str, weight: float) -> Seed:
    return Seed(TitleId(name), WATCHED, NOW, weight)


def near(*ids: str, score: float = 0.5) -> list[Neighbour]:
    return [Neighbour(TitleId(one), score, 9) for one in ids]


def test_the_evidence_share_is_the_seeds_part_of_the_total() -> None:
    one, two = a_seed("one", 1.0), a_seed("two", 0.5)
    heard = [(one, near("a", "b")), (two, near("b", "c"))]
    assert evidence_share(one, [TitleId("a"), TitleId("b")], heard) == pytest.approx(0.8)
    assert evidence_share(two, [TitleId("b"), TitleId("c")], heard) == pytest.approx(0.5)
    assert evidence_share(one, [TitleId("z")], heard) is None


@given(
    st.lists(
        st.tuples(st.floats(0.01, 1), st.lists(st.sampled_from("abcdef"), max_size=6, unique=True)),
        min_size=1,
        max_size=6,
    )
)
def test_shares_of_all_seeds_add_up_to_one(given: list[tuple[float, list[str]]]) -> None:
    heard = [(a_seed(f"s{number}", weight), near(*said)) for number, (weight, said) in enumerate(given)]
    wanted = [TitleId(one) for one in "abcdef"]
    shares = [evidence_share(seed, wanted, heard) for seed, _ in heard]
    if any(said for _, said in given):
        assert sum(share or 0.0 for share in shares) == pytest.approx(1.0, abs=0.003)
        assert all(share is not None and 0 <= share <= 1 for share in shares)
    else:
        assert set(shares) == {None}


def test_a_family_is_a_franchise_else_a_show() -> None:
    assert family_key(a_title("m1", franchise="Harbour")) == family_key(a_title("m2", franchise="Harbour"))
    assert family_key(a_title("m1")) != family_key(a_title("m2"))
    assert family_key(an_episode("s1", 1, 1)) == family_key(a_title("s1"))
