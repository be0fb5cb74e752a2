"""Context boosts: a bounded adjustment by local hour and device, scaled by `Weights.context`.

The rules are pure data, so the batch run can evaluate past evenings with the same table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.catalog.titles import Title
from domain.layouts.schedules import span_day

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class ContextRule:
    """Boosts titles of `genres`, or no longer than `max_minutes`.

    `hours` are local, end excluded, and may cross midnight: they then belong to the day on which they began. No
    `devices` means any.
    """

    name: str
    boost: float
    genres: tuple[str, ...] = ()
    max_minutes: int | None = None
    hours: tuple[int, int] = (0, 24)
    devices: tuple[str, ...] = ()
    weekend: bool | None = None

    def applies(self, local: datetime, device: str) -> bool:
        first, end = self.hours
        hour = local.hour
        in_time = first <= hour < end if first < end else hour >= first or hour < end
        weekend = self.weekend is None or self.weekend == (span_day(local, first, end).weekday() >= SATURDAY)
        return in_time and weekend and (not self.devices or device in self.devices)


RULES: tuple[ContextRule, ...] = (
    ContextRule("family mornings", 0.6, ("Family", "Animation"), hours=(6, 11), weekend=True),
    ContextRule("family afternoons", 0.4, ("Family", "Animation"), hours=(14, 18)),
    ContextRule("late thrills", 0.4, ("Thriller", "Horror", "Crime", "Mystery"), hours=(21, 2)),
    ContextRule("nothing dark over breakfast", -0.4, ("Horror",), hours=(5, 10)),
    ContextRule("short things on the go", 0.5, max_minutes=50, devices=("mobile",)),
    ContextRule("short things at lunch", 0.3, max_minutes=50, hours=(12, 14), weekend=False),
)


@dataclass(frozen=True, slots=True)
class ContextBoost:
    """Boosts by genre, and as (maximum length in seconds, boost)."""

    by_genre: dict[str, float] = field(default_factory=dict)
    by_length: tuple[tuple[int, float], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.by_genre or self.by_length)

    def for_title(self, title: Title) -> float:
        """-1..1: the strongest genre boost plus those of its length."""
        return self.add_length(self.for_genres(title.genres), title.runtime_seconds)

    def for_genres(self, genres: Sequence[str]) -> float:
        total = 0.0
        for genre in genres:
            boost = self.by_genre.get(genre, 0.0)
            if abs(boost) > abs(total):
                total = boost
        return total

    def add_length(self, genre_boost: float, seconds: int | None) -> float:
        if seconds is not None:
            for max_seconds, by in self.by_length:
                if seconds <= max_seconds:
                    genre_boost += by
        return -1.0 if genre_boost < -1.0 else 1.0 if genre_boost > 1.0 else genre_boost


def context_boosts(local: datetime, device: str, rules: Sequence[ContextRule] = RULES) -> ContextBoost:
    by_genre: dict[str, float] = {}
    by_length: list[tuple[int, float]] = []
    for rule in rules:
        if rule.applies(local, device):
            for genre in rule.genres:
                by_genre[genre] = by_genre.get(genre, 0.0) + rule.boost
            if rule.max_minutes is not None:
                by_length.append((rule.max_minutes * 60, rule.boost))
    return ContextBoost(by_genre, tuple(by_length))
