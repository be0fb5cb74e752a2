"""What must hold of a layout before anybody sees it: the schema, and what no schema can say.

A layout with a problem is refused whole, with all its problems. `CHECKS` is a list to add to: each is a function
of a document that fits the schema. Checks that look at viewers and titles are another matter: those warn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from domain.errors import BadInput
from domain.json_schema import Path, Problem, check, did_you_mean
from domain.layouts.patches import apply, apply_all
from domain.layouts.row_validation import (
    Document,
    check_conditions,
    check_rows,
    check_rules,
    check_times,
    patches_of,
)
from domain.layouts.schema import LAYOUT_SCHEMA, SYNONYMS

Check = Callable[[Document], Iterator[Problem]]


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


def check_targets(document: Document) -> Iterator[Problem]:
    markets = document.get("targets", {}).get("markets", [])
    if "*" in markets and len(markets) > 1:
        yield Problem(("targets", "markets"), '"*" is every market; name no other beside it.')


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
    broken: list[Problem] = []
    added = {name for _, patch in patches for name in patch.get("add", {})}
    for path, patch in patches:
        tried = apply(document, patch)
        for problem in tried.missed:
            # What another patch adds may be there by then.
            if _named_by(problem, patch) not in added or problem.path[0] == "add":
                yield Problem((*path, *problem.path), problem.message)
        broken += _broken(tried.document, document, path)
    yield from broken
    if not broken:
        yield from _broken_together(document)


CHECKS: tuple[Check, ...] = (
    check_order,
    check_rows,
    check_pinned_places,
    check_times,
    check_targets,
    check_rules,
    check_conditions,
    check_variants,
    check_patches,
)
RESULT_CHECKS: tuple[Check, ...] = (check_order, check_rows, check_pinned_places)
"""What a patch could break."""


def _broken_together(document: Document) -> Iterator[Problem]:
    """What no patch breaks alone; each is told once, where it first comes about."""
    overrides = document.get("overrides", [])
    told: set[str] = set()
    for path, arm in _arms(document):
        for problem in _broken(apply_all(document, [*overrides, *arm]).document, document, path):
            if problem.message not in told:
                told.add(problem.message)
                yield problem


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


def _named_by(problem: Problem, patch: Document) -> str:
    """The row that a missed change looked for."""
    target: object = patch
    for part in problem.path:
        target = target[part] if isinstance(target, Mapping | list) else None  # type: ignore[index]
    return target if isinstance(target, str) else str(problem.path[-1])
