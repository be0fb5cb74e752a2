"""Copies live events from MongoDB into the event archive, a file per day of recording.

Files are written whole, so repeated runs change nothing. `_archived.json` holds the watermark: all earlier events are
archived, its own day may be incomplete.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pymongo.collection import Collection

from batch.storage.event_archive import EVENTS_FOLDER, EventArchive
from domain.errors import BadInput
from domain.serialization import Document
from domain.storage_names import EVENT_TTL_DAYS
from domain.timestamps import to_millis
from domain.viewers.anonymous_sessions import SESSION_LIFETIME

WATERMARK_FILE = "_archived.json"
ALLOWED_LATENESS = timedelta(minutes=5)
"""How late an event may become visible after its `recorded_at`."""

BATCH_SIZE = 2000
_STORE_FIELDS = ("_id", "recorded_at", "expires_at")


def archive_live_events(events: Collection[Document], lake: Path, logical_date: date, now: datetime) -> int:
    """Returns the number of events written."""
    watermark = _read_watermark(lake)
    oldest = (now - timedelta(days=EVENT_TTL_DAYS)).date()
    if watermark is not None:
        # Events of a session that was merged since then stand under its profile now.
        oldest = (watermark - SESSION_LIFETIME).date()
    day, written = oldest, 0
    complete_from = (now - timedelta(days=EVENT_TTL_DAYS - 1)).date()
    while day <= min(logical_date, now.date()):
        # MongoDB has expired part of an older day: keep its file.
        if day >= complete_from or not _is_archived(lake, day):
            written += _archive_day(events, lake, day)
        day += timedelta(days=1)
    end = datetime.combine(logical_date + timedelta(days=1), datetime.min.time(), UTC)
    new_watermark = min(end, now - ALLOWED_LATENESS)
    if watermark is None or new_watermark > watermark:
        _write_watermark(lake, new_watermark)
    return written


def _archive_day(events: Collection[Document], lake: Path, day: date) -> int:
    start = datetime.combine(day, datetime.min.time(), UTC)
    recorded = {"$gte": to_millis(start), "$lt": to_millis(start + timedelta(days=1))}
    with EventArchive(lake, f"live-{day}") as archive:
        archive.add(
            {key: value for key, value in document.items() if key not in _STORE_FIELDS}
            for document in events.find({"recorded_at": recorded}, batch_size=BATCH_SIZE)
        )
    return archive.lines


def _is_archived(lake: Path, day: date) -> bool:
    return any((lake / EVENTS_FOLDER).glob(f"month=*/live-{day}.jsonl.gz"))


def _read_watermark(lake: Path) -> datetime | None:
    path = lake / EVENTS_FOLDER / WATERMARK_FILE
    try:
        return datetime.fromisoformat(json.loads(path.read_text("utf-8"))["through"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path}: cannot be read ({error}). Delete it; the next run writes a new one."
        ) from error


def _write_watermark(lake: Path, watermark: datetime) -> None:
    path = lake / EVENTS_FOLDER / WATERMARK_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{WATERMARK_FILE}.new")
    temporary.write_text(json.dumps({"through": watermark.isoformat()}) + "\n", "utf-8")
    temporary.replace(path)
