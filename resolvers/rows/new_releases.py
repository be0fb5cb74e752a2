"""New Releases: the latest titles of the service in the viewer's region, newest first."""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources, browse_query, browsed


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    query = browse_query(spec, viewer, want, newest=True)
    found = await sources.loaders.browse.load(query) or ()
    unseen, more = browsed(query, found, viewer.excluded_ids(spec), want)
    candidates = tuple(Candidate(title_id, "browse:newest") for title_id in unseen)
    published_at = sources.loaders.version.published_at
    return [
        RowCandidates(
            spec,
            candidates,
            Reason(ReasonKind.NEW),
            FreshnessSource.BATCH,
            published_at,
            ordered=True,
            more=more,
        )
    ]
