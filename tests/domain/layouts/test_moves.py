"""A move by hand holds in a personal order: the row stands where the patch says, whatever the values of rows."""

from __future__ import annotations

from typing import Any

import pytest

from domain.layouts.model import Layout, RowPlacement
from domain.layouts.resolution import decode_layouts, resolve
from domain.page.row_order import OrderableRow, order_rows
from domain.serialization import Document
from tests.domain.made_layouts import a_context, a_document, a_layout_version

VALUES = {"continue": 1, "picks": 9, "because": 5, "trending": 2, "new": 8}


def resolved(patch: Document, **changes: Any) -> Layout:
    document = a_document(personal_order=True) | changes
    document["overrides"] = [{"when": {"device": "mobile"}, **patch}]
    return resolve(decode_layouts([a_layout_version(document)]), a_context(device="mobile")).layout


def on_mobile(patch: Document, **changes: Any) -> list[RowPlacement]:
    return [row.place for row in resolved(patch, **changes).rows]


def page(patch: Document, **changes: Any) -> list[str]:
    """The rows of a page in the personal order of VALUES."""
    layout = resolved(patch, **changes)
    rows = [OrderableRow(row.id, row.source, row.place, VALUES[row.id]) for row in layout.rows]
    return [rows[index].spec_id for index in order_rows(rows, layout.personal_order)]


def test_without_a_move_the_values_decide() -> None:
    assert page({}) == ["picks", "new", "because", "trending", "continue"]


@pytest.mark.parametrize(
    ("move", "order"),
    [
        ({"trending": {"to": 1}}, ["trending", "picks", "new", "because", "continue"]),
        ({"trending": {"to": 9}}, ["picks", "new", "because", "continue", "trending"]),
        ({"picks": {"after": "because"}}, ["new", "because", "picks", "trending", "continue"]),
        ({"continue": {"before": "new"}}, ["picks", "continue", "new", "because", "trending"]),
        ({"new": {"to": 4}, "because": {"to": 1}}, ["because", "picks", "trending", "new", "continue"]),
    ],
)
def test_a_move_holds(move: Document, order: list[str]) -> None:
    assert page({"move": move}) == order


def test_a_move_replaces_the_rows_own_position_and_rules_that_turn_it_around() -> None:
    rows = a_document()["rows"]
    rows["trending"] = {**rows["trending"], "place": {"latest": 2, "apart_from": ["genre"]}}
    rows["picks"] = {**rows["picks"], "place": {"after": "trending"}}
    places = on_mobile({"move": {"trending": {"after": "picks"}}}, rows=rows)
    assert places == [
        RowPlacement(),
        RowPlacement(),
        RowPlacement(after="picks", apart_from=("genre",)),
        RowPlacement(),
        RowPlacement(),
    ]


def test_in_the_designers_order_a_move_is_no_rule() -> None:
    assert on_mobile({"move": {"trending": {"to": 1}}}, personal_order=False) == [RowPlacement()] * 5
    assert page({"move": {"trending": {"to": 1}}}, personal_order=False)[0] == "trending"


def test_of_two_moves_of_a_row_the_later_holds() -> None:
    document = a_document(
        personal_order=True,
        overrides=[
            {"when": {"device": "mobile"}, "move": {"trending": {"to": 1}}},
            {"when": {"market": "DE"}, "move": {"trending": {"after": "new"}}},
        ],
    )
    layout = resolve(decode_layouts([a_layout_version(document)]), a_context(device="mobile")).layout
    assert {row.id: row.place for row in layout.rows}["trending"] == RowPlacement(after="new")


def patched(*patches: Document, **changes: Any) -> list[str]:
    """The page after several overrides, in turn."""
    document = a_document(personal_order=True) | changes
    document["overrides"] = [{"when": {"device": "mobile"}, **patch} for patch in patches]
    layout = resolve(decode_layouts([a_layout_version(document)]), a_context(device="mobile")).layout
    rows = [OrderableRow(row.id, row.source, row.place, VALUES[row.id]) for row in layout.rows]
    return [rows[index].spec_id for index in order_rows(rows, layout.personal_order)]


@pytest.mark.parametrize("place", [{"pin": 1}, {"before": "picks"}])
def test_a_place_set_by_a_later_patch_replaces_the_move(place: Document) -> None:
    moved, placed = {"move": {"trending": {"to": 5}}}, {"set": {"trending": {"place": place}}}
    assert patched(moved, placed) == ["trending", "picks", "new", "because", "continue"]
    assert patched(placed, moved) == ["picks", "new", "because", "continue", "trending"]


def test_of_two_rows_moved_behind_each_other_the_later_move_holds() -> None:
    one, two = {"move": {"trending": {"after": "picks"}}}, {"move": {"picks": {"after": "trending"}}}
    assert patched(one, two) == ["new", "because", "trending", "picks", "continue"]
    assert patched(two, one) == ["picks", "new", "because", "trending", "continue"]
    both = {"move": {"trending": {"before": "picks"}, "picks": {"before": "trending"}}}
    assert patched(both) == ["picks", "new", "because", "trending", "continue"]


@pytest.mark.parametrize(
    ("rules", "move", "order"),
    [
        (
            {"picks": {"after": "because"}, "because": {"after": "trending"}},
            {"trending": {"after": "picks"}},
            ["new", "because", "picks", "trending", "continue"],
        ),
        (
            {"new": {"before": "because"}, "because": {"before": "continue"}},
            {"continue": {"before": "new"}},
            ["picks", "continue", "new", "because", "trending"],
        ),
    ],
)
def test_a_move_ends_the_rule_that_turns_it_around_through_another_row(
    rules: Document, move: Document, order: list[str]
) -> None:
    rows = a_document()["rows"]
    for name, place in rules.items():
        rows[name] = {**rows[name], "place": place}
    assert patched({"move": move}, rows=rows) == order


@pytest.mark.parametrize(
    ("name", "place", "move"),
    [
        ("picks", {"pin": 1}, {"picks": {"to": 4}}),
        ("picks", {"latest": 2}, {"picks": {"after": "trending"}}),
        ("picks", {"before": "because"}, {"because": {"before": "picks"}}),
    ],
)
def test_in_the_designers_order_too_nothing_overrules_a_move(
    name: str, place: Document, move: Document
) -> None:
    rows = a_document()["rows"]
    rows[name] = {**rows[name], "place": place}
    moved = resolved({"move": move}, rows=rows, personal_order=False)
    assert patched({"move": move}, rows=rows, personal_order=False) == [row.id for row in moved.rows]
    assert [row.id for row in moved.rows] != list(rows)
