"""What a run reads: flawed lines are excluded and counted, a wrong archive is refused and left alone."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.errors import BadInput

pytestmark = pytest.mark.spark

NOW = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp() * 1000)
END = int(datetime(2026, 11, 21, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000


def line(number: int = 0, **changes: Any) -> str:
    facts = {
        "id": f"e{number}",
        "profile_id": "p",
        "title_id": "t",
        "type": "complete",
        "occurred_at": NOW - HOUR,
    }
    return json.dumps(facts | {"region": "US", "kind": "movie"} | changes)


def write(lake: Path, name: str, lines: list[str], month: str = "2026-11") -> Path:
    path = lake / "events" / f"month={month}" / f"{name}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(f"{one}\n" for one in lines).encode()))
    return path


def flawed(lake: Path) -> Path:
    """97 good lines in two months, beside one of every flaw, an empty file, an empty folder and a file cut off."""
    write(lake, "good", [line(number) for number in range(94)], "2026-10")
    (lake / "events" / "month=2026-09").mkdir(parents=True)
    write(lake, "nothing", [])
    cut = write(lake, "cut", [line(number, device=f"{number * 7919 % 10007}") for number in range(400)])
    cut.write_bytes(cut.read_bytes()[:-400])
    return write(
        lake,
        "live-2026-11-20",
        [
            line(1),
            "{broken",
            line(2, occurred_at=None),
            line(3, stars="five"),
            line(4, occurred_at=NOW + HOUR),
            line(5, occurred_at=0),
            line(6, type="sneeze"),
            line(7, occurred_at=NOW + 60_000),
            line(8),
        ],
    )


def test_every_flaw_is_excluded_counted_and_bad_lines_are_named(spark: Any, tmp_path: Path) -> None:
    from batch.storage.event_reading import read_events

    path = flawed(tmp_path)
    reading = read_events(spark, tmp_path, END, NOW)
    kept = {row.id for row in reading.events.collect() if row.month == "2026-11" and row.device is None}
    assert kept == {"e1", "e7", "e8"}
    assert reading.newest == NOW + 60_000
    assert reading.excluded == {
        "broken_lines": 2,
        "incomplete_events": 1,
        "unknown_event_types": 1,
        "impossible_dates": 1,
        "events_in_the_future": 1,
        "quarantined_lines": 4,
    }
    assert "4 lines of the event archive are no events; they are in quarantine/" in reading.warnings[-1]
    moved = gzip.decompress((tmp_path / "quarantine/month=2026-11" / path.name).read_bytes()).decode()
    assert [(one["line"], one["reason"]) for one in map(json.loads, moved.splitlines())] == [
        (2, "no JSON object"),
        (3, "no occurred_at"),
        (4, 'stars "five": write a number'),
    ]
    again = read_events(spark, tmp_path, END, NOW)
    assert again.events.count() == reading.events.count() > 400
    assert "quarantined_lines" not in again.excluded


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (['{"user":1,"item":2}'] * 3, "line 1: no profile_id"),
        (["{broken", *[line(number) for number in range(3)]], "1 of 4 lines cannot be used, more than 20%"),
        ([line(number, occurred_at=NOW + HOUR) for number in range(3)], "Set this machine's clock"),
    ],
)
def test_a_wrong_archive_is_refused_and_nothing_is_moved(
    spark: Any, tmp_path: Path, lines: list[str], words: str
) -> None:
    from batch.storage.event_reading import read_events

    path = write(tmp_path, "wrong", lines)
    before = path.read_bytes()
    with pytest.raises(BadInput) as refusal:
        read_events(spark, tmp_path, END, NOW)
    assert words in str(refusal.value)
    assert path.read_bytes() == before
    assert not (tmp_path / "quarantine").exists()


def test_events_after_the_date_are_no_flaw(spark: Any, tmp_path: Path) -> None:
    from batch.storage.event_reading import read_events

    write(tmp_path, "two-days", [line(1), line(2, occurred_at=NOW - 48 * HOUR)])
    reading = read_events(spark, tmp_path, NOW - 24 * HOUR, NOW)
    assert (reading.newest, reading.excluded, reading.warnings) == (NOW - 48 * HOUR, {}, ())
