"""Lints of schedules and other times, which need only the layouts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from domain.catalog.regions import MARKETS, is_region, region_name
from domain.ids import Region
from domain.json_schema import Path
from domain.layouts.diff import DEVICE_NAMES
from domain.layouts.documents import parse_schedule
from domain.layouts.lint.model import LintFinding, LintInput, LintLevel
from domain.layouts.row_validation import all_rows
from domain.layouts.schedules import Schedule, parse_instant, skipped_months


def schedule_gaps(given: LintInput) -> Iterator[LintFinding]:
    """L104: no layout for the time outside a schedule."""
    always = [live for live in given.layouts.layouts if live.schedule is None]
    for live in given.layouts.layouts:
        if live.schedule is None or any(
            (not other.devices or other.devices >= live.devices > frozenset())
            and (not other.markets or other.markets >= live.markets > frozenset())
            for other in always
        ):
            continue
        audience = f"{_device_names(live.devices)} in {_market_names(live.markets)}"
        yield LintFinding(
            "L104",
            LintLevel.WARN,
            live.id,
            f"No layout here covers {audience} outside the schedule of {live.id!r}: viewers then get the layout that "
            "ships with Marquee.",
            ("schedule",),
            fix="Keep one layout without a schedule for them.",
        )


def missing_days(given: LintInput) -> Iterator[LintFinding]:
    """L113: monthly rules with days that some months lack."""
    for name, document in given.documents.items():
        for path, _, plain in _schedules(document):
            skipped = skipped_months(parse_schedule(plain)) if plain.get("monthly") else 0
            if skipped:
                days = ", ".join(str(day) for day in plain["monthly"])
                yield LintFinding(
                    "L113",
                    LintLevel.WARN,
                    name,
                    f"Day {days} does not exist in every month: this monthly rule skips {skipped} months.",
                    (*path, "monthly"),
                    fix='Write "last" for the last day of a month.',
                    patch=_last_day_patch(path, plain),
                )


def ranges_reversed_in_markets(given: LintInput) -> Iterator[LintFinding]:
    """L114: ranges reversed in some markets: one end has an offset, or clocks skip the range."""
    for name, document in given.documents.items():
        for path, label, start, end, zone in _time_ranges(document):
            schedule = Schedule(start, end, zone=zone)
            markets = [market for market in _target_markets(document) if _is_reversed(schedule, market)]
            if markets:
                yield LintFinding(
                    "L114",
                    LintLevel.ERROR,
                    name,
                    f"{label}, from {start} to {end}, ends before it starts on the clocks of {_summary(markets)}: it "
                    "never shows there.",
                    path,
                    fix="Write both times without an offset, in local time.",
                )


def ended_schedules(given: LintInput) -> Iterator[LintFinding]:
    """L120: schedules that are over in every market of the layout."""
    for name, document in given.documents.items():
        for path, label, plain in _schedules(document):
            schedule = parse_schedule(plain)
            if given.now is not None and _has_ended(schedule, given.now, _target_markets(document)):
                yield LintFinding(
                    "L120",
                    LintLevel.INFO,
                    name,
                    f"{label} ended {schedule.end}: it shows no more.",
                    (*path, "to"),
                    fix="Remove it, or set another end.",
                )


SCHEDULE_LINTS = (schedule_gaps, missing_days, ranges_reversed_in_markets, ended_schedules)


def _has_ended(schedule: Schedule, now: datetime, markets: list[str]) -> bool:
    if schedule.end is None:
        return False
    zones = {schedule.zone_in(Region(market)) for market in markets}
    return all(parse_instant(schedule.end, zone) <= now for zone in zones)


def _time_ranges(document: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], str, str, str, str]]:
    """Path, label, start, end and zone."""
    owners = [((), document), *all_rows(document)]
    for path, owner in owners:
        plain = owner.get("schedule") or {}
        if "from" in plain and "to" in plain:
            label = f"The schedule of *{path[-1]}*" if path else "The schedule"
            zone = plain.get("zone") or Schedule().zone
            yield (*path, "schedule"), label, plain["from"], plain["to"], zone
        for part, noun in (("pins", "Pin"), ("boosts", "Boost")):
            for index, timed in enumerate(owner.get(part) or ()):
                if "since" in timed:
                    label = f"{noun} *{timed.get('title_id') or timed['match']}*"
                    yield (*path, part, index), label, timed["since"], timed["until"], Schedule().zone


def _target_markets(document: Mapping[str, Any]) -> list[str]:
    named = [one for one in document.get("targets", {}).get("markets", ()) if is_region(one)]
    return named or list(MARKETS)


def _is_reversed(schedule: Schedule, market: str) -> bool:
    zone = schedule.zone_in(Region(market))
    return parse_instant(schedule.start or "", zone) >= parse_instant(schedule.end or "", zone)


def _summary(markets: list[str]) -> str:
    if len(markets) == len(MARKETS):
        return "every market"
    named = [region_name(one) for one in markets[:3]]
    more = len(markets) - len(named)
    return f"{', '.join(named)} and {more} more" if more else " and ".join(named)


def _schedules(document: Mapping[str, Any]) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    """Path, the label of its owner, and the schedule; also of rows in patches."""
    if document.get("schedule"):
        yield ("schedule",), "The layout's schedule", document["schedule"]
    for path, row in all_rows(document):
        if row.get("schedule"):
            yield (*path, "schedule"), f"The schedule of *{path[-1]}*", row["schedule"]


def _last_day_patch(path: Path, plain: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The 31st becomes "last". None for the 29th and 30th, which have no clear day in February, and in a patch."""
    if 29 in plain["monthly"] or 30 in plain["monthly"] or path[0] not in ("schedule", "rows", "stand_ins"):
        return None
    days = {"monthly": list(dict.fromkeys("last" if day == 31 else day for day in plain["monthly"]))}
    return {"set": {str(path[1]): {"schedule": days}}} if len(path) > 1 else {"page": {"schedule": days}}


def _device_names(ids: frozenset[str]) -> str:
    return " and ".join(DEVICE_NAMES[one] for one in sorted(ids)) or "every device"


def _market_names(ids: frozenset[str]) -> str:
    return " and ".join(region_name(one) for one in sorted(ids)) or "every market"
