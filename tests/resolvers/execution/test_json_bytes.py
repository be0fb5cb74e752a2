"""JSON by orjson, and by Python's json for what orjson rejects."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import orjson
import pytest

from resolvers.execution import encode_json

FRAGMENT = orjson.Fragment(b'"D\xc3\xbcne","year":2021')


def test_fragments_are_written_as_they_are() -> None:
    assert encode_json({"name": FRAGMENT, "match": 1.5}) == '{"name":"Düne","year":2021,"match":1.5}'.encode()


@pytest.mark.parametrize(
    ("value", "written"),
    [("half \ud83d", b'"half ?"'), (2**64, b"18446744073709551616"), (-(2**63) - 1, b"-9223372036854775809")],
)
def test_what_orjson_refuses_is_written_with_fragments_around_it(value: object, written: bytes) -> None:
    answer = {"cards": [{"name": FRAGMENT}, {"odd": value}, {"name": FRAGMENT, "ok": True}]}
    assert encode_json(answer) == (
        b'{"cards":[{"name":"D\xc3\xbcne","year":2021},{"odd":%s},{"name":"D\xc3\xbcne","year":2021,"ok":true}]}'
        % written
    )


def test_text_that_looks_like_a_placeholder_stays_text() -> None:
    text = encode_json({"a": FRAGMENT, "b": "half \ud83d", "c": 'say "0."'})
    assert json.loads(text) == {"a": "Düne", "year": 2021, "b": "half ?", "c": 'say "0."'}


@pytest.mark.parametrize("beside", [1, 2**64])
@pytest.mark.parametrize(
    ("value", "written"),
    [
        (math.nan, None),
        ([-math.inf, (math.inf, 1.5)], [None, [None, 1.5]]),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00+00:00"),
    ],
)
def test_it_makes_no_difference_to_others_what_orjson_refuses(
    beside: int, value: object, written: object
) -> None:
    assert json.loads(encode_json({"a": value, "b": beside}), parse_constant=str) == {
        "a": written,
        "b": beside,
    }


@pytest.mark.parametrize("beside", [1, 2**64])
def test_what_is_no_json_is_refused(beside: int) -> None:
    with pytest.raises(TypeError):
        encode_json({"a": object(), "b": beside})
