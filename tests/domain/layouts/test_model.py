"""The values of a layout that compute something."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.layouts.model import Exploration, Quota


@given(st.builds(Exploration, st.floats(0, 1), st.integers(1, 12)), st.integers(1, 40))
def test_slots_are_whole_distinct_and_inside_the_row(exploration: Exploration, places: int) -> None:
    slots = exploration.slots(places)
    assert slots == sorted(set(slots))
    assert all(exploration.earliest <= slot <= places for slot in slots)
    assert len(slots) <= exploration.share * places + 1e-9


def test_slots_spread_from_the_earliest_to_the_end() -> None:
    assert Exploration(0.1, 4).slots(20) == [8, 16]
    assert Exploration(0.25, 1).slots(8) == [3, 7]
    assert Exploration(1.0, 4).slots(6) == [4, 5, 6]
    assert Exploration(0.09, 4).slots(10) == Exploration(0.5, 11).slots(10) == []


def test_a_quota_claims_whole_cards_rounded_up_and_no_card_for_a_rounding_error() -> None:
    assert Quota("kind = movie", 0.3).min_cards(3) == 1
    assert Quota("kind = movie", 0.1).min_cards(30) == 3
