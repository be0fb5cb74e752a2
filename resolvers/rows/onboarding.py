"""Tell us what you like: titles to tell a new profile's taste by. Gone once it has answered or watched a little."""

from __future__ import annotations

from dataclasses import replace

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources
from resolvers.viewing.onboarding import known_titles


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    if viewer.guest or viewer.profile.welcomed_at is not None:
        return []
    hidden = viewer.hidden(spec)
    ids = [title_id for title_id in await known_titles(sources.loaders, viewer) if title_id not in hidden]
    candidates = tuple(Candidate(title_id, "onboarding") for title_id in ids[:want])
    published_at = sources.loaders.version.published_at
    reason = Reason(ReasonKind.ONBOARDING)
    asking = RowCandidates(
        spec, candidates, reason, FreshnessSource.BATCH, published_at, at_most=1, ordered=True
    )
    # A small catalogue may have nothing left to ask about: then rather a title twice than no question.
    return [asking, replace(asking, key="again", repeats=True)]
