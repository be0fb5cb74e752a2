"""Watch Again: finished and loved, and long enough ago to be worth another evening; liked titles first.

Options: `days`, how long ago the last watching must be. The one row of titles the viewer has seen through: the
watched filter does not apply.
"""

from __future__ import annotations

from datetime import timedelta

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.loved_titles import worth_rewatching
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources

DAYS = 90


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    before = sources.now - timedelta(days=max(0, spec.number("days", DAYS)))
    again = worth_rewatching(viewer.activity, viewer.loved, before)
    candidates = tuple(
        Candidate(title_id, "activity:again", score=viewer.loved[title_id].strength)
        for title_id in again[:want]
    )
    reason = Reason(ReasonKind.WATCH_AGAIN)
    return [RowCandidates(spec, candidates, reason, FreshnessSource.LIVE, sources.now)]
