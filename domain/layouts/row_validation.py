"""Checks of rows, also in patches, that no schema can express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from domain.filter_rules.compiler import BadRule, compile_rule
from domain.filter_rules.rule_tests import run_rule_tests
from domain.json_schema import Path, Problem, did_you_mean
from domain.layouts.model import DEFAULT_MAX_CARDS, MIN_CARDS, ShortRule
from domain.layouts.schedules import MARKET_LOCAL, parse_instant

Node = Mapping[str, Any]
"""A document that fits the schema, or a mapping in it."""

UTC_ZONE = ZoneInfo("UTC")
ENDS_BEFORE_START = "L114"
"""In the lint catalogue."""


def all_patches(document: Node) -> Iterator[tuple[Path, Node]]:
    """With their paths: overrides, then arms."""
    for index, patch in enumerate(document.get("overrides", [])):
        yield ("overrides", index), patch
    for key, variant in document.get("variants", {}).items():
        for arm, patches in variant.items():
            if arm != "weights":
                yield from ((("variants", key, arm, index), patch) for index, patch in enumerate(patches))


def all_rows(document: Node) -> Iterator[tuple[Path, Node]]:
    """Rows and changes of rows with their paths, also in patches."""
    for part in ("rows", "stand_ins"):
        yield from (((part, name), row) for name, row in document.get(part, {}).items())
    for path, patch in all_patches(document):
        for part in ("add", "set"):
            yield from (((*path, part, name), row) for name, row in patch.get(part, {}).items())


def check_rows(document: Node) -> Iterator[Problem]:
    for part in ("rows", "stand_ins"):
        for name, row in document.get(part, {}).items():
            yield from _row_problems(row, (part, name), document)


def check_times(document: Node) -> Iterator[Problem]:
    if "schedule" in document:
        yield from _schedule_problems(document["schedule"], ("schedule",))
    for path, row in all_rows(document):
        if row.get("schedule"):
            yield from _schedule_problems(row["schedule"], (*path, "schedule"))
        for part in ("pins", "boosts"):
            for index, timed in enumerate(row.get(part) or []):
                yield from _range_problems(timed, (*path, part, index), "since", "until")


def check_rules(document: Node) -> Iterator[Problem]:
    """Rules that do not compile or fail their tests."""
    for path, row in all_rows(document):
        yield from _filter_test_problems(row, (*path, "filter_tests"))
        rules = [((*path, "filter"), row.get("filter") or "")]
        for part in ("boosts", "quotas"):
            rules += [
                ((*path, part, index, "match"), entry["match"])
                for index, entry in enumerate(row.get(part) or [])
            ]
        for rule_path, text in rules:
            try:
                if text:
                    compile_rule(text)
            except BadRule as error:
                yield Problem(rule_path, str(error))


def _filter_test_problems(row: Node, path: Path) -> Iterator[Problem]:
    """A patch of the filter alone is checked on the patched row."""
    if not row.get("filter_tests") or not row.get("filter"):
        return
    try:
        rule = compile_rule(row["filter"])
    except BadRule:
        return
    for message in run_rule_tests(rule, row["filter_tests"]):
        yield Problem(path, message)


def check_conditions(document: Node) -> Iterator[Problem]:
    """Ranges and hours that never hold."""
    conditions = [
        (path, holder["when"])
        for path, holder in (*all_rows(document), *all_patches(document))
        if holder.get("when")
    ]
    for owner, when in conditions:
        path = (*owner, "when")
        for name in ("maturity", "tenure_days", "history"):
            bounds = when.get(name, {})
            if bounds.get("min", 0) > bounds.get("max", 1_000_000):
                message = f"min {bounds['min']} is above max {bounds['max']}: it never holds."
                yield Problem((*path, name), message)
        hour = when.get("hour")
        if hour and hour["from"] == hour["to"]:
            yield Problem((*path, "hour"), "from and to are the same hour: it never holds.")


def _row_problems(row: Node, path: Path, document: Node) -> Iterator[Problem]:
    min_cards, max_cards = row.get("min_cards", MIN_CARDS), row.get("max_cards", DEFAULT_MAX_CARDS)
    if min_cards > max_cards:
        yield Problem((*path, "min_cards"), f"is {min_cards}, more than max_cards, which is {max_cards}.")
    yield from _stand_in_problems(row, path, document)
    place = row.get("place", {})
    if place.get("earliest", 1) > place.get("latest", 100):
        yield Problem((*path, "place"), f"earliest {place['earliest']} is after latest {place['latest']}.")
    for neighbour in ("after", "before"):
        if place.get(neighbour) == path[-1]:
            yield Problem((*path, "place", neighbour), "a row cannot be placed next to itself.")
    for index, pin in enumerate(row.get("pins", [])):
        slot, slot_path = pin["slot"], (*path, "pins", index, "slot")
        if slot > max_cards:
            yield Problem(slot_path, f"is {slot}; the row has {max_cards} slots.")
    for part in ("mix", "quotas"):
        shares = sum(entry["share"] for entry in row.get(part, []))
        if shares > 1:
            yield Problem((*path, part), f"the shares add up to {shares:g}; at most 1 is possible.")


def _stand_in_problems(row: Node, path: Path, document: Node) -> Iterator[Problem]:
    stand_in, known = row.get("stand_in"), document.get("stand_ins", {})
    if stand_in is not None and stand_in not in known:
        message = f"`stand_ins` has no row {stand_in!r}.{did_you_mean(stand_in, known)}"
        yield Problem((*path, "stand_in"), message)
    replaces = ShortRule.REPLACE in row.get("short", ())
    if replaces and stand_in is None:
        yield Problem((*path, "short"), "`replace` needs a `stand_in`.")
    if stand_in is not None and not replaces:
        yield Problem((*path, "stand_in"), "is never used: add `replace` to the row's `short` rules.")


def _schedule_problems(schedule: Node, path: Path) -> Iterator[Problem]:
    yield from _range_problems(schedule, path, "from", "to")
    zone = schedule.get("zone") or MARKET_LOCAL
    if zone != MARKET_LOCAL and zone not in _time_zones():
        hint = did_you_mean(zone, [MARKET_LOCAL, *_time_zones()])
        yield Problem((*path, "zone"), f"{zone!r} is not a time zone.{hint}")


def _range_problems(node: Node, path: Path, start: str, end: str) -> Iterator[Problem]:
    instants: dict[str, datetime] = {}
    for name in (start, end):
        text = node.get(name)
        if text is None:
            continue
        try:
            instants[name] = parse_instant(text, UTC_ZONE)
        except ValueError:
            yield Problem((*path, name), f"{text!r} is not in the calendar.")
    if len(instants) == 2 and instants[start] >= instants[end]:
        message = f"it ends at {node[end]}, before it starts at {node[start]}."
        yield Problem((*path, end), message, code=ENDS_BEFORE_START)


@cache
def _time_zones() -> tuple[str, ...]:
    """Sorted. The files are listed once: a layout may hold many schedules."""
    return tuple(sorted(available_timezones()))
