"""Rows that must each stand after the other, and rules that a pin contradicts, are refused with the rules' names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.layouts.validation import layout_problems, usability_problems
from domain.serialization import Document
from tests.domain.made_layouts import a_document

ROW: Document = {"source": "genre"}


def with_places(**places: Document) -> Document:
    rows = {name: {**ROW, "place": place} for name, place in places.items()}
    return a_document(order=list(rows), rows=rows, overrides=[], variants={}, stand_ins={})


def messages(**places: Document) -> list[str]:
    return [str(problem) for problem in layout_problems(with_places(**places))]


@pytest.mark.parametrize(
    ("places", "problem"),
    [
        ({"a": {"after": "b"}, "b": {"after": "a"}},
         "rows.a.place.after: these rules contradict each other: 'a' after 'b', 'b' after 'a'. Remove one of them."),
        ({"a": {"after": "b"}, "b": {"after": "c"}, "c": {"after": "a"}, "d": {}},
         "rows.a.place.after: these rules contradict each other: 'a' after 'b', 'b' after 'c', 'c' after 'a'. "
         "Remove one of them."),
        ({"a": {"before": "b"}, "b": {"before": "a"}},
         "rows.b.place.before: these rules contradict each other: 'b' before 'a', 'a' before 'b'. "
            "Remove one of them."),
        ({"a": {"after": "b"}, "c": {"before": "b", "after": "a"}, "b": {}},
         "rows.a.place.after: these rules contradict each other: 'a' after 'b', 'c' before 'b', 'c' after 'a'. "
         "Remove one of them."),
        ({"a": {"pin": 1, "after": "b"}, "b": {"pin": 2}},
         "rows.a.place.after: 'a' after 'b', but 'b' is pinned to position 2 and 'a' to 1. Change a pin, or remove "
         "the rule."),
    ],
)  # fmt: skip
def test_contradicting_rules_are_told_once(places: dict[str, Document], problem: str) -> None:
    assert messages(**places) == [problem]
    assert usability_problems(with_places(**places)) == ()


def test_a_patch_that_closes_a_circle_is_told_at_the_patch() -> None:
    document = with_places(a={"after": "b"}, b={})
    document["overrides"] = [{"when": {"kids": True}, "set": {"b": {"place": {"after": "a"}}}}]
    assert [str(problem) for problem in layout_problems(document)] == [
        "overrides[1]: these rules contradict each other: 'a' after 'b', 'b' after 'a'. Remove one of them."
    ]


RULES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), max_size=6)


@given(st.permutations("abcdef"), RULES)
def test_rules_that_some_order_keeps_are_accepted(order: list[str], rules: list[Any]) -> None:
    places: dict[str, Document] = {name: {} for name in "abcdef"}
    for one, other, after in rules:
        upper, lower = order[min(one, other)], order[max(one, other)]
        if upper != lower:
            places[lower if after else upper]["after" if after else "before"] = upper if after else lower
    assert messages(**places) == []
