"""Template of a row source: what a new row needs, and nothing else. See docs/adding-a-row.md.

1. Give the source a value in `domain.layouts.model.RowSource` and, if it can be ruled out early, a gate in
   `domain.candidates.row_gates`.
2. Copy this file, name it after the source, and list its `fill` in `ROW_SOURCES`.
3. Say in `resolvers/display_text.py` what the row is called and why it is there.
"""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources, browse_query


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    """Load ids through a loader, say where each came from, and leave titles and filters to the page."""
    found = await sources.loaders.browse.load(browse_query(viewer, want))
    candidates = tuple(Candidate(title_id, "browse:popular") for title_id in found or ())
    reason = Reason(ReasonKind.POPULAR, detail=viewer.region)
    published_at = sources.loaders.version.published_at
    return [RowCandidates(spec, candidates, reason, FreshnessSource.BATCH, published_at)]
