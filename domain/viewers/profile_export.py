"""The export of one profile: everything that is held about it, in one readable document (docs/privacy.md).

Names of fields are those of docs/data-model.md; instants are ISO 8601, impressions are dates. New fields of stored
documents need nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from domain.serialization import Document
from domain.timestamps import from_millis, to_iso
from domain.viewers.impressions import SPAN_DAYS

EXPORT_FORMAT = "marquee-profile-1"
ARCHIVE = "events of the archive"
INSTANTS = frozenset({"at", "until"})
LEFT_OUT = frozenset({"_id", "source", "unchecked"})
"""What says nothing about a person."""

EPOCH = date(1970, 1, 1)
NO_NAMES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """Stored documents of one profile. `pages` are page documents, `picks` by data version."""

    profile: Document
    activity: Document | None = None
    events: Sequence[Document] = ()
    picks: Sequence[Document] = ()
    exposures: Sequence[Document] = ()
    arms: Document = field(default_factory=dict)
    pages: Sequence[Document] = ()
    merged_from: int = 0


def export_document(
    stored: StoredProfile, now: datetime, missing: Sequence[str] = (), names: Mapping[str, str] = NO_NAMES
) -> Document:
    """`missing` says what could not be read here. `names`: of titles, by id."""
    return {
        "format": EXPORT_FORMAT,
        "exported_at": to_iso(now),
        "complete": not missing,
        "missing": list(missing),
        "profile": {"id": stored.profile["_id"], **readable(stored.profile)},
        "activity": _activity(stored.activity or {}),
        "events": _events(stored.events),
        "recommendations": [readable(each) for each in stored.picks],
        "experiments": {
            "assignments": readable(stored.arms),
            "exposures": [readable(each) for each in stored.exposures],
        },
        "pages": [readable(each) for each in stored.pages],
        "merged_profiles": stored.merged_from,
        "title_names": dict(sorted(names.items())),
    }


def with_archived_events(export: Document, archived: Iterable[Document]) -> Document:
    """An event that is in MongoDB and in the archive is listed once."""
    known = {event["id"] for event in export["events"]}
    more = [event for event in _events(archived) if event["id"] not in known]
    events = sorted([*export["events"], *more], key=lambda event: (event["occurred_at"], event["id"]))
    missing = [each for each in export["missing"] if each != ARCHIVE]
    return {**export, "events": events, "missing": missing, "complete": not missing}


def exported_title_ids(stored: StoredProfile) -> set[str]:
    activity = stored.activity or {}
    parts = (activity.get(name, {}) for name in activity if name not in ("shown", "_id"))
    listed = {str(key) for part in parts if isinstance(part, Mapping) for key in part}
    events = {str(event["title_id"]) for event in stored.events if "title_id" in event}
    picks = {str(item[0]) for each in stored.picks for item in each.get("items", ())}
    return listed | events | picks


def readable(value: Any, name: str = "") -> Any:
    """A stored value with instants in words, without what only the stores need."""
    if isinstance(value, Mapping):
        return {key: readable(inner, str(key)) for key, inner in value.items() if key not in LEFT_OUT}
    if isinstance(value, list | tuple):
        return [readable(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and _is_instant(name):
        return to_iso(from_millis(value))
    return value


def _is_instant(name: str) -> bool:
    return name in INSTANTS or name.endswith("_at")


def _activity(document: Mapping[str, Any]) -> Document:
    entries: Document = readable({key: value for key, value in document.items() if key != "shown"})
    shown = document.get("shown", {})
    if not shown:
        return entries
    days: dict[str, list[str]] = {}
    for span in sorted(shown, key=int):
        for key, bits in shown[span].items():
            days.setdefault(key, []).extend(_dates(int(span), int(bits)))
    return {**entries, "shown_on": days}


def _dates(span: int, bits: int) -> Iterator[str]:
    for day in range(SPAN_DAYS):
        if bits >> day & 1:
            yield (EPOCH + timedelta(days=span * SPAN_DAYS + day)).isoformat()


def _events(events: Iterable[Document]) -> list[Document]:
    """In order of time, each id once."""
    by_id = {event["id"]: readable(event) for event in events}
    return sorted(by_id.values(), key=lambda event: (event["occurred_at"], event["id"]))
