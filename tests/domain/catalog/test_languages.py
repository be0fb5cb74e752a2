"""Codes of languages, and what people write instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.languages import LANGUAGE_NAMES, is_language, language_advice, suggest_language


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Korean", "ko"), ("korean", "ko"), ("kor", "ko"), ("KO", "ko"), ("Koraen", "ko"), ("Spanish", "es"),
        ("Castilian", "es"), ("ger", "de"), ("deu", "de"), ("jp", "ja"), ("en_us", "en-US"), ("Mandarin", "zh"),
        ("gr", "el"), ("Greek", "el"), ("", None), ("12", None), ("x" * 5000, None),
    ],
)  # fmt: skip
def test_the_code_that_was_meant_is_found(written: str, meant: str | None) -> None:
    assert suggest_language(written) == meant
    assert not is_language(written)


@given(st.sampled_from(sorted(LANGUAGE_NAMES)))
def test_every_language_is_known_by_its_code_and_found_by_its_name(code: str) -> None:
    assert is_language(code)
    assert is_language(f"{code}-XX")
    assert suggest_language(LANGUAGE_NAMES[code].split(", ")[0]) == code


def test_there_are_184_and_film_databases_have_some_more() -> None:
    assert len(LANGUAGE_NAMES) == 184
    assert [code for code in ("cn", "xx", "fil", "yue") if not is_language(code)] == []
    assert language_advice("12") == (
        '\'12\' is not the code of a language. Write a code of ISO 639, such as "ko" or "pt-BR".'
    )
