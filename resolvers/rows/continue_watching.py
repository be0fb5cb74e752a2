"""Continue Watching: begun and unfinished, or the next episode, one card per show, last watched first.

Options: `kinds`: `all`, `continue` (what was left in the middle) or `next` (next and new episodes), for pages
that keep the two apart. Never more than 25 cards. What was removed, snoozed or disowned is not there, and comes
back when it is played again.
"""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.continue_watching import MOST_CARDS, Kinds, series_to_look_up, to_continue
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    kinds = Kinds(spec.text("kinds", Kinds.ALL))
    limit = want if spec.max_cards <= MOST_CARDS else MOST_CARDS
    series = series_to_look_up(viewer.activity, sources.now, limit)
    runs = await sources.shelf.runs(series) if series else {}
    reason = Reason(ReasonKind.CONTINUE, detail=kinds)
    candidates = tuple(
        Candidate(resume.title_id, "activity", reason, resume=resume)
        for resume in to_continue(viewer.activity, runs, sources.now, limit, kinds)
    )
    return [RowCandidates(spec, candidates, reason, FreshnessSource.LIVE, sources.now, ordered=True)]
