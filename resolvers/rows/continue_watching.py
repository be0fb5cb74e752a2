"""Continue Watching: begun and unfinished, or the next episode, one card per show, last watched first."""

from __future__ import annotations

from domain.candidates import Candidate, FreshnessSource, Proposal
from domain.continue_watching import series_to_look_up, to_continue
from domain.layouts import RowSpec
from domain.reasons import Reason, ReasonKind
from resolvers.rows.source import Sources
from resolvers.viewer import Viewer


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[Proposal]:
    series = series_to_look_up(viewer.activity, want)
    episodes = await sources.shelf.episodes(series) if series else {}
    candidates = tuple(
        Candidate(resume.title_id, "activity", Reason(ReasonKind.CONTINUE), resume=resume)
        for resume in to_continue(viewer.activity, episodes, want)
    )
    return [Proposal(spec, candidates, Reason(ReasonKind.CONTINUE), FreshnessSource.LIVE, sources.now)]
