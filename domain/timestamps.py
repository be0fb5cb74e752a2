"""Stored forms of instants; in memory they are aware datetimes in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.errors import BadInput


def to_millis(instant: datetime) -> int:
    """Since 1970-01-01 UTC, as in documents and indexes."""
    return round(instant.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)


def to_iso(instant: datetime) -> str:
    """ "2026-11-22T10:00:00.000Z", as in files and the API."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """Raises BadInput unless it is ISO 8601 with a time zone."""
    try:
        return in_utc(datetime.fromisoformat(text))
    except ValueError:
        raise BadInput(f"{text!r} is not an instant; write it like 2026-11-22T20:15:00Z.") from None


def in_utc(instant: datetime) -> datetime:
    """Raises ValueError without a time zone, or outside the years 1 to 9999."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the instant lies outside the years 1 to 9999") from error


def whole_millis(instant: datetime) -> datetime:
    """As precise as stores, so that copies of an event have equal times."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
