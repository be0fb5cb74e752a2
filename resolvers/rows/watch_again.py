"""Watch Again: titles that the viewer finished and loved some time ago, liked titles first.

Options: `days`, how many days ago a title was last watched, at least.
"""

from __future__ import annotations

from datetime import timedelta

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.loved_titles import worth_rewatching
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources

DAYS = 30


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    before = sources.now - timedelta(days=max(0, spec.number_option("days", DAYS)))
    again = worth_rewatching(viewer.activity, viewer.loved_titles, before)
    candidates = tuple(
        Candidate(title_id, "activity:again", score=viewer.loved_titles[title_id].strength)
        for title_id in again[:want]
    )
    reason = Reason(ReasonKind.WATCH_AGAIN)
    return [
        RowCandidates(spec, candidates, reason, FreshnessSource.LIVE, sources.now, more=len(again) > want)
    ]
