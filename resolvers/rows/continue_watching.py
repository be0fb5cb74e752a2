"""Continue Watching: unfinished titles and next episodes, one card a show, last watched first, at most 25 cards.

Options: `kinds`, one of `all`, `continue` (unfinished) or `next` (next and new episodes), for pages that separate
the two. A title that was removed, snoozed or disowned comes back when it is played again.
"""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.continue_watching import MAX_RESUMES, ResumeFilter, list_resumes, series_to_look_up
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    kinds = ResumeFilter(spec.text_option("kinds", ResumeFilter.ALL))
    limit = want if spec.max_cards <= MAX_RESUMES else MAX_RESUMES
    series = series_to_look_up(viewer.activity, sources.now, limit)
    runs = await sources.title_loader.load_series_runs(series) if series else {}
    reason = Reason(ReasonKind.CONTINUE, detail=kinds)
    candidates = tuple(
        Candidate(resume.title_id, "activity", reason, resume=resume)
        for resume in list_resumes(viewer.activity, runs, sources.now, limit, kinds)
    )
    return [RowCandidates(spec, candidates, reason, FreshnessSource.LIVE, sources.now, ordered=True)]
