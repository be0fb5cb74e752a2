"""Instants as the stores and files keep them. Inside, always aware datetimes in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.errors import BadInput


def to_millis(instant: datetime) -> int:
    """Milliseconds since 1970-01-01 UTC: how every document and index keeps an instant."""
    return round(instant.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)


def to_iso(instant: datetime) -> str:
    """ "2026-11-22T10:00:00.000Z": how files and the API write an instant."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """Raises BadInput for anything that is not an ISO 8601 instant with a time zone."""
    try:
        return in_utc(datetime.fromisoformat(text))
    except ValueError:
        raise BadInput(f"{text!r} is not an instant; write it like 2026-11-22T20:15:00Z.") from None


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError without a time zone, or when UTC has no such year."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("the instant lies outside the years 1 to 9999") from error


def whole_millis(instant: datetime) -> datetime:
    """The instant without what stores do not keep, so that two copies of one event never differ in time."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
