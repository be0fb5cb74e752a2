"""Durations as drawn and as spoken, in English. From an hour on, hours and minutes."""

from __future__ import annotations


def compact_duration(seconds: int) -> str:
    """ "2h 4m", "45m"; at least "1m"."""
    return _joined(seconds, "{}h", "{}m")


def drawn_duration(seconds: int) -> str:
    """ "2 h 4 min", "45 min"; at least "1 min"."""
    return _joined(seconds, "{} h", "{} min")


def spoken_duration(seconds: int) -> str:
    """ "2 hours 4 minutes", "1 minute"; at least "1 minute"."""
    hours, minutes = _hours_and_minutes(seconds)
    return " ".join(
        f"{count} {unit}" if count == 1 else f"{count} {unit}s"
        for count, unit in ((hours, "hour"), (minutes, "minute"))
        if count
    )


def _joined(seconds: int, hours_text: str, minutes_text: str) -> str:
    hours, minutes = _hours_and_minutes(seconds)
    texts = ((hours, hours_text), (minutes, minutes_text))
    return " ".join(text.format(count) for count, text in texts if count)


def _hours_and_minutes(seconds: int) -> tuple[int, int]:
    return divmod(max(1, round(seconds / 60)), 60)
