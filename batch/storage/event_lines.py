"""Lines of the event archive as events, and what is wrong with those that are none."""

from __future__ import annotations

import json

from domain.serialization import Document
from domain.viewers.event_documents import event_from_document
from domain.viewers.events import Event

REQUIRED_FIELDS = ("profile_id", "title_id", "type", "occurred_at")
WHOLE_FIELDS = ("occurred_at", "position_seconds", "duration_seconds", "credits_seconds")
NUMBER_FIELDS = ("stars",)
TRUTH_FIELDS = ("household",)
"""Kinds as in `batch.storage.schemas.EVENT`, which needs Spark. Spark reads anything as a text."""

_MAX_LONG = 2**63 - 1


def parse_line(line: str) -> Document | None:
    """None for what is no JSON object."""
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def event_of_line(line: str) -> Event | None:
    """None for a line that is no event. The nightly run puts it into quarantine."""
    document = parse_line(line)
    if document is None or line_fault(line) is not None:
        return None
    try:
        return event_from_document(document)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def line_fault(line: str) -> str | None:
    """Why Spark cannot read an event from the line, in words; None for a good one."""
    document = parse_line(line)
    if document is None:
        return "no JSON object"
    for name in REQUIRED_FIELDS:
        if document.get(name) is None:
            return f"no {name}"
    for name in WHOLE_FIELDS:
        value = document.get(name)
        if value is not None and not (_is_number(value, int) and abs(value) <= _MAX_LONG):
            return f"{name} {_shown(value)}: write a whole number"
    for name in NUMBER_FIELDS:
        value = document.get(name)
        if value is not None and not _is_number(value, (int, float)):
            return f"{name} {_shown(value)}: write a number"
    for name in TRUTH_FIELDS:
        value = document.get(name)
        if value is not None and not isinstance(value, bool):
            return f"{name} {_shown(value)}: write true or false"
    return None


def _is_number(value: object, kinds: type | tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:60]
