"""Names are cut to fit, at a word where there is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.recommendations.reasons import shorten


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("The Long Thaw", 13, "The Long Thaw"),
        ("The Long Thaw", 12, "The Long…"),
        ("The Lighthouse, Revisited", 17, "The Lighthouse…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("A Donaudampfschifffahrt", 10, "A Donauda…"),
        ("", 5, ""),
    ],
)
def test_examples(text: str, length: int, expected: str) -> None:
    assert shorten(text, length) == expected


@given(st.text(max_size=60), st.integers(2, 40))
def test_what_is_cut_fits_begins_like_the_text_and_says_so(text: str, length: int) -> None:
    short = shorten(text, length)
    assert len(short) <= length
    if short != text:
        assert len(text) > length
        assert short.endswith("…")
        assert text.startswith(short[:-1])
