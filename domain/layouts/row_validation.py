"""Checks of the rows of a layout, of those in patches too: what no schema can say about one row.

Part of domain/layouts/validation.py, which says what is checked and in which order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from domain.filter_rules.compiler import BadRule, compiled
from domain.filter_rules.rule_tests import check_cases
from domain.json_schema import Path, Problem, did_you_mean
from domain.layouts.model import MIN_CARDS, ShortRule
from domain.layouts.schedules import MARKET_LOCAL, instant_of

Document = Mapping[str, Any]

USUAL_MOST = 20
UTC = ZoneInfo("UTC")


BACKWARDS = "before it starts at"


def patches_of(document: Document) -> Iterator[tuple[Path, Document]]:
    """Every patch of a layout with where it stands: overrides first, then arms."""
    for place, patch in enumerate(document.get("overrides", [])):
        yield ("overrides", place), patch
    for key, variant in document.get("variants", {}).items():
        for arm, patches in variant.items():
            if arm != "weights":
                yield from ((("variants", key, arm, place), patch) for place, patch in enumerate(patches))


def rows_of(document: Document) -> Iterator[tuple[Path, Document]]:
    """Every row and change of a row with where it stands, those in patches too."""
    for part in ("rows", "stand_ins"):
        yield from (((part, name), row) for name, row in document.get(part, {}).items())
    for path, patch in patches_of(document):
        for part in ("add", "set"):
            yield from (((*path, part, name), row) for name, row in patch.get(part, {}).items())


def check_rows(document: Document) -> Iterator[Problem]:
    for part in ("rows", "stand_ins"):
        for name, row in document.get(part, {}).items():
            yield from _row_problems(row, (part, name), document)


def check_times(document: Document) -> Iterator[Problem]:
    """Every time exists, ends after it starts, and every zone is known."""
    if "schedule" in document:
        yield from _schedule_problems(document["schedule"], ("schedule",))
    for path, row in rows_of(document):
        if row.get("schedule"):
            yield from _schedule_problems(row["schedule"], (*path, "schedule"))
        for part in ("pins", "boosts"):
            for place, timed in enumerate(row.get(part) or []):
                yield from _range_problems(timed, (*path, part, place), "since", "until")


def check_rules(document: Document) -> Iterator[Problem]:
    """Filter rules that cannot be read, with the column, and those that their own tests speak against."""
    for path, row in rows_of(document):
        yield from _tests_problems(row, (*path, "filter_tests"))
        rules = [((*path, "filter"), row.get("filter") or "")]
        for part in ("boosts", "quotas"):
            rules += [
                ((*path, part, place, "match"), each["match"])
                for place, each in enumerate(row.get(part) or [])
            ]
        for where, text in rules:
            try:
                if text:
                    compiled(text)
            except BadRule as error:
                yield Problem(where, str(error))


def _tests_problems(row: Document, path: Path) -> Iterator[Problem]:
    """A patch may change the filter of a row alone: its tests are then those of the row it changes."""
    if not row.get("filter_tests") or not row.get("filter"):
        return
    try:
        rule = compiled(row["filter"])
    except BadRule:
        return
    for problem in check_cases(rule, row["filter_tests"]):
        yield Problem(path, problem)


def check_conditions(document: Document) -> Iterator[Problem]:
    """Spans and hours that could never hold."""
    conditions = [
        (path, holder["when"])
        for path, holder in (*rows_of(document), *patches_of(document))
        if holder.get("when")
    ]
    for owner, plain in conditions:
        path = (*owner, "when")
        for name in ("maturity", "tenure_days", "history"):
            span = plain.get(name, {})
            if span.get("min", 0) > span.get("max", 1_000_000):
                yield Problem((*path, name), f"min {span['min']} is above max {span['max']}: it never holds.")
        hour = plain.get("hour")
        if hour and hour["from"] == hour["to"]:
            yield Problem((*path, "hour"), "from and to are the same hour: it never holds.")


def _row_problems(row: Document, path: Path, document: Document) -> Iterator[Problem]:
    least, most = row.get("min_cards", MIN_CARDS), row.get("max_cards", USUAL_MOST)
    if least > most:
        yield Problem((*path, "min_cards"), f"is {least}, more than max_cards, which is {most}.")
    yield from _stand_in_problems(row, path, document)
    place = row.get("place", {})
    if place.get("earliest", 1) > place.get("latest", 100):
        yield Problem((*path, "place"), f"earliest {place['earliest']} is below latest {place['latest']}.")
    for neighbour in ("after", "before"):
        if place.get(neighbour) == path[-1]:
            yield Problem((*path, "place", neighbour), "a row cannot stand beside itself.")
    slots: set[int] = set()
    for number, pin in enumerate(row.get("pins", [])):
        if pin["slot"] > most:
            yield Problem((*path, "pins", number, "slot"), f"is {pin['slot']}; the row ends at {most}.")
        if pin["slot"] in slots and "since" not in pin:
            yield Problem((*path, "pins", number, "slot"), f"slot {pin['slot']} is pinned already.")
        slots.add(pin["slot"])
    for part in ("mix", "quotas"):
        shares = sum(each["share"] for each in row.get(part, []))
        if shares > 1:
            yield Problem((*path, part), f"the shares add up to {shares:g}, more than the whole row.")


def _stand_in_problems(row: Document, path: Path, document: Document) -> Iterator[Problem]:
    stand_in, known = row.get("stand_in"), document.get("stand_ins", {})
    if stand_in is not None and stand_in not in known:
        message = f"`stand_ins` has no row {stand_in!r}.{did_you_mean(stand_in, known)}"
        yield Problem((*path, "stand_in"), message)
    replaces = ShortRule.REPLACE in row.get("short", ())
    if replaces and stand_in is None:
        yield Problem((*path, "short"), "`replace` needs a `stand_in` to replace it by.")
    if stand_in is not None and not replaces:
        yield Problem((*path, "stand_in"), "is never used: put `replace` into the row's `short` rules.")


def _schedule_problems(schedule: Document, path: Path) -> Iterator[Problem]:
    yield from _range_problems(schedule, path, "from", "to")
    zone = schedule.get("zone") or MARKET_LOCAL
    if zone != MARKET_LOCAL and zone not in available_timezones():
        hint = did_you_mean(zone, [MARKET_LOCAL, *available_timezones()])
        yield Problem((*path, "zone"), f"{zone!r} is no time zone.{hint}")


def _range_problems(node: Document, path: Path, start: str, end: str) -> Iterator[Problem]:
    instants: dict[str, datetime] = {}
    for name in (start, end):
        text = node.get(name)
        if text is None:
            continue
        try:
            instants[name] = instant_of(text, UTC)
        except ValueError:
            yield Problem((*path, name), f"{text!r} is not in the calendar.")
    if len(instants) == 2 and instants[start] >= instants[end]:
        yield Problem((*path, end), f"it ends at {node[end]}, {BACKWARDS} {node[start]}.")
