"""JSON objects of a file, however they follow one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.importers.json_items import read_json_items
from domain.errors import BadInput


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"id": 1}\n{"id": 2}\n', [1, 2]),
        ('[{"id": 1},\n {"id": 2}]', [1, 2]),
        ('[{"id": 1}]\n[{"id": 2}]\n', [1, 2]),
        ('[\n{"id": 1}\n]\n[]\n[{"id": 2}]', [2, 5]),
        ('{"id":\n1}{"id": 2}', [1, 2]),
    ],
)
def test_no_object_is_lost(tmp_path: Path, text: str, lines: list[int]) -> None:
    path = tmp_path / "all.json"
    path.write_text(text)
    assert list(read_json_items(path)) == [(lines[0], {"id": 1}), (lines[1], {"id": 2})]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[{"id": 1},\n', "line 2: is not JSON: the list has no end"),
        ('[{"id": 1}]]', "line 1: is not JSON: a ] closes no list"),
        ('[{"id": 1}]\nmore', "line 2: is not JSON: Expecting value"),
    ],
)
def test_what_is_left_open_or_follows_is_named(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "all.json"
    path.write_text(text)
    with pytest.raises(BadInput) as caught:
        list(read_json_items(path))
    assert what in str(caught.value)
