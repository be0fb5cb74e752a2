"""What a page lacks because something failed. Whoever reports on a page says so: an outage is no fact of a layout."""

from __future__ import annotations

from collections.abc import Mapping

from domain.page.model import Degradation, DegradationKind, PageHead
from domain.resilience.degradation_levels import ServiceLevel

LOSSES: Mapping[DegradationKind, str] = {
    DegradationKind.ROW_UNAVAILABLE: "a store did not answer for row {row}",
    DegradationKind.ROW_LATE: "a store answered too late for row {row}",
    DegradationKind.PROFILE_UNAVAILABLE: "the profile could not be read",
    DegradationKind.RECOMMENDATIONS_UNAVAILABLE: "the recommendations could not be read",
    DegradationKind.LAYOUT_UNAVAILABLE: "the layouts could not be read",
    DegradationKind.CATALOG_UNAVAILABLE: "the catalogue could not be read",
}
"""Kinds that end with the outage. A missing fallback page stays missing."""


def missing_parts(page: PageHead) -> tuple[str, ...]:
    """Sentences without a full stop; empty: the page is complete."""
    losses = [
        LOSSES[loss.what].format(row=loss.row_id or "") for loss in page.degradations if loss.what in LOSSES
    ]
    if page.level is not ServiceLevel.FULL:
        losses.append(f"the service was busy and composed a simpler page ({page.level.name.lower()})")
    return tuple(dict.fromkeys(losses))


def loss_text(loss: Degradation) -> str:
    """ "trending: row late; instead: what is popular" """
    row = f"{loss.row_id}: " if loss.row_id else ""
    return f"{row}{loss.what.value.replace('_', ' ')}; instead: {loss.served_instead}"
