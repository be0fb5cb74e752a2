"""Lint that needs nothing but the layouts: titles that do not fit, rows nobody reaches, days that do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.catalog.languages import language_name
from domain.catalog.regions import MARKETS, region_name
from domain.ids import Region
from domain.layouts.client_compatibility import ADDED
from domain.layouts.diff import DEVICE_NAMES
from domain.layouts.documents import schedule_of
from domain.layouts.lint.lint import Linted, LintFinding, LintLevel
from domain.layouts.model import RowSource
from domain.layouts.row_validation import rows_of
from domain.layouts.schedules import Schedule, instant_of, skipped_months

TITLE_ROOM: Mapping[str, int] = {"tv": 32, "web": 48, "tablet": 40, "mobile": 28}
"""Characters of a row's title that a device shows before it cuts."""

SCREEN_TWO = 4
"""Rows that stand on the first two screens of a television."""

MOST_ROWS = 10
ADULT = frozenset({RowSource.TRENDING, RowSource.EDITORIAL})
"""Rows whose lists are made of what everybody watches or an editor chose: a child sees what is left of them."""


def uncovered(linted: Linted) -> Iterator[LintFinding]:
    """L104: layouts that show at times, with nothing behind them for the rest of the time."""
    always = [live for live in linted.book.layouts if live.schedule is None]
    for live in linted.book.layouts:
        if live.schedule is None or any(
            (not other.devices or other.devices >= live.devices > frozenset())
            and (not other.markets or other.markets >= live.markets > frozenset())
            for other in always
        ):
            continue
        audience = f"{_names(live.devices, DEVICE_NAMES)} in {_markets(live.markets)}"
        yield LintFinding(
            "L104",
            LintLevel.WARN,
            live.id,
            f"No default layout here covers {audience} outside the schedule of {live.id!r}: then the layout that "
            "ships with Marquee shows.",
            ("schedule",),
            fix="Keep one layout without a schedule for them.",
        )


def long_titles(linted: Linted) -> Iterator[LintFinding]:
    """L106: row titles that a device cuts."""
    for name, document in linted.documents.items():
        for path, row in _rows(document):
            for language, text in row.get("title", {}).items():
                for device in _devices(document):
                    room = TITLE_ROOM[device]
                    if len(text) > room:
                        yield LintFinding(
                            "L106",
                            LintLevel.WARN,
                            name,
                            f"Title is {len(text)} characters in {language_name(language)}; "
                            f"{DEVICE_NAMES[device]} cuts at {room}.",
                            (*path, "title", language),
                            fix="Shorten it.",
                        )


def grown_up_rows(linted: Linted) -> Iterator[LintFinding]:
    """L107: rows for children alone that are made of what adults watch."""
    for name, document in linted.documents.items():
        for path, row in _rows(document):
            if row.get("when", {}).get("kids") is True and row["source"] in ADULT:
                yield LintFinding(
                    "L107",
                    LintLevel.ERROR,
                    name,
                    f"*{_title(path, row)}* is for kids and made of what everybody watches, which can contain titles "
                    "for 16 and over. They are filtered out, so the row comes up short or empty.",
                    (*path, "source"),
                    fix="Use a genre row with genre Family or Animation.",
                )


def late_resuming(linted: Linted) -> Iterator[LintFinding]:
    """L108: Continue Watching where few see it."""
    for name, document in linted.documents.items():
        for place, row_id in enumerate(document["order"], start=1):
            row = document["rows"].get(row_id, {})
            if row.get("source") != RowSource.CONTINUE_WATCHING or place <= SCREEN_TWO:
                continue
            if document.get("personal_order") and "earliest" not in row.get("place", {}):
                continue
            yield LintFinding(
                "L108",
                LintLevel.WARN,
                name,
                f"Continue Watching is row {place}, below screen 2: whoever came to carry on has to look for it.",
                ("order", place - 1),
                fix=f"Move it among the first {SCREEN_TWO} rows, or set personal_order.",
                patch={"move": {row_id: {"to": SCREEN_TWO}}},
            )


def many_rows(linted: Linted) -> Iterator[LintFinding]:
    """L110: rows further down than viewers go."""
    for name, document in linted.documents.items():
        count = len(document["order"])
        if count > MOST_ROWS:
            yield LintFinding(
                "L110",
                LintLevel.INFO,
                name,
                f"{count} rows; viewers rarely pass {MOST_ROWS}. Rows {MOST_ROWS + 1}–{count} reach few of them.",
                ("order", MOST_ROWS),
            )


def missing_days(linted: Linted) -> Iterator[LintFinding]:
    """L113: monthly rules on days that some months do not have."""
    for name, document in linted.documents.items():
        for path, plain in _schedules(document):
            skipped = skipped_months(schedule_of(plain))
            if skipped:
                days = ", ".join(str(day) for day in plain["monthly"])
                yield LintFinding(
                    "L113",
                    LintLevel.WARN,
                    name,
                    f"Day {days} does not exist in every month: this monthly rule skips {skipped} months.",
                    (*path, "monthly"),
                    fix='Write "last" for the last day of a month.',
                    patch=_with_last_day(path, plain),
                )


def backwards_in_places(linted: Linted) -> Iterator[LintFinding]:
    """L114: what ends before it starts on the clocks of some markets alone: one of its times has an offset, or
    clocks jump over all of it."""
    for name, document in linted.documents.items():
        for path, what, start, end, zone in _spans(document):
            span = Schedule(start, end, zone=zone)
            there = [market for market in _targeted(document) if not _lasts(span, market)]
            if there:
                yield LintFinding(
                    "L114",
                    LintLevel.ERROR,
                    name,
                    f"{what}, from {start} to {end}, is over before it starts on the clocks of {_some(there)}: it "
                    "never shows there.",
                    path,
                    fix="Write both times without an offset, as the clocks of the market show them.",
                )


def young_styles(linted: Linted) -> Iterator[LintFinding]:
    """L116: styles that older builds do not know."""
    for name, document in linted.documents.items():
        for path, row in _rows(document):
            style = str(row.get("style", ""))
            for version, added in ADDED.items():
                if style.upper() in added.get("RowStyle", ()):
                    release = ".".join(str(part) for part in version)
                    yield LintFinding(
                        "L116",
                        LintLevel.INFO,
                        name,
                        f"Style *{style}* is not known to builds made with the schema before {release}; they get "
                        "*shelf*.",
                        (*path, "style"),
                    )


FILE_LINTS = (
    uncovered,
    long_titles,
    grown_up_rows,
    late_resuming,
    many_rows,
    missing_days,
    backwards_in_places,
    young_styles,
)


def _rows(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    for part in ("rows", "stand_ins"):
        for row_id, row in document.get(part, {}).items():
            yield (part, row_id), row


def _spans(document: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], str, str, str, str]]:
    """Path, what it is, start, end and zone of all that has both ends."""
    owners = [((), document), *rows_of(document)]
    for path, owner in owners:
        plain = owner.get("schedule") or {}
        if "from" in plain and "to" in plain:
            what = f"The schedule of *{path[-1]}*" if path else "The schedule"
            zone = plain.get("zone") or Schedule().zone
            yield (*path, "schedule"), what, plain["from"], plain["to"], zone
        for part, noun in (("pins", "Pin"), ("boosts", "Boost")):
            for place, timed in enumerate(owner.get(part) or ()):
                if "since" in timed:
                    what = f"{noun} *{timed.get('title_id') or timed['match']}*"
                    yield (*path, part, place), what, timed["since"], timed["until"], Schedule().zone


def _targeted(document: Mapping[str, Any]) -> list[str]:
    named = [one for one in document.get("targets", {}).get("markets", ()) if one in MARKETS]
    return named or list(MARKETS)


def _lasts(span: Schedule, market: str) -> bool:
    zone = span.zone_in(Region(market))
    return instant_of(span.start or "", zone) < instant_of(span.end or "", zone)


def _some(markets: list[str]) -> str:
    if len(markets) == len(MARKETS):
        return "every market"
    named = [region_name(one) for one in markets[:3]]
    more = len(markets) - len(named)
    return f"{', '.join(named)} and {more} more" if more else " and ".join(named)


def _schedules(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    if "monthly" in document.get("schedule", {}):
        yield ("schedule",), document["schedule"]
    for path, row in _rows(document):
        if "monthly" in row.get("schedule", {}):
            yield (*path, "schedule"), row["schedule"]


def _with_last_day(path: tuple[str, ...], plain: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The 31st is the last day wherever it exists; what the 29th and 30th should be in February nobody knows."""
    if 29 in plain["monthly"] or 30 in plain["monthly"]:
        return None
    days = {"monthly": list(dict.fromkeys("last" if day == 31 else day for day in plain["monthly"]))}
    return {"set": {path[1]: {"schedule": days}}} if len(path) > 1 else {"page": {"schedule": days}}


def _title(path: tuple[str, str], row: Mapping[str, Any]) -> str:
    return str(row.get("title", {}).get("en") or path[1])


def _devices(document: Mapping[str, Any]) -> list[str]:
    return sorted(document.get("targets", {}).get("devices", ()) or TITLE_ROOM)


def _names(ids: frozenset[str], names: Mapping[str, str]) -> str:
    return " and ".join(names[one] for one in sorted(ids)) or "every device"


def _markets(ids: frozenset[str]) -> str:
    return " and ".join(region_name(one) for one in sorted(ids)) or "every market"
