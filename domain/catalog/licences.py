"""Licences, and the stretches of time that they make together.

Licences that touch or overlap are one stretch: a title that is renewed in time does not leave. What counts for a
viewer is the end of the stretch that holds now. Badges, `availability`, Leaving Soon, the rule `leaving <= n` and the
index all read stretches from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.catalog.regions import days_between, is_within, region_chain
from domain.ids import GLOBAL, Region

MILLISECOND = timedelta(milliseconds=1)
ANYWHERE = Region("*")
"""In `leaving_stretches`: the stretches of all regions together."""


@dataclass(frozen=True, slots=True)
class LicenceWindow:
    """Where and when a title may be shown: no regions mean every region. `ends_at` is excluded; None: no end."""

    regions: tuple[Region, ...]
    starts_at: datetime
    ends_at: datetime | None = None

    def covers(self, region: Region, now: datetime) -> bool:
        return is_within(region, self.regions) and self.is_open(now)

    def is_open(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time without a gap. `ends_at` is excluded; None: no end."""

    starts_at: datetime
    ends_at: datetime | None

    def holds(self, now: datetime) -> bool:
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


def stretches(windows: Iterable[LicenceWindow], region: Region | None) -> tuple[Stretch, ...]:
    """In order of time, apart from each other. Region None: licences of all regions together."""
    here = sorted(
        (window for window in windows if region is None or is_within(region, window.regions)),
        key=lambda window: window.starts_at,
    )
    joined: list[Stretch] = []
    for window in here:
        if window.ends_at is not None and window.ends_at <= window.starts_at:
            continue
        last = joined[-1] if joined else None
        if last is None or (last.ends_at is not None and last.ends_at < window.starts_at):
            joined.append(Stretch(window.starts_at, window.ends_at))
        elif last.ends_at is not None and (window.ends_at is None or window.ends_at > last.ends_at):
            joined[-1] = Stretch(last.starts_at, window.ends_at)
    return tuple(joined)


def current_stretch(windows: Sequence[LicenceWindow], region: Region | None, now: datetime) -> Stretch | None:
    """None for a title that is not open now."""
    if len(windows) == 1:
        only = windows[0]
        is_here = only.is_open(now) and (region is None or is_within(region, only.regions))
        return Stretch(only.starts_at, only.ends_at) if is_here else None
    return next((one for one in stretches(windows, region) if one.holds(now)), None)


def days_left(ends_at: datetime, now: datetime, region: Region | str) -> int:
    """Calendar days of the market until the last day: 0 is today, 1 tomorrow. An end at midnight belongs to the day
    before it."""
    return days_between(now, ends_at - MILLISECOND, region)


@dataclass(frozen=True, slots=True)
class LeavingStretch:
    """A stretch that ends, and where it holds: in `regions` and what belongs to them, but not in `apart`.

    GLOBAL stands for all regions that no licence names, ANYWHERE for all licences together.
    """

    regions: tuple[Region, ...]
    apart: tuple[Region, ...]
    stretch: Stretch


def leaving_stretches(windows: Sequence[LicenceWindow]) -> tuple[LeavingStretch, ...]:
    """For the index: of each region, exactly one entry holds at any time at which one of its stretches does."""
    if all(window.ends_at is None for window in windows):
        return ()
    named = sorted({region for window in windows for region in window.regions})
    # Regions of one depth are never inside each other, so `apart` of one cannot hide another.
    groups: dict[tuple[int, tuple[Stretch, ...]], list[Region]] = {}
    for region in named:
        groups.setdefault((len(region_chain(region)), stretches(windows, region)), []).append(region)
    groups[0, stretches(windows, GLOBAL)] = [GLOBAL]
    found = [
        entry
        for (_, joined), regions in groups.items()
        for entry in _entries(joined, tuple(regions), _apart(regions, named))
    ]
    return (*found, *_entries(stretches(windows, None), (ANYWHERE,), ()))


def _entries(
    joined: Iterable[Stretch], regions: tuple[Region, ...], apart: tuple[Region, ...]
) -> Iterator[LeavingStretch]:
    return (LeavingStretch(regions, apart, one) for one in joined if one.ends_at is not None)


def _apart(regions: Sequence[Region], named: Sequence[Region]) -> tuple[Region, ...]:
    """The named regions inside `regions`, which have entries of their own."""
    if GLOBAL in regions:
        return tuple(named)
    return tuple(one for one in named if not set(region_chain(one)[1:]).isdisjoint(regions))
