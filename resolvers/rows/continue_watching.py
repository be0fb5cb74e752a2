"""Continue Watching: unfinished titles and next episodes, one card a show, last watched first, at most 25 cards.

Options: `kinds`, one of `all`, `continue` (unfinished) or `next` (next and new episodes), for pages that separate
the two. A title that was removed, snoozed or disowned comes back when it is played again.
"""

from __future__ import annotations

from dataclasses import replace

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.continue_watching import (
    MAX_RESUMES,
    Resume,
    ResumeFilter,
    list_resumes,
    series_to_look_up,
)
from domain.viewers.next_episode import SeriesRun
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources

MAX_SERIES = 120
"""Of which the episodes are read, in two steps: most of them may have no next one. More cost the row its budget."""


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    spec = spec if spec.max_cards <= MAX_RESUMES else replace(spec, max_cards=MAX_RESUMES)
    kinds = ResumeFilter(spec.text_option("kinds", ResumeFilter.ALL))
    resumes = await _resumes(viewer, sources, want, spec.max_cards, kinds)
    reason = Reason(ReasonKind.CONTINUE, detail=kinds)
    candidates = tuple(Candidate(one.title_id, "activity", reason, resume=one) for one in resumes[:want])
    more = len(resumes) > want
    return [
        RowCandidates(spec, candidates, reason, FreshnessSource.LIVE, sources.now, ordered=True, more=more)
    ]


async def _resumes(
    viewer: Viewer, sources: Sources, want: int, cards: int, kinds: ResumeFilter
) -> list[Resume]:
    """More than `want` when there are more. Further series are looked up unless the first ones fill the row."""
    waiting = series_to_look_up(viewer.activity, sources.now)[:MAX_SERIES]
    runs: dict[TitleId, SeriesRun] = {}
    for step in (waiting[:want], waiting[want:]):
        if step:
            runs |= await sources.title_loader.load_series_runs(step)
        resumes = list_resumes(viewer.activity, runs, sources.now, want + 1, kinds)
        if len(resumes) >= cards:
            break
    return resumes
