"""The first screen: titles stand where they are seen first, and no row loses what it shows there."""

from __future__ import annotations

from dataclasses import replace

from domain.candidates.model import RowCandidates
from domain.candidates.trace import Trace, TraceStage
from domain.layouts.model import RowPlacement
from domain.page.composition import compose
from domain.page.first_screen import first_screen
from tests.domain.made import a_title
from tests.domain.page.test_composition import composed, composition_input, row_candidates, shown

IDS = [f"m{number}" for number in range(30)]
TITLES = {title.id: title for title in map(a_title, IDS)}


def ten(name: str, *ids: str, **changes: object) -> RowCandidates:
    return row_candidates(name, *ids, least=3, most=10, **changes)


def test_a_row_leaves_what_it_would_show_off_the_screen_to_the_first_cards_of_the_next() -> None:
    rows = shown(composed([ten("a", *IDS[:16]), ten("b", *IDS[6:12], *IDS[20:26])], TITLES))
    assert rows["a"] == [*IDS[:6], *IDS[12:16]]
    assert rows["b"] == [*IDS[6:12], *IDS[20:24]]


def test_without_a_plan_each_row_keeps_all_its_cards_from_the_next() -> None:
    inputs = composition_input([ten("a", *IDS[:16]), ten("b", *IDS[6:12], *IDS[20:26])], TITLES)
    page = compose(replace(inputs, plans_screen=False)).rows
    assert shown(page) == {"a": IDS[:10], "b": [*IDS[10:12], *IDS[20:26]]}


def test_rows_below_the_first_screen_keep_nothing_from_the_rows_above() -> None:
    above = [ten("a", *IDS[:10]), ten("b", *IDS[10:13]), ten("c", *IDS[13:16])]
    assert shown(composed([*above, ten("d", *IDS[6:9], *IDS[20:23])], TITLES)) == {
        "a": IDS[:10],
        "b": IDS[10:13],
        "c": IDS[13:16],
        "d": IDS[20:23],
    }


def test_a_row_of_higher_priority_leaves_nothing_to_a_lower_one() -> None:
    first = ten("a", *IDS[:10])
    first = replace(first, spec=replace(first.spec, priority=1))
    assert shown(composed([first, ten("b", *IDS[6:9], *IDS[20:23])], TITLES)) == {
        "a": IDS[:10],
        "b": IDS[20:23],
    }


def test_a_chart_takes_no_title_from_the_first_cards_of_the_row_that_shows_it_first() -> None:
    chart = ten("chart", *IDS[:10], repeats=True)
    rows = shown(composed([ten("a", *IDS[:6]), chart, ten("b", *IDS[6:9], *IDS[10:16])], TITLES))
    assert rows == {"a": IDS[:6], "chart": IDS[:10], "b": [*IDS[6:9], *IDS[10:16]]}


def test_what_a_chart_shows_on_the_first_screen_does_not_stand_there_again() -> None:
    chart = ten("chart", *IDS[:10], repeats=True)
    assert shown(composed([chart, ten("b", *IDS[4:6], *IDS[12:16])], TITLES)) == {
        "chart": IDS[:10],
        "b": IDS[12:16],
    }


def test_what_a_dropped_row_would_have_shown_is_not_lost() -> None:
    rows = composed([ten("a", *IDS[:4]), ten("b", *IDS[2:5]), ten("c", *IDS[3:9])], TITLES)
    assert shown(rows) == {"a": IDS[:4], "c": IDS[4:9]}


def test_the_trace_names_the_row_that_shows_a_title_on_the_first_screen() -> None:
    trace: Trace = []
    compose(composition_input([ten("a", *IDS[:10]), ten("b", *IDS[6:9])], TITLES), trace)
    left = [(one.title_id, one.detail) for one in trace if one.row == "a" and one.stage == TraceStage.DEDUPE]
    assert left == [(one, "b") for one in IDS[6:9]]


def test_in_a_personal_order_the_row_that_is_worth_most_chooses_first() -> None:
    """Worth: titles of the list m0 to m11 among its first cards. The last row of the layout has them all."""
    rows = [ten("a", *IDS[20:30]), ten("b", *IDS[6:9], *IDS[12:15]), ten("c", *IDS[:12])]
    page_input = composition_input(rows, TITLES)
    wanted = set(IDS[:12])
    values = replace(
        page_input,
        layout=replace(page_input.layout, personal_order=True),
        row_value=lambda place, row, cards: sum(one[2].title_id in wanted for one in cards[:6]),
    )
    composed_rows = shown(compose(values).rows)
    assert list(composed_rows) == ["c", "b", "a"]
    assert composed_rows["c"][:6] == IDS[:6]
    assert composed_rows["b"] == [*IDS[6:9], *IDS[12:15]]


def test_spare_rows_and_rows_that_stand_below_the_screen_reserve_nothing() -> None:
    spare = [ten("b", *IDS[4:8], key=key, max_rows=1) for key in ("m20", "m21")]
    spare[1] = replace(spare[1], candidates=ten("b", *IDS[6:10]).candidates)
    below = ten("c", *IDS[8:12])
    below = replace(below, spec=replace(below.spec, place=RowPlacement(earliest=6)))
    inputs = composition_input([ten("a", *IDS[:6]), *spare, below], TITLES)
    assert {show: place.row for show, place in first_screen(inputs).items()} == {
        **dict.fromkeys(IDS[:6], "a"),
    }
