"""Checks that a layout is valid: its schema, and what no schema can express.

A layout with a problem is refused with all its problems. Checks that only warn are in domain/layouts/lint/.

What is written now must be valid (`layout_problems`); what is live must be usable (`usability_problems`), which asks
for less: a check that a later release adds takes no live layout away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from domain.errors import BadInput
from domain.json_schema import Formats, Path, Problem, check, did_you_mean
from domain.layouts.content_validation import content_problems
from domain.layouts.document_size import size_problem
from domain.layouts.patches import apply_patch, apply_patches
from domain.layouts.row_schema import FORMATS
from domain.layouts.row_validation import (
    Node,
    all_patches,
    check_conditions,
    check_rows,
    check_rules,
    check_times,
)
from domain.layouts.schema import LAYOUT_SCHEMA, SYNONYMS

Check = Callable[[Node], Iterator[Problem]]


class BadLayout(BadInput):
    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        lines = "; ".join(str(problem) for problem in problems)
        super().__init__(f"layout {name!r}: {lines}")
        self.problems = tuple(problems)


def layout_problems(document: object) -> tuple[Problem, ...]:
    """Empty: the layout is valid."""
    by_schema = _schema_problems(document, FORMATS)
    if by_schema or not isinstance(document, Mapping):
        return by_schema
    return (*_rule_problems(document), *content_problems(document))


def usability_problems(document: object) -> tuple[Problem, ...]:
    """Empty: pages can be composed with the layout."""
    by_schema = _schema_problems(document, {})
    if by_schema or not isinstance(document, Mapping):
        return by_schema
    return tuple(_rule_problems(document))


def _schema_problems(document: object, formats: Formats) -> tuple[Problem, ...]:
    too_large = size_problem(document)
    if too_large is not None:
        return (too_large,)
    return tuple(check(document, LAYOUT_SCHEMA, synonyms=SYNONYMS, formats=formats))


def _rule_problems(document: Node) -> Iterator[Problem]:
    return (problem for run_check in CHECKS for problem in run_check(document))


def require_valid(document: object) -> None:
    """Raises BadLayout with every problem."""
    _raise_for(document, layout_problems(document))


def require_usable(document: object) -> None:
    """Raises BadLayout with every problem that keeps pages from being composed."""
    _raise_for(document, usability_problems(document))


def _raise_for(document: object, problems: tuple[Problem, ...]) -> None:
    if problems:
        name = document.get("layout") if isinstance(document, Mapping) else None
        raise BadLayout(str(name or "?"), problems)


def check_order(document: Node) -> Iterator[Problem]:
    """`order` names exactly the rows."""
    rows = document["rows"]
    for index, name in enumerate(document["order"]):
        if name not in rows:
            yield Problem(("order", index), f"there is no row {name!r}.{did_you_mean(name, rows)}")
    for name in rows:
        if name not in document["order"]:
            yield Problem(("rows", name), "is missing from `order`, so it would never show.")
    for name in document.get("stand_ins", {}):
        if name in rows:
            yield Problem(("stand_ins", name), "is also the id of a row; use another id.")


def check_pinned_positions(document: Node) -> Iterator[Problem]:
    """Rows that always show need different positions."""
    taken: dict[int, str] = {}
    for name in document["order"]:
        row = document["rows"].get(name, {})
        pin = row.get("place", {}).get("pin")
        if pin is None or "when" in row or "schedule" in row:
            continue
        if pin in taken:
            message = f"{taken[pin]!r} is already pinned to position {pin}."
            yield Problem(("rows", name, "place", "pin"), message)
        taken.setdefault(pin, name)


def check_targets(document: Node) -> Iterator[Problem]:
    markets = document.get("targets", {}).get("markets", [])
    if "*" in markets and len(markets) > 1:
        yield Problem(("targets", "markets"), '"*" means every market; remove the others.')


def check_variants(document: Node) -> Iterator[Problem]:
    for key, variant in document.get("variants", {}).items():
        weights = variant["weights"]
        if not sum(weights.values()) > 0:
            yield Problem(("variants", key, "weights"), "at least one arm needs a weight above 0.")
        for arm in variant:
            if arm not in weights and arm != "weights":
                hint = did_you_mean(arm, weights)
                yield Problem(("variants", key, arm), f"the arm {arm!r} has no weight in `weights`.{hint}")


def check_patches(document: Node) -> Iterator[Problem]:
    """Every patch changes existing rows, and its result is valid.

    Each patch is applied alone, because it may be the only one that holds for a viewer; then all overrides together,
    and each arm on top of them.
    """
    patches = list(all_patches(document))
    broken: list[Problem] = []
    added = {name for _, patch in patches for name in patch.get("add", {})}
    known = _result_problems(document)
    for path, patch in patches:
        result = apply_patch(document, patch)
        for problem in result.unapplied:
            # Another patch may have added the row by then.
            if _missing_row(problem, patch) not in added or problem.path[0] == "add":
                yield Problem((*path, *problem.path), problem.message)
        broken += _new_problems(result.document, known, path)
    yield from broken
    if not broken:
        yield from _combination_problems(document, known)


CHECKS: tuple[Check, ...] = (
    check_order,
    check_rows,
    check_pinned_positions,
    check_times,
    check_targets,
    check_rules,
    check_conditions,
    check_variants,
    check_patches,
)
PATCH_RESULT_CHECKS: tuple[Check, ...] = (check_order, check_rows, check_pinned_positions)
"""The checks that a patch can fail."""


def _combination_problems(document: Node, known: Collection[str]) -> Iterator[Problem]:
    """Each problem once, at its first path."""
    overrides = document.get("overrides", [])
    messages: set[str] = set()
    for path, arm in _arms(document):
        result = apply_patches(document, [*overrides, *arm]).document
        for problem in _new_problems(result, known, path):
            if problem.message not in messages:
                messages.add(problem.message)
                yield problem


def _arms(document: Node) -> Iterator[tuple[Path, list[Node]]]:
    """Patches after the overrides: none, or one arm's."""
    yield ("overrides",), []
    for key, variant in document.get("variants", {}).items():
        yield from ((("variants", key, arm), patches) for arm, patches in variant.items() if arm != "weights")


def _result_problems(document: Node) -> frozenset[str]:
    return frozenset(str(problem) for run_check in PATCH_RESULT_CHECKS for problem in run_check(document))


def _new_problems(result: Node, known: Collection[str], path: Path) -> Iterator[Problem]:
    """`known`: those of the base."""
    if not result["rows"]:
        yield Problem(path, "removes the last row; a page needs at least one.")
        return
    for run_check in PATCH_RESULT_CHECKS:
        for problem in run_check(result):
            if str(problem) not in known:
                yield Problem(path, f"once applied, {problem}")


def _missing_row(problem: Problem, patch: Node) -> str:
    """The row that an unapplied change refers to."""
    target: object = patch
    for part in problem.path:
        target = target[part] if isinstance(target, Mapping | list) else None  # type: ignore[index]
    return target if isinstance(target, str) else str(problem.path[-1])
