"""Because You Liked X: as Because You Watched with the same options, for seeds with a thumb up.

A seed that another row of the page is about is skipped.
"""

from __future__ import annotations

from domain.candidates.model import RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.because_you_watched import seed_rows
from resolvers.rows.source import Sources


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    liked = {
        title_id: love
        for title_id, love in viewer.loved_titles.items()
        if love.kind == ReasonKind.BECAUSE_YOU_LIKED
    }
    return await seed_rows(spec, viewer, sources, liked)
