"""Template of a row source: copy it and name it like the source. docs/adding-a-row.md has all steps."""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources, browse_query


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    """Load ids through a loader and name the source of each; the page loads titles and filters them."""
    found = await sources.loaders.browse.load(browse_query(spec, viewer, want))
    candidates = tuple(Candidate(title_id, "browse:popular") for title_id in found or ())
    reason = Reason(ReasonKind.POPULAR, detail=viewer.region)
    published_at = sources.loaders.version.published_at
    return [RowCandidates(spec, candidates, reason, FreshnessSource.BATCH, published_at)]
