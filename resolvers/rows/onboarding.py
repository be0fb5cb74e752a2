"""Onboarding: titles that show a new profile's taste. The row ends once the profile answered or watched a little."""

from __future__ import annotations

from dataclasses import replace

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources
from resolvers.viewing.onboarding import load_popular_titles


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    if viewer.is_guest or viewer.profile.onboarded_at is not None:
        return []
    hidden = viewer.excluded_ids(spec)
    ids = [
        title_id for title_id in await load_popular_titles(sources.loaders, viewer) if title_id not in hidden
    ]
    rated = viewer.activity.rated
    answered = [title_id for title_id in ids if title_id in rated and rated[title_id].value > 0]
    # A title that was just liked stays in the row, though a row above may want it now.
    ids = list(dict.fromkeys([*answered, *ids]))
    candidates = tuple(Candidate(title_id, "onboarding") for title_id in ids[:want])
    published_at = sources.loaders.version.published_at
    reason = Reason(ReasonKind.ONBOARDING)
    row = RowCandidates(
        spec,
        candidates,
        reason,
        FreshnessSource.BATCH,
        published_at,
        max_rows=1,
        ordered=True,
        more=len(ids) > want,
        repeats=bool(answered),
    )
    # In a small catalogue the rows above may have taken every title: then titles repeat rather than the row fail.
    return [row, replace(row, key="again", repeats=True)]
