"""Conditions: for whom an override or a row is meant.

Every part that a condition names must hold; a part it does not name never matters. Hours and weekdays are those
of the market's clocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.catalog.regions import local_time
from domain.layouts.request_context import Situation
from domain.layouts.schedules import WEEKDAYS

Client = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """From `least` to `most`, both included; None: open."""

    least: int | None = None
    most: int | None = None

    def holds(self, value: int) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        if self.least is None:
            return f"at most {self.most}"
        return f"at least {self.least}" if self.most is None else f"{self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class Hours:
    """From the hour `start` up to the hour `end`, which is not included; 22 to 2 runs past midnight."""

    start: int
    end: int

    def holds(self, hour: int) -> bool:
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end


@dataclass(frozen=True, slots=True)
class Clients:
    """Client builds from `least` on, and before `below`. A client that does not say its version is the oldest."""

    least: Client | None = None
    below: Client | None = None

    def holds(self, client: Client | None) -> bool:
        build = padded(client or ())
        return (self.least is None or build >= padded(self.least)) and (
            self.below is None or build < padded(self.below)
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """Empty tuples and None: the part does not matter. `arms` maps experiment to the variants that will do."""

    devices: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    kids: bool | None = None
    maturity: Span | None = None
    plans: tuple[str, ...] = ()
    tenure_days: Span | None = None
    history: Span | None = None
    hours: Hours | None = None
    weekdays: tuple[str, ...] = ()
    client: Clients | None = None
    arms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


ALWAYS = Condition()


def holds(condition: Condition, situation: Situation) -> bool:
    return why_not(condition, situation) is None


def why_not(condition: Condition, situation: Situation) -> str | None:
    """The first part that does not hold, and what it wants: "market is US, not DE or FR"; None: all hold."""
    return next(_failures(condition, situation), None)


def parse_client(text: str) -> Client | None:
    """ "4.2.0" -> (4, 2, 0); None for what is no version."""
    parts = text.split(".")
    if not 1 <= len(parts) <= 4 or not all(
        part.isascii() and part.isdigit() and len(part) < 10 for part in parts
    ):
        return None
    return tuple(int(part) for part in parts)


def padded(client: Client) -> Client:
    """So that 4.2 and 4.2.0 are one version."""
    return client + (0,) * (4 - len(client))


def _failures(condition: Condition, situation: Situation) -> Iterator[str]:
    """What does not hold, in the order in which a condition is written; found only as far as it is asked for."""
    yield from _not_among("device", situation.device, condition.devices)
    yield from _not_among("market", situation.market, condition.markets)
    if condition.kids is not None and condition.kids != situation.kids:
        yield "the profile is a child's" if situation.kids else "the profile is not a child's"
    yield from _outside("maturity limit", situation.maturity_limit, condition.maturity)
    yield from _not_among("plan", situation.plan, condition.plans)
    yield from _outside("days since the profile was made", situation.tenure_days, condition.tenure_days)
    yield from _outside("titles begun", situation.history, condition.history)
    if condition.hours is not None or condition.weekdays:
        yield from _wrong_time(condition, local_time(situation.now, situation.market))
    if condition.client is not None and not condition.client.holds(situation.client):
        build = _dotted(situation.client) if situation.client else "not said"
        yield f"client version is {build}, not {_builds(condition.client)}"
    for experiment, wanted in condition.arms.items():
        yield from _not_among(f"arm of {experiment}", situation.arms.get(experiment, "none"), wanted)


def _not_among(part: str, value: str, wanted: tuple[str, ...]) -> Iterator[str]:
    if wanted and value not in wanted:
        yield f"{part} is {value}, not {' or '.join(wanted)}"


def _outside(part: str, value: int, span: Span | None) -> Iterator[str]:
    if span is not None and not span.holds(value):
        yield f"{part}: {value}, not {span}"


def _wrong_time(condition: Condition, local: datetime) -> Iterator[str]:
    hours = condition.hours
    if hours is not None and not hours.holds(local.hour):
        yield f"local hour is {local.hour}, not from {hours.start} up to {hours.end}"
    yield from _not_among("local weekday", WEEKDAYS[local.weekday()], condition.weekdays)


def _dotted(client: Client) -> str:
    return ".".join(str(part) for part in client)


def _builds(clients: Clients) -> str:
    wanted = []
    if clients.least is not None:
        wanted.append(f"{_dotted(clients.least)} or later")
    if clients.below is not None:
        wanted.append(f"before {_dotted(clients.below)}")
    return " and ".join(wanted)
