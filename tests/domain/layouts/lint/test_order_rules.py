"""Arms of experiments that cannot differ from the base."""

from __future__ import annotations

from typing import Any

from domain.layouts.lint.model import LintInput
from domain.layouts.lint.order_rules import arms_without_effect
from domain.layouts.resolution import decode_layouts
from tests.domain.made_layouts import a_document, a_layout_version


def found(*patches: dict[str, Any], **changes: Any) -> list[str]:
    document = a_document(variants={"order": {"weights": {"A": 1, "B": 1}, "B": list(patches)}}, **changes)
    layouts = decode_layouts([a_layout_version(document)])
    return [finding.message for finding in arms_without_effect(LintInput({"home": document}, layouts))]


NOTHING = [
    "Arm B of order changes nothing: its layout equals the base row by row, so no difference can be found."
]


def test_a_move_to_where_the_row_stands_is_reported() -> None:
    assert found({"move": {"picks": {"after": "continue"}}}) == NOTHING
    assert found({"set": {"picks": {"max_cards": 40}}}) == NOTHING


def test_a_move_that_a_personal_order_keeps_is_a_difference() -> None:
    assert found({"move": {"picks": {"after": "continue"}}}, personal_order=True) == []
    assert found({"move": {"trending": {"to": 1}}}) == []
    assert found({"set": {"picks": {"max_cards": 12}}}) == []
