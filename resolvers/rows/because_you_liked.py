"""Because You Liked X: as Because You Watched, of seeds that were given a thumb up. The same options.

A title that another row of the page is about already is passed over, so the two never say the same twice.
"""

from __future__ import annotations

from domain.candidates.model import RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.because_you_watched import rows_of_seeds
from resolvers.rows.source import Sources


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    liked = {
        title_id: love for title_id, love in viewer.loved.items() if love.kind == ReasonKind.BECAUSE_YOU_LIKED
    }
    return await rows_of_seeds(spec, viewer, sources, want, liked)
