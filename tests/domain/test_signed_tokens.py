"""Tokens come back exactly as sealed or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.signed_tokens import Sealer, digest, seal, unseal

SECRET = b"s" * 32
fields = st.lists(
    st.text(st.characters(exclude_characters="|", codec="utf-8"), max_size=12), min_size=1, max_size=6
)
TOKEN = seal(SECRET, "cursor", "3f9a", "12")
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.=+/ \n!é|"


@given(fields, st.sampled_from(["cursor", "tracking"]))
def test_what_was_sealed_comes_back(values: list[str], purpose: str) -> None:
    assert unseal(SECRET, purpose, seal(SECRET, purpose, *values)) == values


@given(fields, fields, st.sampled_from(["cursor", "tracking"]))
def test_tokens_with_a_common_beginning_are_the_same_tokens(
    first: list[str], rest: list[str], purpose: str
) -> None:
    sealer = Sealer(SECRET, purpose, *first)
    assert sealer(*rest) == seal(SECRET, purpose, *first, *rest)
    assert sealer(*first) == seal(SECRET, purpose, *first, *first)


@given(st.integers(0, len(TOKEN)), st.sampled_from(ALPHABET), st.sampled_from(["replace", "insert", "cut"]))
def test_a_token_that_was_touched_anywhere_is_refused(place: int, letter: str, how: str) -> None:
    rest = TOKEN[place:] if how == "insert" else TOKEN[place + 1 :]
    touched = TOKEN[:place] + ("" if how == "cut" else letter) + rest
    if touched == TOKEN:
        return
    with pytest.raises(BadInput):
        unseal(SECRET, "cursor", touched)


@given(st.text() | st.text(ALPHABET) | st.binary().map(lambda data: data.decode("latin-1")))
def test_what_was_not_sealed_here_is_refused(token: str) -> None:
    with pytest.raises(BadInput) as caught:
        unseal(SECRET, "cursor", token)
    assert str(caught.value) == "This cursor was not made by this service. Send it back exactly as received."


@pytest.mark.parametrize("token", ["\ud800", "é.é", ".", "a", "....", TOKEN + ".", TOKEN.rstrip("=") + "="])
def test_odd_strings_are_refused_like_any_other(token: str) -> None:
    with pytest.raises(BadInput):
        unseal(SECRET, "cursor", token)


def test_another_purpose_or_another_secret_does_not_open_it() -> None:
    with pytest.raises(BadInput):
        unseal(SECRET, "tracking", TOKEN)
    with pytest.raises(BadInput):
        unseal(b"t" * 32, "cursor", TOKEN)


def test_a_signature_of_other_fields_does_not_fit() -> None:
    body, _, _ = seal(SECRET, "cursor", "3f9a", "13").partition(".")
    _, _, signature = TOKEN.partition(".")
    with pytest.raises(BadInput):
        unseal(SECRET, "cursor", f"{body}.{signature}")


def test_tokens_stand_in_addresses_unescaped() -> None:
    assert set(TOKEN) <= set(ALPHABET[:65])


def test_a_digest_tells_parts_apart() -> None:
    assert len(digest("a")) == 18
    assert digest("a", ["b"]) == digest("a", ["b"])
    assert len({digest("a", "b"), digest("ab"), digest(["a", "b"]), digest("b", "a")}) == 4
