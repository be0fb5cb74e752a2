"""A page that broke its contract, as it is kept for whoever mends it: what is wrong, and the page itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.page.invariants import Invariant, Violation
from domain.snapshots.documents import page_from_document, page_to_document
from domain.snapshots.snapshot import PageSnapshot


@dataclass(frozen=True, slots=True)
class RecordedViolation:
    """`more` counts further violations of the same invariant on the same page."""

    violation: Violation
    page: PageSnapshot
    more: int = 0


def faults_of(found: Sequence[Violation], page: PageSnapshot) -> list[RecordedViolation]:
    """One fault for each invariant that was broken, about its first violation."""
    by_invariant: dict[Invariant, list[Violation]] = {}
    for violation in found:
        by_invariant.setdefault(violation.invariant, []).append(violation)
    return [
        RecordedViolation(violations[0], page, len(violations) - 1) for violations in by_invariant.values()
    ]


def fault_to_document(fault: RecordedViolation) -> dict[str, Any]:
    violation = fault.violation
    return {
        "invariant": violation.invariant.value,
        "what": violation.what,
        "row": violation.row,
        "more": fault.more,
        "page": page_to_document(fault.page),
    }


def fault_from_document(document: Mapping[str, Any]) -> RecordedViolation | None:
    """None when its page is of a newer format. Raises KeyError, TypeError or ValueError for no fault at all."""
    page = page_from_document(document["page"])
    if page is None:
        return None
    violation = Violation(Invariant(document["invariant"]), document["what"], document["row"])
    return RecordedViolation(violation, page, document["more"])
