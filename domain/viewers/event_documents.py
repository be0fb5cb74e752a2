"""Events to documents of MongoDB and the archive, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.catalog.titles import TitleKind
from domain.ids import ProfileId, TitleId
from domain.serialization import Document
from domain.timestamps import from_millis, to_millis
from domain.viewers.events import Event, EventType


def event_id(profile_id: ProfileId, client_event_id: str) -> str:
    return f"{profile_id}:{client_event_id}"


def event_to_document(event: Event) -> Document:
    """Without the fields that the store adds (`_id`, `recorded_at`, `expires_at`)."""
    document: Document = {
        "id": event.id,
        "profile_id": event.profile_id,
        "title_id": event.title_id,
        "type": event.type.value,
        "occurred_at": to_millis(event.occurred_at),
        "region": event.region,
        "kind": event.kind.value,
        "series_id": event.series_id,
        "season": event.season,
        "episode": event.episode,
        "position_seconds": event.position_seconds,
        "duration_seconds": event.duration_seconds,
        "stars": event.stars,
        "device": event.device,
        "tracking": event.tracking,
        "episode_count": event.episode_count,
        "credits_seconds": event.credits_seconds,
        "until": None if event.until is None else to_millis(event.until),
        "household": event.household or None,
    }
    return {key: value for key, value in document.items() if value is not None}


def event_from_document(document: Mapping[str, Any]) -> Event:
    get = document.get
    return Event(
        id=document["id"],
        profile_id=ProfileId(document["profile_id"]),
        title_id=TitleId(document["title_id"]),
        type=EventType(document["type"]),
        occurred_at=from_millis(document["occurred_at"]),
        region=document["region"],
        kind=TitleKind(document["kind"]),
        series_id=get("series_id"),
        position_seconds=get("position_seconds"),
        duration_seconds=get("duration_seconds"),
        stars=get("stars"),
        device=get("device"),
        tracking=get("tracking"),
        episode_count=get("episode_count"),
        credits_seconds=get("credits_seconds"),
        until=from_millis(document["until"]) if "until" in document else None,
        household=get("household", False),
        season=get("season"),
        episode=get("episode"),
    )
