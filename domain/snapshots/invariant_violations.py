"""Pages that broke an invariant, recorded for debugging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.page.invariants import Invariant, Violation
from domain.snapshots.documents import page_from_document, page_to_document
from domain.snapshots.snapshot import PageSnapshot


@dataclass(frozen=True, slots=True)
class RecordedViolation:
    """`more`: further violations of the same invariant."""

    violation: Violation
    page: PageSnapshot
    more: int = 0


def recorded_violations(violations: Sequence[Violation], page: PageSnapshot) -> list[RecordedViolation]:
    """The first violation of each invariant."""
    by_invariant: dict[Invariant, list[Violation]] = {}
    for violation in violations:
        by_invariant.setdefault(violation.invariant, []).append(violation)
    return [RecordedViolation(found[0], page, len(found) - 1) for found in by_invariant.values()]


def violation_to_document(recorded: RecordedViolation) -> dict[str, Any]:
    violation = recorded.violation
    return {
        "invariant": violation.invariant.value,
        "what": violation.message,
        "row": violation.row,
        "more": recorded.more,
        "page": page_to_document(recorded.page),
    }


def violation_from_document(document: Mapping[str, Any]) -> RecordedViolation | None:
    """None when its page is of a newer format. Raises KeyError, TypeError or ValueError for any other document."""
    page = page_from_document(document["page"])
    if page is None:
        return None
    violation = Violation(Invariant(document["invariant"]), document["what"], document["row"])
    return RecordedViolation(violation, page, document["more"])
