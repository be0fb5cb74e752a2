"""New Releases: the latest titles of the service in the viewer's region, newest first."""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources, browse_query


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    found = await sources.loaders.browse.load(browse_query(viewer, want, newest=True))
    hidden = viewer.excluded_ids(spec)
    unseen = [title_id for title_id in found or () if title_id not in hidden]
    candidates = tuple(Candidate(title_id, "browse:newest") for title_id in unseen[:want])
    published_at = sources.loaders.version.published_at
    return [
        RowCandidates(
            spec, candidates, Reason(ReasonKind.NEW), FreshnessSource.BATCH, published_at, ordered=True
        )
    ]
