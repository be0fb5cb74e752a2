"""Lints that need only the layouts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.catalog.regions import MARKETS, is_region, language_name, region_name
from domain.ids import Region
from domain.layouts.client_compatibility import ADDED_VALUES
from domain.layouts.diff import DEVICE_NAMES
from domain.layouts.documents import parse_schedule
from domain.layouts.lint.editorial_rules import editorial_conflicts
from domain.layouts.lint.model import LintFinding, LintInput, LintLevel
from domain.layouts.row_kinds import ROW_KINDS, RowSource
from domain.layouts.row_validation import all_rows
from domain.layouts.schedules import Schedule, parse_instant, skipped_months

MAX_TITLE_LENGTHS: Mapping[str, int] = {"tv": 32, "web": 48, "tablet": 40, "mobile": 28}
"""Characters of a row title that a device shows."""

ROWS_ON_TWO_SCREENS = 4
"""On TV."""

MAX_ROWS = 10


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


def long_titles(given: LintInput) -> Iterator[LintFinding]:
    """L106: row titles that a device cuts."""
    for name, document in given.documents.items():
        for path, row in _rows(document):
            for language, text in row.get("title", {}).items():
                for device in _devices(document):
                    limit = MAX_TITLE_LENGTHS[device]
                    if len(text) > limit:
                        yield LintFinding(
                            "L106",
                            LintLevel.WARN,
                            name,
                            f"Title is {len(text)} characters in {language_name(language)}; "
                            f"{DEVICE_NAMES[device]} cuts at {limit}.",
                            (*path, "title", language),
                            fix="Shorten it.",
                        )


def adult_sources_for_kids(given: LintInput) -> Iterator[LintFinding]:
    """L107: rows for children from sources with adult titles."""
    for name, document in given.documents.items():
        for path, row in _rows(document):
            if row.get("when", {}).get("kids") is True and ROW_KINDS[row["source"]].for_everyone:
                yield LintFinding(
                    "L107",
                    LintLevel.ERROR,
                    name,
                    f"*{_title(path, row)}* is for kids, but its source includes titles for 16 and over. They are "
                    "filtered out, so the row is short or empty.",
                    (*path, "source"),
                    fix="Use a genre row with genre Family or Animation.",
                )


def low_continue_watching(given: LintInput) -> Iterator[LintFinding]:
    """L108: Continue Watching below the second screen."""
    for name, document in given.documents.items():
        for position, row_id in enumerate(document["order"], start=1):
            row = document["rows"].get(row_id, {})
            if row.get("source") != RowSource.CONTINUE_WATCHING or position <= ROWS_ON_TWO_SCREENS:
                continue
            if document.get("personal_order") and "earliest" not in row.get("place", {}):
                continue
            yield LintFinding(
                "L108",
                LintLevel.WARN,
                name,
                f"Continue Watching is row {position}, below screen 2: viewers must scroll to resume a title.",
                ("order", position - 1),
                fix=f"Move it among the first {ROWS_ON_TWO_SCREENS} rows, or set personal_order.",
                patch={"move": {row_id: {"to": ROWS_ON_TWO_SCREENS}}},
            )


def too_many_rows(given: LintInput) -> Iterator[LintFinding]:
    """L110: more rows than viewers scroll."""
    for name, document in given.documents.items():
        count = len(document["order"])
        if count > MAX_ROWS:
            yield LintFinding(
                "L110",
                LintLevel.INFO,
                name,
                f"{count} rows; few viewers scroll past {MAX_ROWS}. Rows {MAX_ROWS + 1}–{count} reach few of them.",
                ("order", MAX_ROWS),
            )


def missing_days(given: LintInput) -> Iterator[LintFinding]:
    """L113: monthly rules with days that some months lack."""
    for name, document in given.documents.items():
        for path, plain in _monthly_schedules(document):
            skipped = skipped_months(parse_schedule(plain))
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


def styles_unknown_to_old_clients(given: LintInput) -> Iterator[LintFinding]:
    """L116: styles that older clients do not know."""
    for name, document in given.documents.items():
        for path, row in _rows(document):
            style = str(row.get("style", ""))
            for version, added in ADDED_VALUES.items():
                if style.upper() in added.get("RowStyle", ()):
                    release = ".".join(str(part) for part in version)
                    yield LintFinding(
                        "L116",
                        LintLevel.INFO,
                        name,
                        f"Clients with a schema before {release} do not know style *{style}*; they get *shelf*.",
                        (*path, "style"),
                    )


STATIC_LINTS = (
    schedule_gaps,
    long_titles,
    adult_sources_for_kids,
    low_continue_watching,
    too_many_rows,
    missing_days,
    ranges_reversed_in_markets,
    styles_unknown_to_old_clients,
    editorial_conflicts,
)


def _rows(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    for part in ("rows", "stand_ins"):
        for row_id, row in document.get(part, {}).items():
            yield (part, row_id), row


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


def _monthly_schedules(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    if "monthly" in document.get("schedule", {}):
        yield ("schedule",), document["schedule"]
    for path, row in _rows(document):
        if "monthly" in row.get("schedule", {}):
            yield (*path, "schedule"), row["schedule"]


def _last_day_patch(path: tuple[str, ...], plain: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The 31st becomes "last". The 29th and 30th have no clear day in February: None."""
    if 29 in plain["monthly"] or 30 in plain["monthly"]:
        return None
    days = {"monthly": list(dict.fromkeys("last" if day == 31 else day for day in plain["monthly"]))}
    return {"set": {path[1]: {"schedule": days}}} if len(path) > 1 else {"page": {"schedule": days}}


def _title(path: tuple[str, str], row: Mapping[str, Any]) -> str:
    return str(row.get("title", {}).get("en") or path[1])


def _devices(document: Mapping[str, Any]) -> list[str]:
    return sorted(document.get("targets", {}).get("devices", ()) or MAX_TITLE_LENGTHS)


def _device_names(ids: frozenset[str]) -> str:
    return " and ".join(DEVICE_NAMES[one] for one in sorted(ids)) or "every device"


def _market_names(ids: frozenset[str]) -> str:
    return " and ".join(region_name(one) for one in sorted(ids)) or "every market"
