"""Checks of what somebody writes now, besides those of every layout (validation.py): in rows, conditions and patches.

Every door runs them: YAML files, the API, drafts, experiments. A layout that is live already is read without them, so
that a new check takes no page away.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.json_schema import Path, Problem, did_you_mean
from domain.layouts.patches import apply_patch
from domain.layouts.row_content import row_content_problems
from domain.layouts.row_sequences import sequence_problems
from domain.layouts.row_validation import Node, all_patches, all_rows


def content_problems(document: Node) -> Iterator[Problem]:
    """Of a document that fits the schema."""
    yield from _row_problems(document)
    yield from _condition_problems(document)
    yield from _sequence_problems(document)
    yield from _move_problems(document)


def _sequence_problems(document: Node) -> Iterator[Problem]:
    """Of the base, then what each patch alone adds."""
    known = list(sequence_problems(document))
    yield from known
    messages = {problem.message for problem in known}
    for path, patch in all_patches(document):
        for problem in sequence_problems(apply_patch(document, patch).document):
            if problem.message not in messages:
                yield Problem(path, problem.message)


def _move_problems(document: Node) -> Iterator[Problem]:
    """Two rows that one patch moves to one position: only one can stand there."""
    for path, patch in all_patches(document):
        taken: dict[int, str] = {}
        for name, move in patch.get("move", {}).items():
            position = move.get("to")
            if position in taken:
                message = f"{taken[position]!r} is moved to position {position}, too. Write another position for one."
                yield Problem((*path, "move", name, "to"), message)
            elif position is not None:
                taken[position] = name


def _row_problems(document: Node) -> Iterator[Problem]:
    """Rows of the base, then what each patch alone makes of them."""
    names = frozenset(str(path[-1]) for path, _ in all_rows(document))
    found: dict[str, set[tuple[Path, str]]] = {}
    for part in ("rows", "stand_ins"):
        for name, row in document.get(part, {}).items():
            problems = list(row_content_problems(row, names))
            found[name] = {(problem.path, problem.message) for problem in problems}
            yield from (Problem((part, name, *problem.path), problem.message) for problem in problems)
    for path, patch in all_patches(document):
        changed = {name: part for part in ("add", "set") for name in patch.get(part, ())}
        if not changed:
            continue
        patched = apply_patch(document, patch).document
        rows = {**patched["rows"], **patched.get("stand_ins", {})}
        for name, part in changed.items():
            for problem in row_content_problems(rows[name], names) if name in rows else ():
                if (problem.path, problem.message) not in found.get(name, ()):
                    yield Problem((*path, part, name, *problem.path), problem.message)


def _condition_problems(document: Node) -> Iterator[Problem]:
    """Arms that do not exist: the condition never holds."""
    variants = document.get("variants", {})
    for path, holder in (*all_rows(document), *all_patches(document)):
        when = holder.get("when") or {}
        for experiment, arms in (when.get("arm") or {}).items():
            weights = variants.get(experiment, {}).get("weights")
            for arm in [arms] if isinstance(arms, str) else arms or ():
                if weights is not None and arm not in weights:
                    message = f"experiment {experiment} has no arm {arm!r}.{did_you_mean(arm, weights)}"
                    yield Problem((*path, "when", "arm", experiment), message)
