"""What suits the moment: a small, bounded nudge by hour, device and what is on the screen.

The rules are data, and pure, so that the night shift can judge them on past evenings by the very same table.
Each adds to titles it names; together they give a title between -1 and 1, which `Weights.context` scales.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.catalog.titles import Title

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class MomentRule:
    """Adds `by` to titles of these `genres`, or no longer than `most_minutes`, when the moment is right.

    `hours` are local, from..to with to left out; they may pass midnight. `devices` empty: any.
    """

    name: str
    by: float
    genres: tuple[str, ...] = ()
    most_minutes: int | None = None
    hours: tuple[int, int] = (0, 24)
    devices: tuple[str, ...] = ()
    weekend: bool | None = None

    def holds(self, local: datetime, device: str) -> bool:
        first, end = self.hours
        hour = local.hour
        in_time = first <= hour < end if first < end else hour >= first or hour < end
        weekend = self.weekend is None or self.weekend == (local.weekday() >= SATURDAY)
        return in_time and weekend and (not self.devices or device in self.devices)


RULES: tuple[MomentRule, ...] = (
    MomentRule("family mornings", 0.6, ("Family", "Animation"), hours=(6, 11), weekend=True),
    MomentRule("family afternoons", 0.4, ("Family", "Animation"), hours=(14, 18)),
    MomentRule("late thrills", 0.4, ("Thriller", "Horror", "Crime", "Mystery"), hours=(21, 2)),
    MomentRule("nothing dark over breakfast", -0.4, ("Horror",), hours=(5, 10)),
    MomentRule("short things on the go", 0.5, most_minutes=50, devices=("mobile",)),
    MomentRule("short things at lunch", 0.3, most_minutes=50, hours=(12, 14), weekend=False),
)


@dataclass(frozen=True, slots=True)
class ContextBoost:
    """What the moment adds: per genre, and for titles no longer than so many seconds."""

    genres: dict[str, float] = field(default_factory=dict)
    short: tuple[tuple[int, float], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.genres or self.short)

    def of(self, title: Title) -> float:
        """-1..1: the strongest word about its genres, and its length."""
        return self.with_length(self.of_genres(title.genres), title.runtime_seconds)

    def of_genres(self, genres: Sequence[str]) -> float:
        total = 0.0
        for genre in genres:
            said = self.genres.get(genre, 0.0)
            if abs(said) > abs(total):
                total = said
        return total

    def with_length(self, total: float, seconds: int | None) -> float:
        if seconds is not None:
            for most, by in self.short:
                if seconds <= most:
                    total += by
        return -1.0 if total < -1.0 else 1.0 if total > 1.0 else total


def context_boosts(
    local: datetime, device: str, current: Title | None = None, rules: Sequence[MomentRule] = RULES
) -> ContextBoost:
    """The rules that hold now, added up; `current` is a title that the viewer looks at, whose genres count."""
    genres: dict[str, float] = {}
    short: list[tuple[int, float]] = []
    for rule in rules:
        if rule.holds(local, device):
            for genre in rule.genres:
                genres[genre] = genres.get(genre, 0.0) + rule.by
            if rule.most_minutes is not None:
                short.append((rule.most_minutes * 60, rule.by))
    for genre in current.genres if current else ():
        genres[genre] = genres.get(genre, 0.0) + 0.5
    return ContextBoost(genres, tuple(short))
