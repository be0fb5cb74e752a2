"""Conditions: for whom an override, a row or an experiment is meant. Hours and weekdays are local to the market.

A span of hours across midnight belongs to the day on which it began: Friday from 22 to 2 ends on Saturday at 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.catalog.regions import is_within, local_time, time_zone
from domain.ids import Region
from domain.layouts.request_context import TargetingContext
from domain.layouts.schedules import WEEKDAYS, parse_instant, span_day

Version = tuple[int, ...]
"""Of a client or the API schema: (4, 2, 0)."""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Both bounds are included; None: no bound."""

    minimum: int | None = None
    maximum: int | None = None

    def contains(self, value: int) -> bool:
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )

    def __str__(self) -> str:
        if self.minimum is None:
            return f"at most {self.maximum}"
        return f"at least {self.minimum}" if self.maximum is None else f"{self.minimum} to {self.maximum}"


@dataclass(frozen=True, slots=True)
class HourRange:
    """Excludes `end`; 22 to 2 runs past midnight."""

    start: int
    end: int

    def contains(self, hour: int) -> bool:
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


@dataclass(frozen=True, slots=True)
class VersionRange:
    """An unknown version counts as the oldest."""

    minimum: Version | None = None
    below: Version | None = None

    def contains(self, version: Version | None) -> bool:
        version = pad_version(version or ())
        return (self.minimum is None or version >= pad_version(self.minimum)) and (
            self.below is None or version < pad_version(self.below)
        )

    def __str__(self) -> str:
        bounds = []
        if self.minimum is not None:
            bounds.append(f"{_format_version(self.minimum)} or later")
        if self.below is not None:
            bounds.append(f"before {_format_version(self.below)}")
        return " and ".join(bounds)


@dataclass(frozen=True, slots=True)
class Condition:
    """All parts must hold; empty tuples and None do not restrict. `arms` maps experiment to accepted variants."""

    devices: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    kids: bool | None = None
    maturity: NumberRange | None = None
    plans: tuple[str, ...] = ()
    tenure_days: NumberRange | None = None
    history: NumberRange | None = None
    hours: HourRange | None = None
    weekdays: tuple[str, ...] = ()
    client: VersionRange | None = None
    arms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


ALWAYS = Condition()


def holds(condition: Condition, context: TargetingContext) -> bool:
    return first_failure(condition, context) is None


def first_failure(condition: Condition, context: TargetingContext) -> str | None:
    """ "market is US, not DE or FR"; None: the condition holds."""
    return next(_failures(condition, context), None)


def parse_version_number(text: str) -> Version | None:
    """ "4.2.0" -> (4, 2, 0). None for other text."""
    parts = text.split(".")
    if not 1 <= len(parts) <= 4 or not all(
        part.isascii() and part.isdigit() and len(part) < 10 for part in parts
    ):
        return None
    return tuple(int(part) for part in parts)


def pad_version(version: Version) -> Version:
    """Makes 4.2 and 4.2.0 equal."""
    return version + (0,) * (4 - len(version))


def _failures(condition: Condition, context: TargetingContext) -> Iterator[str]:
    yield from _choice_failure("device", context.device, condition.devices)
    if not is_within(context.market, condition.markets):
        yield from _choice_failure("market", context.market, condition.markets)
    if condition.kids is not None and condition.kids != context.kids:
        yield "the profile is a child's" if context.kids else "the profile is not a child's"
    yield from _range_failure("maturity limit", context.maturity_limit, condition.maturity)
    yield from _choice_failure("plan", context.plan, condition.plans)
    yield from _range_failure("profile age in days", context.tenure_days, condition.tenure_days)
    yield from _range_failure("titles started", context.history, condition.history)
    if condition.hours is not None or condition.weekdays:
        yield from _time_failures(condition, local_time(context.now, context.market))
    if condition.client is not None and not condition.client.contains(context.client):
        version = _format_version(context.client) if context.client else "unknown"
        yield f"client version is {version}, not {condition.client}"
    for experiment, arms in condition.arms.items():
        yield from _choice_failure(f"arm of {experiment}", context.arms.get(experiment, "none"), arms)


def _choice_failure(part: str, value: str, accepted: tuple[str, ...]) -> Iterator[str]:
    if accepted and value not in accepted:
        yield f"{part} is {value}, not {' or '.join(accepted)}"


def _range_failure(part: str, value: int, accepted: NumberRange | None) -> Iterator[str]:
    if accepted is not None and not accepted.contains(value):
        yield f"{part}: {value}, not {accepted}"


def span_start(condition: Condition, now: datetime, market: Region) -> datetime | None:
    """When the span of hours across midnight began that `now` is in; None: it is in none, or before midnight."""
    hours = condition.hours
    if hours is None:
        return None
    local = local_time(now, market)
    day = span_day(local, hours.start, hours.end)
    if day == local.date():
        return None
    return parse_instant(f"{day}T{hours.start:02}:00", time_zone(market))


def _time_failures(condition: Condition, local: datetime) -> Iterator[str]:
    hours = condition.hours
    if hours is not None and not hours.contains(local.hour):
        yield f"local hour is {local.hour}, not from {hours.start} up to {hours.end}"
    day = local.date() if hours is None else span_day(local, hours.start, hours.end)
    began = "" if day == local.date() else ", on which the span began,"
    yield from _choice_failure(f"local weekday{began}", WEEKDAYS[day.weekday()], condition.weekdays)


def _format_version(version: Version) -> str:
    return ".".join(str(part) for part in version)
