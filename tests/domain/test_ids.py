"""Global ids name their kind, can be parsed again, and nothing else is accepted as one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.ids import global_id, is_raw_id, parse_global_id, raw_id
from tests.domain.made import raw_ids


@given(st.sampled_from(["title", "row", "profile"]), st.lists(raw_ids, min_size=1, max_size=3))
def test_a_global_id_comes_apart_into_kind_and_parts(kind: str, parts: list[str]) -> None:
    assert parse_global_id(global_id(kind, *parts)) == (kind, tuple(parts))


def test_a_row_id_joins_profile_row_and_key() -> None:
    assert global_id("row", "mina", "because-you-watched", "tt1") == "row_mina~because-you-watched~tt1"


@pytest.mark.parametrize("text", ["a", "A-b_9", "x" * 64])
def test_letters_digits_dash_and_underscore_make_a_raw_id(text: str) -> None:
    assert is_raw_id(text)


@pytest.mark.parametrize("text", ["", "a\n", "a b", "a.b", "$where", "a\0", "a~b", "ü", "x" * 65, "{a}"])
def test_nothing_else_is_a_raw_id(text: str) -> None:
    assert not is_raw_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title",
        "title_",
        "_a",
        "Title_a",
        "title_a\n",
        "title_~a",
        "title_a~~b",
        "title_.a",
        "title_a..b",
        "t1_a",
    ],
)
def test_malformed_global_ids_are_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_global_id(text)
    assert str(caught.value) == "This is not an id of this API. Use ids as the API returned them."


def test_an_id_of_another_kind_is_refused_by_name() -> None:
    with pytest.raises(BadInput) as caught:
        raw_id("profile", "title_a")
    assert str(caught.value) == "Expected the id of a profile, such as profile_example."
    with pytest.raises(BadInput):
        raw_id("title", "title_a~b")


@given(st.text())
def test_whatever_parses_is_made_of_raw_ids(text: str) -> None:
    try:
        kind, parts = parse_global_id(text)
    except BadInput:
        return
    assert global_id(kind, *parts) == text
    assert all(is_raw_id(part) for part in parts)
