"""Rotation: the same all hour or all day and on every device, small, and never past a card that is clearly better."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.selection import Scored
from domain.ids import ProfileId
from domain.layouts.model import Rotation
from domain.ranking.rotation import BAND, BAND_CARDS, rotated
from tests.domain.made import DAY, HOUR, MINA, NOW
from tests.domain.ranking_world import names, ranking, rankings

dials = st.sampled_from([Rotation.DAY, Rotation.HOUR])


@given(rankings)
def test_without_the_dial_nothing_moves(row: list[Scored]) -> None:
    assert rotated(row, Rotation.NONE, MINA, "row", NOW) is row


@given(rankings, dials, st.integers(0, 400))
def test_the_same_cards_moved_a_little_and_never_past_a_clearly_better_one(
    row: list[Scored], dial: Rotation, hours: int
) -> None:
    turned = rotated(row, dial, MINA, "row", NOW + hours * HOUR)
    assert sorted(turned, key=id) == sorted(row, key=id)
    for place, scored in enumerate(turned):
        assert abs(place - row.index(scored)) < BAND_CARDS
        assert all(scored[0] - earlier[0] <= BAND for earlier in turned[:place])


@given(rankings, dials)
def test_it_can_be_repeated(row: list[Scored], dial: Rotation) -> None:
    assert rotated(row, dial, MINA, "row", NOW) == rotated(list(row), dial, MINA, "row", NOW)


def test_it_turns_with_the_hour_or_the_day_and_stands_still_between() -> None:
    row = ranking(*(f"t{n}" for n in range(20)), step=0.001)
    start = NOW.replace(hour=0, minute=0)

    def orders(dial: Rotation, step: timedelta, count: int) -> int:
        return len({names(list(rotated(row, dial, MINA, "row", start + n * step))) for n in range(count)})

    assert orders(Rotation.HOUR, timedelta(minutes=1), 60) == 1
    assert orders(Rotation.HOUR, HOUR, 24) == 24
    assert orders(Rotation.DAY, HOUR, 24) == 1
    assert orders(Rotation.DAY, DAY, 10) == 10


def test_rows_and_profiles_turn_each_in_its_own_way() -> None:
    row = ranking(*(f"t{n}" for n in range(20)), step=0.001)
    own = names(list(rotated(row, Rotation.DAY, MINA, "row", NOW)))
    assert names(list(rotated(row, Rotation.DAY, ProfileId("ade"), "row", NOW))) != own
    assert names(list(rotated(row, Rotation.DAY, MINA, "other", NOW))) != own


def test_every_card_of_a_band_comes_first_about_equally_often() -> None:
    row = ranking(*"abcde", step=0.001)
    first = [names(list(rotated(row, Rotation.DAY, MINA, "row", NOW + n * DAY)))[0] for n in range(1000)]
    assert all(150 < first.count(name) < 250 for name in "abcde")
