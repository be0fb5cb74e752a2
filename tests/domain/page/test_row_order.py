"""Row order: pins, windows, neighbours, and the personal order within them."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.layouts.model import RowPlacement
from domain.layouts.row_kinds import RowSource
from domain.page.row_order import OrderableRow, order_rows


def a_row(name: str, value: float = 0.0, source: RowSource = RowSource.GENRE, **place: Any) -> OrderableRow:
    return OrderableRow(name, source, RowPlacement(**place), value)


def placed(*rows: OrderableRow, personal: bool = False) -> str:
    return "".join(rows[index].spec_id for index in order_rows(rows, personal))


def test_without_rules_the_designers_order_holds_whatever_the_values() -> None:
    assert placed(a_row("a", 1), a_row("b", 9), a_row("c", 5)) == "abc"


def test_personal_order_is_by_value_and_stable() -> None:
    rows = [a_row("a", 1), a_row("b", 9), a_row("c", 1), a_row("d", 5)]
    assert placed(*rows, personal=True) == "bdac"


def test_pins_hold_whatever_the_values() -> None:
    rows = [a_row("a", 1, pin=1), a_row("b", 9), a_row("c", 5), a_row("d", 0, pin=3)]
    assert placed(*rows, personal=True) == "abdc"


def test_two_pins_on_one_position_follow_each_other() -> None:
    assert placed(a_row("a"), a_row("b", pin=1), a_row("c", pin=1)) == "bca"


def test_a_pin_beyond_the_end_closes_up() -> None:
    assert placed(a_row("a", pin=9), a_row("b")) == "ba"


def test_a_row_stands_within_its_window() -> None:
    rows = [a_row("a", 9, earliest=3), a_row("b", 5), a_row("c", 4), a_row("d", 1, latest=2)]
    assert placed(*rows, personal=True) == "bdac"


def test_on_a_short_page_a_row_with_others_below_it_stands_as_low_as_they_let_it() -> None:
    after = [a_row("b", after="a"), a_row("c"), a_row("d")]
    for earliest in (4, 9):
        assert placed(a_row("a", earliest=earliest), *after) == "cdab"
    assert placed(a_row("a", earliest=5), *after, a_row("e", after="b")) == "cdabe"
    assert placed(a_row("a", earliest=3), a_row("b", after="a"), a_row("c", earliest=3)) == "acb"


def test_windows_that_close_together_are_all_kept() -> None:
    rows = [a_row("a", 9), a_row("b", 1, latest=2), a_row("c", 2, latest=2), a_row("d", 8)]
    assert placed(*rows, personal=True) == "cbad"


def test_before_and_after_are_kept() -> None:
    rows = [a_row("a", 1, before="b"), a_row("b", 9), a_row("c", 8, after="b")]
    assert placed(*rows, personal=True) == "abc"


def test_rows_are_kept_apart_by_id_and_by_source() -> None:
    apart = ("because_you_watched",)
    seeds = [a_row(name, 9, RowSource.BECAUSE_YOU_WATCHED, apart_from=apart) for name in "ab"]
    assert placed(*seeds, a_row("c", 1), personal=True) == "acb"
    assert placed(a_row("a", 9, apart_from=("b",)), a_row("b", 8), a_row("c", 1), personal=True) == "acb"


def test_a_row_keeps_away_from_a_pinned_neighbour_below() -> None:
    rows = [a_row("a", 9), a_row("b", 8), a_row("c", pin=2, apart_from=("a",)), a_row("d", 1)]
    assert placed(*rows, personal=True) == "bcda"


def test_rules_that_cannot_all_be_kept_cost_no_row() -> None:
    apart = ("genre",)
    assert placed(a_row("a", apart_from=apart), a_row("b", apart_from=apart)) == "ab"
    assert placed(a_row("a", after="b"), a_row("b", after="a")) == "ab"
    assert placed(a_row("a", earliest=5), a_row("b", earliest=5)) == "ab"


def test_a_row_before_one_that_must_stand_high_stands_higher_still() -> None:
    rows = [a_row("cw", latest=3), a_row("picks"), a_row("byw"), a_row("trend", before="cw")]
    assert placed(*rows) == "trendcwpicksbyw"
    rows = [a_row("a", 9), a_row("b", 8), a_row("c", after="d", latest=3), a_row("d", after="a", earliest=1)]
    assert placed(*rows, personal=True) == "adcb"


def test_a_chain_of_sequences_holds_above_a_pin() -> None:
    rows = [a_row("a", 9), a_row("b", 1, before="c"), a_row("c", 1, before="d"), a_row("d", 1, pin=3)]
    assert placed(*rows, personal=True) == "bcda"


places = st.builds(
    RowPlacement,
    pin=st.none() | st.integers(1, 8),
    earliest=st.integers(1, 6),
    latest=st.none() | st.integers(1, 8),
    after=st.none() | st.sampled_from("abc"),
    before=st.none() | st.sampled_from("abc"),
    apart_from=st.lists(st.sampled_from(["a", "b", "genre", "trending"]), max_size=2).map(tuple),
)
pages = st.lists(st.tuples(st.sampled_from(list(RowSource)), places, st.floats(0, 1)), max_size=8).map(
    lambda rows: [
        OrderableRow("abcdefgh"[i], source, place, value) for i, (source, place, value) in enumerate(rows)
    ]
)


@given(pages, st.booleans())
def test_every_row_stands_once_and_the_order_is_deterministic(
    rows: list[OrderableRow], personal: bool
) -> None:
    found = order_rows(rows, personal)
    assert sorted(found) == list(range(len(rows)))
    assert order_rows(rows, personal) == found


def broken_rules(rows: list[OrderableRow], order: list[int]) -> int:
    """How many rules an order breaks, by the words of the layout guide."""
    position = {index: place for place, index in enumerate(order, start=1)}
    broken = 0
    for index, row in enumerate(rows):
        place = row.placement
        broken += place.pin is not None and position[index] != place.pin
        broken += place.pin is None and position[index] < place.earliest
        broken += place.pin is None and place.latest is not None and position[index] > place.latest
        for other, theirs in enumerate(rows):
            if other == index:
                continue
            broken += place.after == theirs.spec_id and position[other] > position[index]
            broken += place.before == theirs.spec_id and position[other] < position[index]
            next_to = abs(position[other] - position[index]) == 1
            broken += next_to and (theirs.spec_id in place.apart_from or theirs.source in place.apart_from)
    return broken


@given(pages.map(lambda rows: rows[:6]), st.booleans())
def test_every_rule_holds_whenever_all_can(rows: list[OrderableRow], personal: bool) -> None:
    orders = [list(order) for order in permutations(range(len(rows)))]
    best = min(broken_rules(rows, order) for order in orders)
    found = order_rows(rows, personal)
    if best == 0:
        assert broken_rules(rows, found) == 0
        preferred = sorted(range(len(rows)), key=lambda index: (-rows[index].value if personal else 0, index))
        for _ in rows:
            for index in list(preferred):
                before = rows[index].placement.before
                places = [place for place, one in enumerate(preferred) if rows[one].spec_id == before]
                if places and places[0] < preferred.index(index):
                    preferred.remove(index)
                    preferred.insert(places[0], index)
        allowed = [order for order in orders if broken_rules(rows, order) == 0]
        assert found == min(allowed, key=lambda order: [preferred.index(index) for index in order])


@given(pages)
def test_a_lone_pin_is_always_kept(rows: list[OrderableRow]) -> None:
    wanted = [row.placement.pin for row in rows if row.placement.pin is not None]
    found = order_rows(rows, is_personal=True)
    for index, row in enumerate(rows):
        pin = row.placement.pin
        if pin is not None and pin <= len(rows) and len(wanted) == 1:
            assert found[pin - 1] == index
