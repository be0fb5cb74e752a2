"""Durations are drawn and spoken in hours and minutes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.durations import compact_duration, drawn_duration, spoken_duration


@pytest.mark.parametrize(
    ("seconds", "compact", "drawn", "spoken"),
    [
        (0, "1m", "1 min", "1 minute"),
        (89, "1m", "1 min", "1 minute"),
        (2700, "45m", "45 min", "45 minutes"),
        (3569, "59m", "59 min", "59 minutes"),
        (3571, "1h", "1 h", "1 hour"),
        (3660, "1h 1m", "1 h 1 min", "1 hour 1 minute"),
        (7380, "2h 3m", "2 h 3 min", "2 hours 3 minutes"),
        (86_400, "24h", "24 h", "24 hours"),
    ],
)
def test_hours_and_minutes(seconds: int, compact: str, drawn: str, spoken: str) -> None:
    assert (compact_duration(seconds), drawn_duration(seconds), spoken_duration(seconds)) == (
        compact,
        drawn,
        spoken,
    )


@given(st.integers(0, 24 * 3600))
def test_no_text_has_sixty_minutes_or_none(seconds: int) -> None:
    numbers = dict(reversed(part) for part in zip(*[iter(drawn_duration(seconds).split())] * 2, strict=True))
    assert set(numbers) <= {"h", "min"}
    assert 1 <= int(numbers.get("min", 1)) < 60
    assert abs(int(numbers.get("h", 0)) * 3600 + int(numbers.get("min", 0)) * 60 - max(60, seconds)) <= 30
