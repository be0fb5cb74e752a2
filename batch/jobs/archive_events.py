"""The first step of a night: live events from MongoDB go into the archive, where Spark reads all events.

Each day of recording is one file, `live-YYYY-MM-DD.jsonl.gz`, always written whole, so doing it twice changes
nothing. `_archived.json` beside them says up to when everything is in; days are written again from there on,
because the last one may have been cut in the middle. Events stream through in batches.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pymongo.collection import Collection

from batch.storage.event_archive import EVENTS_FOLDER, EventArchive
from domain.errors import BadInput
from domain.serialization import Document
from domain.storage_names import EVENT_TTL_DAYS
from domain.timestamps import to_millis

MARK = "_archived.json"
SETTLING = timedelta(minutes=5)
"""An event may become visible a little after its `recorded_at`: a day this young is written again."""

BATCH = 2000
_STORE_FIELDS = ("_id", "recorded_at", "expires_at")


def archive_live(events: Collection[Document], lake: Path, logical_date: date, now: datetime) -> int:
    """Archive what was recorded up to the end of the logical date. Returns the number of events written."""
    through = _read_mark(lake)
    oldest = (now - timedelta(days=EVENT_TTL_DAYS)).date() if through is None else through.date()
    day, written = oldest, 0
    whole_from = (now - timedelta(days=EVENT_TTL_DAYS - 1)).date()
    while day <= min(logical_date, now.date()):
        # MongoDB no longer has all of an older day: what was archived of it in time must not be replaced.
        if day >= whole_from or not _is_archived(lake, day):
            written += _archive_day(events, lake, day)
        day += timedelta(days=1)
    end = datetime.combine(logical_date + timedelta(days=1), datetime.min.time(), UTC)
    reached = min(end, now - SETTLING)
    if through is None or reached > through:
        _write_mark(lake, reached)
    return written


def _archive_day(events: Collection[Document], lake: Path, day: date) -> int:
    start = datetime.combine(day, datetime.min.time(), UTC)
    span = {"$gte": to_millis(start), "$lt": to_millis(start + timedelta(days=1))}
    with EventArchive(lake, f"live-{day}") as archive:
        for batch in _batches(events, {"recorded_at": span}):
            archive.add(batch)
    return archive.lines


def _is_archived(lake: Path, day: date) -> bool:
    return any((lake / EVENTS_FOLDER).glob(f"month=*/live-{day}.jsonl.gz"))


def _batches(events: Collection[Document], query: Document) -> Iterator[list[Document]]:
    """Event documents as archived, without what the store added."""
    batch: list[Document] = []
    for document in events.find(query, batch_size=BATCH):
        batch.append({key: value for key, value in document.items() if key not in _STORE_FIELDS})
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _read_mark(lake: Path) -> datetime | None:
    path = lake / EVENTS_FOLDER / MARK
    try:
        return datetime.fromisoformat(json.loads(path.read_text("utf-8"))["through"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path}: cannot be read ({error}). Delete it; the next run writes it anew."
        ) from error


def _write_mark(lake: Path, through: datetime) -> None:
    path = lake / EVENTS_FOLDER / MARK
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{MARK}.new")
    fresh.write_text(json.dumps({"through": through.isoformat()}) + "\n", "utf-8")
    fresh.replace(path)
