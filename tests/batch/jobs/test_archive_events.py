"""Live events reach the archive exactly once, whole days at a time, however often a run repeats."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from batch.jobs.archive_events import archive_live_events
from domain.errors import BadInput
from domain.storage_names import EVENTS

pytestmark = pytest.mark.stores

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def events(stores: Any) -> Any:
    stores.mongo[EVENTS].delete_many({})
    return stores.mongo[EVENTS]


def record(events: Any, name: str, at: datetime) -> None:
    millis = round(at.timestamp() * 1000)
    events.insert_one(
        {
            "_id": f"p:{name}",
            "id": name,
            "profile_id": "p",
            "title_id": "t",
            "type": "like",
            "occurred_at": millis,
            "recorded_at": millis,
            "expires_at": at + timedelta(days=30),
        }
    )


def archived(lake: Path) -> dict[str, list[str]]:
    files = sorted((lake / "events").glob("month=*/*.jsonl.gz"))
    return {
        f"{file.parent.name}/{file.name}": [
            json.loads(line)["id"] for line in gzip.decompress(file.read_bytes()).splitlines()
        ]
        for file in files
    }


def test_a_day_is_one_file_without_what_the_store_added(events: Any, tmp_path: Path) -> None:
    record(events, "one", NOON)
    assert archive_live_events(events, tmp_path, NOON.date(), NOON + timedelta(hours=1)) == 1
    file = tmp_path / "events" / "month=2026-11" / "live-2026-11-20.jsonl.gz"
    line = json.loads(gzip.decompress(file.read_bytes()))
    assert sorted(line) == ["id", "occurred_at", "profile_id", "title_id", "type"]


def test_twice_is_once_and_later_events_join_their_day(events: Any, tmp_path: Path) -> None:
    record(events, "one", NOON)
    for _ in range(2):
        archive_live_events(events, tmp_path, NOON.date(), NOON + timedelta(hours=1))
    record(events, "two", NOON + timedelta(hours=2))
    record(events, "three", NOON + timedelta(days=1))
    archive_live_events(events, tmp_path, NOON.date() + timedelta(days=1), NOON + timedelta(days=1, hours=1))
    assert archived(tmp_path) == {
        "month=2026-11/live-2026-11-20.jsonl.gz": ["one", "two"],
        "month=2026-11/live-2026-11-21.jsonl.gz": ["three"],
    }


def test_missed_nights_are_caught_up_and_finished_days_left_alone(events: Any, tmp_path: Path) -> None:
    for days in (20, 9, 0):
        record(events, f"d{days}", NOON - timedelta(days=days))
    assert archive_live_events(events, tmp_path, NOON.date(), NOON) == 3
    events.delete_many({})
    record(events, "next", NOON + timedelta(days=1))
    assert (
        archive_live_events(
            events, tmp_path, NOON.date() + timedelta(days=1), NOON + timedelta(days=1, hours=1)
        )
        == 1
    )
    assert list(archived(tmp_path).values()) == [["d20"], ["d9"], ["next"]]


def test_an_event_of_a_session_that_was_merged_after_the_run_is_archived_for_its_profile(
    events: Any, tmp_path: Path
) -> None:
    """Recorded before midnight, archived at night, merged in the morning: a day that was already complete."""
    evening, night = NOON + timedelta(hours=11), NOON + timedelta(hours=13)
    record(events, "one", evening)
    archive_live_events(events, tmp_path, NOON.date() + timedelta(days=1), night)
    events.update_one({"id": "one"}, {"$set": {"profile_id": "merged", "id": "moved"}})
    archive_live_events(events, tmp_path, NOON.date() + timedelta(days=1), night + timedelta(hours=10))
    assert archived(tmp_path) == {"month=2026-11/live-2026-11-20.jsonl.gz": ["moved"]}


def test_an_old_date_takes_nothing_recorded_after_it(events: Any, tmp_path: Path) -> None:
    record(events, "before", NOON - timedelta(days=3))
    record(events, "after", NOON)
    assert archive_live_events(events, tmp_path, date(2026, 11, 18), NOON) == 1
    assert archive_live_events(events, tmp_path, NOON.date(), NOON + timedelta(hours=1)) == 1


def test_after_a_long_pause_what_mongodb_has_forgotten_stays_archived(events: Any, tmp_path: Path) -> None:
    record(events, "one", NOON)
    archive_live_events(events, tmp_path, NOON.date(), NOON)
    events.delete_many({})
    later = NOON + timedelta(days=45)
    archive_live_events(events, tmp_path, later.date(), later)
    assert archived(tmp_path) == {"month=2026-11/live-2026-11-20.jsonl.gz": ["one"]}


def test_a_broken_mark_is_named(events: Any, tmp_path: Path) -> None:
    mark = tmp_path / "events" / "_archived.json"
    mark.parent.mkdir()
    mark.write_text("{")
    with pytest.raises(BadInput, match=r"_archived\.json: cannot be read"):
        archive_live_events(events, tmp_path, NOON.date(), NOON)
