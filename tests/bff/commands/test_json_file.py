"""A file with JSON settings: what is wrong is named with its line."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.commands.json_file import read_json_object


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n  "unit": "profile",\n  "variants": {\n    "A": {"weight": 1},\n    "A": {"weight": 2}\n  }\n}',
         ":5: the key 'A' stands twice, here and in line 4. Keep one."),
        ('{"a: {": 1, "b": {"a": 1}, "a": 2,\n"\\u0061": 3}',
         ":2: the key 'a' stands twice, here and in line 1. Keep one."),
        ('{\n  "unit": "profile"\n  "coverage": 1\n}',
         ":3 is not JSON: Expecting ',' delimiter, at '\"coverage\": 1'."),
        ("", ":1 is not JSON: Expecting value, at ''."),
        ("[1]", ' must hold one JSON object, such as {"unit": "account"}.'),
        ("[" * 100_000, ": the JSON is nested too deep, or holds a number that is too long."),
        ('{"a": ' + "9" * 5000 + "}", ": the JSON is nested too deep, or holds a number that is too long."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_line_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, "utf-8")
    with pytest.raises(click.BadParameter) as refused:
        read_json_object(path, "--file")
    assert refused.value.message == f"{path}{message}"


def test_a_file_that_is_not_utf_8_is_refused_and_a_byte_order_mark_is_not(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes('{"hypothesis": "für alle"}'.encode("latin-1"))
    with pytest.raises(click.BadParameter, match="is not UTF-8"):
        read_json_object(path, "--file")
    path.write_bytes('{"hypothesis": "für alle"}'.encode("utf-8-sig"))
    assert read_json_object(path, "--file") == {"hypothesis": "für alle"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4), st.sampled_from([None, 1, "\t"]))
def test_what_has_each_key_once_is_read_whatever_its_texts_hold(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, object], indent: int | str | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "made.json"
    path.write_text(json.dumps(content, indent=indent), "utf-8")
    assert read_json_object(path, "--file") == content
