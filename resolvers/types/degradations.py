"""What a page lacks, in data and as a sentence for viewers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import strawberry

from domain.candidates.model import Tier
from domain.page.model import Degradation as DomainDegradation
from domain.page.model import DegradationKind
from resolvers.home.assemble import LEFT_OUT
from resolvers.home.fallbacks import TIER_TEXTS

_ROW_LOST = {
    DegradationKind.ROW_UNAVAILABLE: "A row of this page could not be loaded.",
    DegradationKind.ROW_LATE: "A row of this page took too long to load.",
}
_IN_ITS_PLACE = {
    LEFT_OUT: "It is left out.",
    TIER_TEXTS[Tier.LAST_GOOD]: "It shows what it held last.",
    TIER_TEXTS[Tier.SIMILAR]: "Titles like those you love are shown instead.",
    TIER_TEXTS[Tier.REGIONAL]: "What is popular in your region is shown instead.",
    TIER_TEXTS[Tier.GLOBAL]: "What is popular everywhere is shown instead.",
    TIER_TEXTS[Tier.STATIC]: "Well-known titles are shown instead.",
}
_NOTICES: Mapping[DegradationKind, str] = {
    DegradationKind.PROFILE_UNAVAILABLE: "Your profile cannot be read at the moment. These titles suit everybody.",
    DegradationKind.RECOMMENDATIONS_UNAVAILABLE: "Your own picks cannot be loaded at the moment. These titles are "
    "popular with everybody.",
    DegradationKind.LAYOUT_UNAVAILABLE: "This page is shown in its standard layout at the moment.",
    DegradationKind.CATALOG_UNAVAILABLE: "The catalogue does not answer at the moment. These titles were shown "
    "lately.",
    DegradationKind.SHIPPED_PAGE_MISSING: "This page has fewer rows than usual.",
}
"""No word of stores or of the service: viewers know neither."""


@strawberry.type(description="Something a page has to do without, and what it has instead.")
class Degradation:
    row_id: strawberry.ID | None = strawberry.field(description="The row of the layout it is about, if one.")
    what: DegradationKind = strawberry.field(description="What is missing.")
    served_instead: str = strawberry.field(description="What the page has in its place.")
    notice: str = strawberry.field(
        description='The same for viewers, in whole sentences: "A row of this page could not be loaded. '
        'What is popular in your region is shown instead."'
    )
    since: datetime = strawberry.field(description="When it was first noticed.")


def notice_text(loss: DomainDegradation) -> str:
    """Whole sentences for viewers."""
    lost = _ROW_LOST.get(loss.what)
    if lost is None:
        return _NOTICES[loss.what]
    return f"{lost} {_IN_ITS_PLACE[loss.served_instead]}" if loss.served_instead in _IN_ITS_PLACE else lost


def degradation_node(loss: DomainDegradation, since: datetime) -> Degradation:
    """`since`: for a loss that was first noticed with this page."""
    return Degradation(
        row_id=strawberry.ID(loss.row_id) if loss.row_id else None,
        what=loss.what,
        served_instead=loss.served_instead,
        notice=notice_text(loss),
        since=loss.since or since,
    )
