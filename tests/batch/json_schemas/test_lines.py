"""Lines that a store cannot hold are named before anything is written."""

import json

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.json_schemas.lines import parse_row
from batch.storage.jsonl_file import encode_line


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"id": "a", "name": "\\ud83c"}', "name: '\\ud83c' holds half a character, U+D83C"),
        ('{"id": "a", "cast": ["Ada", "B\\udc00b"]}', "cast.1: 'B\\udc00b' holds half a character"),
        ('{"id": "a", "name": "Tab\\u0007le"}', "name: 'Tab\\x07le' holds the control character U+0007"),
        ('{"id": "a", "name": "Two\\nlines"}', "holds the control character U+000A; remove it"),
        (
            '{"id": "a", "synopsis": "Bell\\u0000"}',
            "synopsis: 'Bell\\x00' holds the control character U+0000",
        ),
        ('{"id": "a", "na\\u0000me": "x"}', "'na\\x00me': 'na\\x00me' holds the control character"),
        ('{"id": "a", "year": NaN}', "holds NaN, which is no JSON number"),
        ('{"id": "a", "year": -Infinity}', "holds -Infinity, which is no JSON number"),
        ('{"id": "a", "year": 1e999}', "holds the number 1e999, which is too large"),
        ('{"id": "a", "name": "x", "name": "y"}', "'name': stands twice in one object; keep one of them"),
        ('{"windows": [{"ends_at": "x", "ends_at": "y"}]}', "'ends_at': stands twice"),
        ('{"id": ' + "9" * 5000 + "}", "holds a number of more than 15 digits"),
        ("[" * 100_000, "is nested too deeply"),
        ('["a"]', "is not a JSON object"),
        ('{"id": "a"', "is not JSON: Expecting"),
    ],
)
def test_unusable_lines_are_explained(line: str, what: str) -> None:
    row, error = parse_row(line)
    assert row is None
    assert what in (error or "")


def test_whole_numbers_may_have_a_point_and_texts_of_several_lines_stay() -> None:
    row, error = parse_row(
        '{"year": 2016.0, "stars": 4.5, "synopsis": "One.\\n\\tTwo.", "name": "\\ud83c\\udf0a"}'
    )
    assert (row, error) == (
        {"year": 2016, "stars": 4.5, "synopsis": "One.\n\tTwo.", "name": "\U0001f30a"},
        None,
    )
    assert isinstance((row or {})["year"], int)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(st.characters(), min_size=1, max_size=6), VALUES, max_size=4))
def test_what_is_parsed_can_be_written_to_files_and_stores(row: dict[str, object]) -> None:
    parsed, error = parse_row(json.dumps(row))
    assert (parsed is None) == (error is not None)
    if parsed is not None and all(not isinstance(one, int) or abs(one) < 1 << 63 for one in numbers(parsed)):
        encode_line(parsed).encode()
        bson.encode({"row": parsed})
    if error is not None:
        error.encode()


def numbers(value: object) -> list[object]:
    if isinstance(value, dict):
        return [one for inner in value.values() for one in numbers(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in numbers(inner)]
    return [value]
