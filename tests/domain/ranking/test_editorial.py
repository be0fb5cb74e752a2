"""Editorial rules: pins where and as long as they belong, bounded boosts and quotas."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate
from domain.candidates.selection import ScoredCandidate
from domain.errors import BadInput
from domain.ids import TitleId
from domain.layouts.model import Boost, Caps, Pin, Quota, Weights
from domain.ranking.diversity import diversify
from domain.ranking.editorial import (
    PINNED,
    active_pins,
    add_pinned_candidates,
    editorial_boosts,
    insert_pins,
    quota_floors,
)
from domain.ranking.scoring import ranking_signals, score_candidates
from domain.viewers.activity import Activity
from tests.domain.made import DAY, HOUR, MINA, NOW, a_title, a_watch
from tests.domain.ranking_world import TITLES, names, ranking, rankings

SOON = NOW + DAY
pins = st.builds(
    Pin,
    st.sampled_from([*TITLES, TitleId("hidden")]),
    st.integers(1, 25),
    st.sampled_from([NOW - HOUR, NOW, SOON]),
    st.sampled_from([None, NOW - HOUR, NOW, NOW + HOUR]),
)


def pin(name: str, slot: int, until: datetime = SOON, since: datetime | None = None) -> Pin:
    return Pin(TitleId(name), slot, until, since)


def put_in(row: list[ScoredCandidate], pins: list[Pin], now: datetime = NOW) -> list[ScoredCandidate]:
    """The row as a page would have it: pins proposed, filtered, and put where they belong."""
    proposed = add_pinned_candidates([candidate for _, _, candidate in row], pins, now)
    slots = active_pins(pins, now)
    cards = [(0.0, 0, candidate) for candidate in proposed if candidate.title_id in TITLES]
    fixed = [(slots[one[2].title_id], one) for one in cards if one[2].title_id in slots]
    fixed.sort(key=lambda pin: list(slots).index(pin[1][2].title_id))
    return insert_pins([one for one in cards if one[2].title_id not in slots], fixed)


@given(rankings, st.lists(pins, max_size=4))
def test_pins_are_exact_and_the_rest_keeps_its_order(row: list[ScoredCandidate], pins: list[Pin]) -> None:
    ids = names(put_in(row, pins)).split()
    holding = {title_id: slot for title_id, slot in active_pins(pins, NOW).items() if title_id in TITLES}
    assert len(ids) == len(set(ids))
    assert set(holding) <= set(ids)
    slots = list(holding.values())
    if len(set(slots)) == len(slots) and max(slots, default=0) <= len(ids):
        assert all(ids[slot - 1] == title_id for title_id, slot in holding.items())
    assert [one for one in ids if one not in holding] == [
        one for one in names(row).split() if one not in holding
    ]


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (SOON - HOUR - timedelta(milliseconds=1), False),
        (SOON - HOUR, True),
        (SOON - timedelta(milliseconds=1), True),
        (SOON, False),
    ],
)
def test_a_pin_begins_and_ends_on_the_instant(at: datetime, shown: bool) -> None:
    row = put_in(ranking("t1", "t2", "t3"), [pin("t9", 2, since=SOON - HOUR)], at)
    assert names(row) == ("t1 t9 t2 t3" if shown else "t1 t2 t3")


def test_a_title_of_the_row_moves_and_keeps_its_reason_another_says_it_was_pinned() -> None:
    row = put_in(ranking("t1", "t2", "t3", "t4"), [pin("t4", 1), pin("t9", 3)])
    assert names(row) == "t4 t1 t9 t2 t3"
    assert [candidate.source for _, _, candidate in row] == [
        "popular",
        "popular",
        PINNED,
        "popular",
        "popular",
    ]


def test_two_pins_for_one_slot_stand_in_the_order_they_were_named() -> None:
    assert names(put_in(ranking("t1", "t2", "t3"), [pin("t8", 2), pin("t9", 2)])) == "t1 t8 t9 t2 t3"
    assert names(put_in(ranking("t1", "t8"), [pin("t9", 2), pin("t8", 2)])) == "t1 t9 t8"
    assert names(put_in(ranking("t1"), [pin("t8", 7), pin("t9", 9)])) == "t1 t8 t9"
    assert names(put_in(ranking("t1", "t2"), [pin("t9", 3), pin("t9", 1)])) == "t9 t1 t2"


def test_a_pin_shows_no_viewer_an_ineligible_title() -> None:
    assert names(put_in(ranking("t1"), [pin("hidden", 1)])) == "t1"


NEW = {
    TitleId(name): a_title(name, genres=(genre,), year=year)
    for name, genre, year in (
        ("a", "Crime", 1990),
        ("b", "Crime", 2020),
        ("c", "War", 2020),
        ("d", "War", 1990),
    )
}
ROW = [Candidate(title_id, "x", score=1 - 0.1 * place) for place, title_id in enumerate(NEW)]


def test_boosts_raise_and_bury_by_rule_until_they_end() -> None:
    boosts = [
        Boost("genre = War", 0.3, SOON),
        Boost("year < 2000", -0.2, SOON),
        Boost("genre = Crime", 0.9, NOW),
    ]
    added = editorial_boosts(boosts, ROW, NEW, NOW)
    assert added == pytest.approx({"a": -0.2, "c": 0.3, "d": 0.1})
    known = ranking_signals(Activity(MINA), NEW, None, NOW)
    plain = Weights(1, 0, 0, 0, 0, 0, 0)
    assert [one.title_id for _, _, one in score_candidates(ROW, NEW, known, plain, added)] == [
        "c",
        "b",
        "a",
        "d",
    ]
    assert editorial_boosts(boosts, ROW, NEW, SOON) == {}


def test_all_boosts_of_a_title_together_are_bounded() -> None:
    up = [Boost("genre = War", 0.8, SOON), Boost("year > 2000", 0.8, SOON)]
    down = [Boost("genre = War", -0.8, SOON), Boost("year > 2000", -0.8, SOON)]
    assert editorial_boosts(up, ROW, NEW, NOW) == {"b": 0.8, "c": 1.0, "d": 0.8}
    assert editorial_boosts(down, ROW, NEW, NOW) == {"b": -0.8, "c": -1.0, "d": -0.8}
    assert editorial_boosts(up, [Candidate(TitleId("hidden"), "x")], NEW, NOW) == {}


def test_a_quota_is_rounded_up_and_kept() -> None:
    (floor,) = quota_floors([Quota("year < 2000", 0.3)], ROW, NEW, NOW, 3)
    assert (floor.titles, floor.min_cards) == ({"a", "d"}, 1)
    (two,) = quota_floors([Quota("genre = War", 0.5)], ROW, NEW, NOW, 3)
    row = diversify(ranking(*"abcd"), NEW, Caps(), 3, [two])
    assert (two.min_cards, names(row)) == (2, "a c d")
    (exact,) = quota_floors([Quota("genre = War", 0.1)], ROW, NEW, NOW, 30)
    assert exact.min_cards == 3


@given(rankings, st.sampled_from([0.0, 0.1, 0.34, 0.5, 1.0]), st.integers(1, 20))
def test_a_quota_is_met_whenever_it_can_be(row: list[ScoredCandidate], share: float, places: int) -> None:
    quota = Quota("genre in (Crime, Horror)", share)
    candidates = [candidate for _, _, candidate in row]
    asked = quota_floors([quota], candidates, TITLES, NOW, places)
    shown = diversify(row, TITLES, Caps(), places, asked)
    there = sum(title_matches(candidate) for candidate in candidates)
    assert sum(title_matches(candidate) for _, _, candidate in shown) >= min(there, share * places)


def title_matches(candidate: Candidate) -> bool:
    return not {"Crime", "Horror"}.isdisjoint(TITLES[candidate.title_id].genres)


def test_a_rule_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(BadInput):
        editorial_boosts([Boost("colour = red", 0.1, SOON)], ROW, NEW, NOW)


def test_an_editors_list_is_reordered_for_each_profile_and_its_first_choice_stays_near_the_top() -> None:
    genres = ["War"] * 5 + ["Crime"] + ["War"] * 2
    titles = {
        TitleId(name): a_title(name, genres=(genre,)) for name, genre in zip("abcdefgh", genres, strict=True)
    }
    seen = {TitleId(f"seen{n}"): a_title(f"seen{n}", genres=("Crime",)) for n in range(12)}
    by_hand = [Candidate(title_id, "editorial") for title_id in titles]
    fan = Activity(MINA, 1, {title_id: a_watch(HOUR, 2700, done=True) for title_id in seen})
    for activity, order in ((Activity(MINA), "a b c d e f g h"), (fan, "a b c f d e g h")):
        known = ranking_signals(activity, titles | seen, None, NOW)
        assert names(score_candidates(by_hand, titles, known, Weights())) == order
