"""Instants as a report writes them: in UTC and in the host's time zone."""

from __future__ import annotations

from datetime import UTC, datetime

from batch.reports.parts import ReportedInstant


def instant_of(at: datetime) -> ReportedInstant:
    return ReportedInstant(utc_text(at), at.astimezone().isoformat(timespec="seconds"))


def utc_text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def parse_utc(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
