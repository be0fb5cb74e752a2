"""The second search of a proof: what holds an id and what only looks like it."""

from __future__ import annotations

import gzip
import struct
from collections import Counter
from pathlib import Path

import bson

from bff.stores.id_search import SearchResult, _search_files, holds, id_pattern
from domain.ids import ProfileId

PATTERN = id_pattern(ProfileId("b7"))


def test_numbers_that_look_like_a_short_id_are_not_it() -> None:
    number = struct.unpack("<q", b"\x01b7\x00\x01\x00\x00\x00")[0]
    document = bson.encode({"_id": "other", "at": number})
    assert PATTERN.search(document)
    assert not holds(document, PATTERN)


def test_an_id_is_found_as_value_key_and_part() -> None:
    for document in ({"a": "b7"}, {"b7": 1}, {"a": {"x": ["top:b7:1"]}}, {"a": "profile_b7"}):
        assert holds(bson.encode(document), PATTERN), document
    assert not holds(bson.encode({"a": "b77", "b": "Vitamin b7 is one"}), PATTERN)


def test_unfinished_files_and_the_journal_are_searched(tmp_path: Path) -> None:
    events = tmp_path / "lake/events/month=2026-11"
    events.mkdir(parents=True)
    packed = gzip.compress(b'{"profile_id":"b7"}\n' * 1000, mtime=0)
    (events / "._killed.jsonl.gz.part").write_bytes(packed[:-9])
    (tmp_path / "visibility.json").write_text('{"profiles": {"b7": 1}}')
    result = SearchResult()
    _search_files(tmp_path, PATTERN, result)
    assert result.searched == Counter(files=2)
    assert result.hits["files", "visibility.json"] == 1
    assert result.hits["files", "lake/events/month=2026-11/._killed.jsonl.gz.part"] > 0
