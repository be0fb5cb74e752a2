"""Rows of an events file that passed the schema -> events."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from batch.importers.row_values import parse_instant
from domain.catalog.titles import TitleKind
from domain.errors import BadInput
from domain.ids import ProfileId, Region, TitleId
from domain.serialization import Document
from domain.viewers.events import PLAYBACK, Event, EventType


@dataclass(frozen=True, slots=True)
class EventTitle:
    kind: TitleKind
    series_id: TitleId | None
    runtime_seconds: int | None
    credits_seconds: int | None = None
    season: int | None = None
    episode: int | None = None


def event_from_row(row: Document, title: EventTitle, region: Region, now: datetime) -> Event:
    """Raises BadInput that names the field."""
    occurred_at = parse_instant("occurred_at", row["occurred_at"])
    if occurred_at > now + timedelta(minutes=5):
        raise BadInput(f"occurred_at: {row['occurred_at']} is in the future; write when it happened")
    kind = EventType(row["type"])
    duration = row.get("duration_seconds", title.runtime_seconds)
    if kind in (EventType.PROGRESS, EventType.COMPLETE) and not duration:
        raise BadInput("duration_seconds: needed, as the title's runtime is unknown; write it in seconds")
    stars = row.get("stars")
    return Event(
        id=row.get("id") or content_id(row),
        profile_id=ProfileId(row["profile_id"]),
        title_id=TitleId(row["title_id"]),
        type=kind,
        occurred_at=occurred_at,
        region=region,
        kind=title.kind,
        series_id=title.series_id,
        position_seconds=row.get("position_seconds"),
        duration_seconds=duration if kind in PLAYBACK else None,
        stars=None if stars is None else float(stars),
        device=row.get("device"),
        credits_seconds=title.credits_seconds if kind in PLAYBACK else None,
        household=row.get("household", False),
        season=title.season,
        episode=title.episode,
    )


def content_id(row: Document) -> str:
    """Equal lines have equal ids, so importing a line twice gives one event."""
    text = json.dumps(row, sort_keys=True).encode()
    return "own-" + hashlib.blake2b(text, digest_size=12).hexdigest()
