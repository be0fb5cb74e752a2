"""Layouts are data: they survive the store, and a document that is none is refused by row and field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.genres import GENRES
from domain.layout_documents import layout_from_document, layout_to_document
from domain.layouts import DEFAULT_LAYOUT, MAX_CARDS, CardShape, Layout, RowSource, RowSpec, RowStyle
from tests.domain.made import NOW, instants, raw_ids


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    names = draw(st.lists(raw_ids, min_size=1, max_size=3, unique=True))
    specs = []
    for name in names:
        most = draw(st.integers(1, MAX_CARDS))
        options: dict[str, str | int] = draw(
            st.sampled_from([{}, {"rows": 5}, {"window": "week", "genre": "Crime"}, {"note": "mine"}])
        )
        specs.append(
            RowSpec(
                name,
                draw(st.sampled_from(RowSource)),
                draw(st.sampled_from(RowStyle)),
                draw(st.sampled_from(CardShape)),
                draw(st.integers(1, most)),
                most,
                options,
            )
        )
    return Layout(draw(raw_ids), draw(st.integers(0, 9)), tuple(specs), draw(instants))


@given(layouts())
def test_a_layout_survives_the_store(layout: Layout) -> None:
    assert layout_from_document(layout_to_document(layout)) == layout


def test_the_layout_that_ships_survives_the_store() -> None:
    assert layout_from_document(layout_to_document(DEFAULT_LAYOUT)) == DEFAULT_LAYOUT


def test_a_row_needs_only_an_id_and_a_source() -> None:
    layout = layout_from_document({"_id": "home", "rows": [{"id": "mine", "source": "my_list"}]})
    assert layout.rows == (RowSpec("mine", RowSource.MY_LIST),)
    assert (layout.rows[0].min_cards, layout.rows[0].max_cards) == (3, 20)


def test_options_are_read_as_texts_and_numbers_with_defaults() -> None:
    spec = RowSpec("a", RowSource.GENRE, options={"rows": 2, "genre": "Crime"})
    assert (spec.number("rows", 3), spec.number("other", 3)) == (2, 3)
    assert (spec.text("genre", ""), spec.text("window", "day")) == ("Crime", "day")


GOOD = {"id": "a", "source": "genre"}
NEEDS = "needs 1 <= min_cards <= max_cards <= 40, not"


@pytest.mark.parametrize("rows", [None, [], {}, "rows"])
def test_a_layout_without_rows_is_refused(rows: object) -> None:
    with pytest.raises(BadInput) as caught:
        layout_from_document({"_id": "home", "rows": rows})
    assert str(caught.value) == "layout 'home': 'rows' must be a list with at least one row"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a", "must be an object with an 'id'"),
        ({"source": "genre"}, "must be an object with an 'id'"),
        ({"id": 7}, "must be an object with an 'id'"),
        ({**GOOD, "id": "a b"}, "('a b'): 'id' takes 1 to 64 letters, digits, '-' or '_'"),
        ({**GOOD, "id": "a|b"}, "('a|b'): 'id' takes 1 to 64 letters, digits, '-' or '_'"),
        ({"id": "a"}, "('a'): 'None' is not a valid RowSource"),
        ({**GOOD, "source": "billboard"}, "('a'): 'billboard' is not a valid RowSource"),
        ({**GOOD, "style": "spiral"}, "('a'): 'spiral' is not a valid RowStyle"),
        ({**GOOD, "card_shape": "round"}, "('a'): 'round' is not a valid CardShape"),
        ({**GOOD, "min_cards": 0}, f"('a'): {NEEDS} 0 and 20"),
        ({**GOOD, "min_cards": 9, "max_cards": 8}, f"('a'): {NEEDS} 9 and 8"),
        ({**GOOD, "max_cards": 41}, f"('a'): {NEEDS} 3 and 41"),
        ({**GOOD, "min_cards": "3"}, "('a'): 'min_cards' must be a whole number, not '3'"),
        ({**GOOD, "max_cards": 9.5}, "('a'): 'max_cards' must be a whole number, not 9.5"),
        ({**GOOD, "max_cards": float("inf")}, "('a'): 'max_cards' must be a whole number, not inf"),
        ({**GOOD, "max_cards": True}, "('a'): 'max_cards' must be a whole number, not True"),
        ({**GOOD, "options": 3}, "('a'): 'options' must be an object, not 3"),
        ({**GOOD, "options": {"x": [1]}}, "('a'): option 'x' must be a text or a whole number, not [1]"),
        ({**GOOD, "options": {"rows": "2"}}, "('a'): 'rows' must be a whole number, not '2'"),
        ({**GOOD, "options": {"rows": -1}}, "('a'): option 'rows' must be from 1 to 5, not -1"),
        ({**GOOD, "options": {"rows": 6}}, "('a'): option 'rows' must be from 1 to 5, not 6"),
        (
            {**GOOD, "options": {"window": "year"}},
            "('a'): option 'window' must be one of hour, day, week, not 'year'",
        ),
        (
            {**GOOD, "options": {"genre": "Sci-Fi"}},
            f"('a'): option 'genre' must be one of {', '.join(GENRES)}, not 'Sci-Fi'",
        ),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_field(row: Any, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        layout_from_document({"_id": "home", "rows": [{"id": "first", "source": "my_list"}, row]})
    separator = " " if message.startswith("(") else ": "
    assert str(caught.value) == f"layout row 2{separator}{message}"


def test_two_rows_of_one_name_are_refused() -> None:
    with pytest.raises(BadInput) as caught:
        layout_from_document({"_id": "home", "rows": [GOOD, GOOD]})
    assert str(caught.value) == "layout 'home': two rows are called 'a'; give each its own id"


def test_the_layout_that_ships_is_older_than_any_published_one() -> None:
    assert (DEFAULT_LAYOUT.version, DEFAULT_LAYOUT.published_at < NOW) == (0, True)
    assert len(DEFAULT_LAYOUT.rows) == 8
