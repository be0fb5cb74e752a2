"""Rows that stand elsewhere than the layout's order has them, with the rule that put them there."""

from __future__ import annotations

from typing import Any

from domain.layouts.model import Layout, RowPlacement, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page.placement_notes import placement_notes
from tests.domain.made import NOW


def a_layout(personal: bool, **places: Any) -> Layout:
    rows = tuple(
        RowSpec(name, RowSource.GENRE, place=RowPlacement(**places.get(name, {})))
        for name in ("a", "b", "c", "d")
    )
    return Layout("home", 1, rows, NOW, personal_order=personal)


def test_a_page_in_the_layouts_order_has_no_notes_whatever_it_lacks() -> None:
    assert placement_notes(a_layout(personal=True), ["a", "c", "c", "d", "filler"]) == {}


def test_each_moved_row_has_its_cause() -> None:
    layout = a_layout(personal=True, d={"pin": 1}, b={"latest": 3, "apart_from": ("genre",)})
    assert placement_notes(layout, ["d", "a", "b", "c"]) == {
        "d": "pinned to position 1: position 1; the order of the layout has it at 4",
        "a": "personal order by its value to the viewer: position 2; the order of the layout has it at 1",
        "b": "personal order by its value to the viewer within latest 3, apart from genre: position 3; the order of "
        "the layout has it at 2",
        "c": "personal order by its value to the viewer: position 4; the order of the layout has it at 3",
    }


def test_in_the_designers_order_only_rules_move_rows() -> None:
    assert placement_notes(a_layout(personal=False, b={"after": "c"}), ["a", "c", "b"]) == {
        "c": "moved by place rules of other rows: position 2; the order of the layout has it at 3",
        "b": "moved by place rules (after c): position 3; the order of the layout has it at 2",
    }
