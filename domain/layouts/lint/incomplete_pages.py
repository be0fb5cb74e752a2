"""L119: pages that an outage left incomplete. Lint counts them nowhere and says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from domain.layouts.lint.model import LintFinding, LintLevel
from domain.layouts.lint.samples import SampledPage

CODE = "L119"
MAX_EXAMPLES = 5


def incomplete_pages_finding(
    layout: str, incomplete: Sequence[SampledPage], total: int, unread: Sequence[str] = ()
) -> LintFinding | None:
    """`unread`: what else could not be read, for all pages ("the titles of pins"). None: nothing is missing."""
    if not incomplete and not unread:
        return None
    causes = Counter(part for page in incomplete for part in page.missing_parts)
    told = [f"{cause} ({count:,})" for cause, count in causes.most_common()] + [
        f"{what} could not be read" for what in unread
    ]
    pages = f"{len(incomplete):,} of {total:,} pages could not be composed completely and are not counted"
    lead = pages if incomplete else "Not everything could be looked up"
    return LintFinding(
        CODE,
        LintLevel.ERROR,
        layout,
        f"{lead}: {'; '.join(told)}. This is an outage, not a fault of the layout.",
        fix="Lint again once every store answers.",
        share=len(incomplete) / total if total else None,
        affected=len(incomplete),
        sampled=total,
        profiles=tuple(page.profile_id for page in incomplete[:MAX_EXAMPLES]),
    )
