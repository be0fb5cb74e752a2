"""Visibility changes as texts: nothing is lost, and large ones become few."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.ids import AccountId, ProfileId, TitleId
from domain.visibility.changes import (
    ALL_CHANGED,
    EVERYTHING_ABOVE,
    MAX_IDS,
    VisibilityChange,
    change_from_text,
    change_to_texts,
)

names = st.lists(st.text(min_size=1), max_size=5).map(tuple)


@given(names, names, names)
def test_a_change_survives_the_log(
    profiles: tuple[str, ...], accounts: tuple[str, ...], titles: tuple[str, ...]
) -> None:
    change = VisibilityChange(profiles, accounts, titles)  # type: ignore[arg-type]
    heard = [change_from_text(text.encode()) for text in change_to_texts(change)]
    assert {one for part in heard for one in part.profiles} == set(profiles)
    assert {one for part in heard for one in part.accounts} == set(accounts)
    assert {one for part in heard for one in part.titles} == set(titles)
    assert not any(part.everything for part in heard)
    assert bool(heard) is bool(change)


def test_the_documented_form_is_read() -> None:
    text = '{"profiles": ["ade"], "accounts": ["home"], "titles": ["m00101"]}'
    assert change_from_text(text) == VisibilityChange(
        (ProfileId("ade"),), (AccountId("home"),), (TitleId("m00101"),)
    )
    assert change_from_text('{"everything": true}') == ALL_CHANGED


def test_many_ids_are_split_and_very_many_are_everything() -> None:
    some = VisibilityChange(titles=tuple(TitleId(f"t{number}") for number in range(MAX_IDS + 1)))
    assert [len(change_from_text(text).titles) for text in change_to_texts(some)] == [MAX_IDS, 1]
    many = VisibilityChange(titles=tuple(TitleId(f"t{number}") for number in range(EVERYTHING_ABOVE + 1)))
    assert change_to_texts(many) == ['{"everything":true}']


@pytest.mark.parametrize("text", ["", "[]", "7", "null", '{"titles": 7}', "\x00"])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        change_from_text(text)
