"""What must hold of a layout before anybody sees it: the schema, and what no schema can say.

A layout with a problem is refused whole, with all its problems. `CHECKS` is a list to add to: each is a function
of a document that fits the schema. Checks that look at viewers and titles are another matter: those warn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from domain.errors import BadInput
from domain.json_schema import Path, Problem, check, did_you_mean
from domain.layout_patches import apply, apply_all
from domain.layout_schema import LAYOUT_SCHEMA, SYNONYMS
from domain.layouts import MIN_CARDS, ShortRule
from domain.schedules import MARKET_LOCAL, instant_of

Document = Mapping[str, Any]
Check = Callable[[Document], Iterator[Problem]]

USUAL_MOST = 20
UTC = ZoneInfo("UTC")


class BadLayout(BadInput):
    """A document that is no usable layout, with everything that is wrong with it."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        lines = "; ".join(str(problem) for problem in problems)
        super().__init__(f"layout {name!r}: {lines}")
        self.name = name
        self.problems = tuple(problems)


def problems_of(document: object) -> tuple[Problem, ...]:
    """Everything that is wrong, in the order of the document; empty: the layout can be used."""
    found = tuple(check(document, LAYOUT_SCHEMA, synonyms=SYNONYMS))
    if found or not isinstance(document, Mapping):
        return found
    return tuple(problem for each in CHECKS for problem in each(document))


def require_usable(document: object) -> None:
    """Raises BadLayout with every problem."""
    found = problems_of(document)
    if found:
        name = document.get("layout") if isinstance(document, Mapping) else None
        raise BadLayout(str(name or "?"), found)


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


def check_order(document: Document) -> Iterator[Problem]:
    """Every row stands in the order once, and no other."""
    rows = document["rows"]
    for place, name in enumerate(document["order"]):
        if name not in rows:
            yield Problem(("order", place), f"there is no row {name!r}.{did_you_mean(name, rows)}")
    for name in rows:
        if name not in document["order"]:
            yield Problem(("rows", name), "does not stand in `order`, so it would never show.")
    for name in document.get("stand_ins", {}):
        if name in rows:
            yield Problem(("stand_ins", name), "is the id of a row too; give each its own.")


def check_rows(document: Document) -> Iterator[Problem]:
    for part in ("rows", "stand_ins"):
        for name, row in document.get(part, {}).items():
            yield from _row_problems(row, (part, name), document)


def check_pinned_places(document: Document) -> Iterator[Problem]:
    """Two rows that always show cannot be pinned to one position."""
    taken: dict[int, str] = {}
    for name in document["order"]:
        row = document["rows"].get(name, {})
        pin = row.get("place", {}).get("pin")
        if pin is None or "when" in row or "schedule" in row:
            continue
        if pin in taken:
            yield Problem(("rows", name, "place", "pin"), f"{taken[pin]!r} is pinned to {pin} already.")
        taken.setdefault(pin, name)


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


def check_targets(document: Document) -> Iterator[Problem]:
    markets = document.get("targets", {}).get("markets", [])
    if "*" in markets and len(markets) > 1:
        yield Problem(("targets", "markets"), '"*" is every market; name no other beside it.')


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


def check_variants(document: Document) -> Iterator[Problem]:
    for key, variant in document.get("variants", {}).items():
        weights = variant["weights"]
        if not sum(weights.values()) > 0:
            yield Problem(("variants", key, "weights"), "at least one arm needs a weight above 0.")
        for arm in variant:
            if arm not in weights and arm != "weights":
                hint = did_you_mean(arm, weights)
                yield Problem(("variants", key, arm), f"the arm {arm!r} has no weight in `weights`.{hint}")


def check_patches(document: Document) -> Iterator[Problem]:
    """Every patch changes something that is there, and what it makes of the base can be used itself.

    Each is tried alone, because each may be the only one that holds for a viewer, then all overrides in a row,
    and each arm on top of them.
    """
    patches = list(patches_of(document))
    added = {name for _, patch in patches for name in patch.get("add", {})}
    for path, patch in patches:
        for problem in _moves_once(patch):
            yield Problem((*path, *problem.path), problem.message)
        tried = apply(document, patch)
        for problem in tried.missed:
            # What another patch adds may be there by then.
            if _named_by(problem, patch) not in added or problem.path[0] == "add":
                yield Problem((*path, *problem.path), problem.message)
        yield from _broken(tried.document, document, path)
    overrides = [patch for path, patch in patches if path[0] == "overrides"]
    for path, arm in _arms(document):
        yield from _broken(apply_all(document, [*overrides, *arm]).document, document, path)


CHECKS: tuple[Check, ...] = (
    check_order,
    check_rows,
    check_pinned_places,
    check_times,
    check_targets,
    check_conditions,
    check_variants,
    check_patches,
)
RESULT_CHECKS: tuple[Check, ...] = (check_order, check_rows, check_pinned_places)
"""What a patch could break."""


def _arms(document: Document) -> Iterator[tuple[Path, list[Document]]]:
    """What is made after the overrides: nothing, or the patches of one arm."""
    yield ("overrides",), []
    for key, variant in document.get("variants", {}).items():
        yield from ((("variants", key, arm), patches) for arm, patches in variant.items() if arm != "weights")


def _broken(result: Document, base: Document, path: Path) -> Iterator[Problem]:
    if not result["rows"]:
        yield Problem(path, "takes the last row away; a page needs one.")
        return
    known = {str(problem) for each in RESULT_CHECKS for problem in each(base)}
    for each in RESULT_CHECKS:
        for problem in each(result):
            if str(problem) not in known:
                yield Problem(path, f"once made, {problem}")


def _moves_once(patch: Document) -> Iterator[Problem]:
    for name, where in patch.get("move", {}).items():
        if len(where) != 1:
            yield Problem(("move", name), "say one of `to`, `after` and `before`.")


def _named_by(problem: Problem, patch: Document) -> str:
    """The row that a missed change looked for."""
    target: object = patch
    for part in problem.path:
        target = target[part] if isinstance(target, Mapping | list) else None  # type: ignore[index]
    return target if isinstance(target, str) else str(problem.path[-1])


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
        yield Problem((*path, end), f"it ends at {node[end]}, before it starts at {node[start]}.")
