"""Leaving Soon: titles that leave the viewer's region within two weeks, soonest first.

Options: `days`, 1 to 14. This source loads titles, because their licences decide the order; the page reuses them.
"""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.catalog.licences import days_left
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources, browse_query, browsed

MAX_DAYS = 14


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    days = max(1, min(spec.number_option("days", MAX_DAYS), MAX_DAYS))
    query = browse_query(spec, viewer, want, leaving_days=days)
    found = await sources.loaders.browse.load(query) or ()
    unseen, more = browsed(query, found, viewer.excluded_ids(spec), want)
    titles = await sources.title_loader.load(unseen)
    region, now = viewer.region, viewer.audience.now
    ends = {
        title.id: at
        for title in titles.values()
        if (at := title.leaves_at(region, now)) is not None and days_left(at, now, region) <= days
    }
    soonest = sorted(ends, key=ends.__getitem__)
    candidates = tuple(Candidate(title_id, "browse:leaving") for title_id in soonest)
    published_at = sources.loaders.version.published_at
    reason = Reason(ReasonKind.LEAVING)
    return [
        RowCandidates(spec, candidates, reason, FreshnessSource.BATCH, published_at, ordered=True, more=more)
    ]
