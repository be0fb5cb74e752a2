"""Bad lines of the archive are moved into quarantine with file, line and reason; good ones stay as they are."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from batch.storage.departed_files import purge_lines
from batch.storage.departures import DepartureBook
from batch.storage.event_archive import EVENTS_FOLDER, EventArchive
from batch.storage.event_lines import event_of_line, line_fault
from batch.storage.jsonl_file import read_jsonl
from batch.storage.quarantine import (
    CUT_OFF,
    move_bad_lines,
    quarantine_path,
    recover_cut_off_files,
)
from domain.serialization import Document
from domain.viewers.departures import Departure, departure_key

INSTANT = 1_794_000_000_000
GOOD = {"profile_id": "p", "title_id": "t", "type": "complete", "occurred_at": INSTANT}


def archive(lake: Path, *lines: bytes) -> Path:
    path = lake / EVENTS_FOLDER / "month=2026-11" / "live-2026-11-06.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(b"".join(one + b"\n" for one in lines)))
    return path


def line(**changes: object) -> bytes:
    return json.dumps(GOOD | {"id": "e"} | changes).encode()


def quarantined(lake: Path, path: Path) -> list[Document]:
    return [json.loads(one) for one in read_jsonl(quarantine_path(lake, path))]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (json.dumps(GOOD), None),
        (json.dumps(GOOD | {"stars": 4, "household": True, "season": "x"}), None),
        ("{broken", "no JSON object"),
        ("[1]", "no JSON object"),
        (json.dumps(GOOD | {"occurred_at": None}), "no occurred_at"),
        (json.dumps({"user": 1, "item": 2}), "no profile_id"),
        (json.dumps(GOOD | {"occurred_at": "yesterday"}), 'occurred_at "yesterday": write a whole number'),
        (json.dumps(GOOD | {"position_seconds": 1.5}), "position_seconds 1.5: write a whole number"),
        (json.dumps(GOOD | {"stars": "five"}), 'stars "five": write a number'),
        (json.dumps(GOOD | {"household": 1}), "household 1: write true or false"),
    ],
)
def test_the_fault_of_a_line_says_what_to_write(text: str, fault: str | None) -> None:
    assert line_fault(text) == fault


def test_a_line_that_is_no_event_is_none_for_importers() -> None:
    assert event_of_line("{broken") is None
    assert (
        event_of_line(json.dumps(GOOD | {"id": "e", "type": "sneeze", "region": "US", "kind": "movie"}))
        is None
    )
    event = event_of_line(json.dumps(GOOD | {"id": "e", "region": "US", "kind": "movie"}))
    assert event is not None
    assert event.title_id == "t"


def test_bad_lines_go_with_their_reason_and_good_ones_stay_byte_for_byte(tmp_path: Path) -> None:
    odd = line(device="tv\u2028").replace(b"tv", b"tv\xff")
    path = archive(tmp_path, line(), b"{broken", b"", odd, line(occurred_at=None))
    name = "events/month=2026-11/live-2026-11-06.jsonl.gz"
    assert [(one.line, one.reason) for one in move_bad_lines(tmp_path, path)] == [
        (2, "no JSON object"),
        (5, "no occurred_at"),
    ]
    assert gzip.decompress(path.read_bytes()) == line() + b"\n" + odd + b"\n"
    assert quarantined(tmp_path, path)[0] == {
        "file": name,
        "line": 2,
        "reason": "no JSON object",
        "text": "{broken",
    }
    assert move_bad_lines(tmp_path, path) == []
    path.write_bytes(gzip.compress(b"worse\n"))
    move_bad_lines(tmp_path, path)
    assert [one["text"] for one in quarantined(tmp_path, path)][::2] == ["{broken", "worse"]


def test_what_spark_alone_could_not_read_is_moved_too(tmp_path: Path) -> None:
    path = archive(tmp_path, line(), line(id="x"))
    moved = move_bad_lines(tmp_path, path, {line(id="x").decode()})
    assert [(one.line, one.reason) for one in moved] == [(2, "not of the event schema")]


def test_a_file_that_was_cut_off_keeps_what_can_be_read(tmp_path: Path) -> None:
    path = archive(tmp_path, *[line(id=f"e{number}") for number in range(4000)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    moved = recover_cut_off_files(tmp_path)
    kept = list(read_jsonl(path))
    assert [one.reason for one in moved][-1] == CUT_OFF
    assert 100 < len(kept) < 4000
    assert moved[-1].line >= len(kept)
    assert recover_cut_off_files(tmp_path) == []


def test_importers_read_the_other_files_up_to_where_they_can(tmp_path: Path) -> None:
    path = archive(tmp_path, line(), line())
    path.write_bytes(path.read_bytes()[:-9])
    with EventArchive(tmp_path, "own") as own:
        assert len(list(own.other_lines())) <= 2
        own.abandon()


def test_departed_profiles_leave_quarantine_too_and_a_broken_line_stops_no_purge(tmp_path: Path) -> None:
    mine = b'{"profile_id":"gone","type":'
    path = archive(
        tmp_path, line(), mine, line(profile_id="gone"), line(profile_id="merged"), b'{"profile_id":"merged"'
    )
    move_bad_lines(tmp_path, path)
    assert len(quarantined(tmp_path, path)) == 2
    archive(tmp_path, line(), mine, line(profile_id="gone"), line(profile_id="merged"))
    departures = [_departure("gone", None), _departure("merged", "kept")]
    places = purge_lines(tmp_path, DepartureBook({one.key: one for one in departures}))
    assert [json.loads(one)["profile_id"] for one in read_jsonl(path)] == ["p", "kept"]
    assert quarantined(tmp_path, path) == []
    assert [(place.found, place.left) for place in places] == [(3, 0), (2, 0)]


def _departure(profile: str, into: str | None) -> Departure:
    from datetime import UTC, datetime

    return Departure(departure_key(profile), datetime(2026, 11, 7, tzinfo=UTC), into)
