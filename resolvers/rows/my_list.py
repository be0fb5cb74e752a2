"""My List: the titles that the viewer saved, last added first. They may repeat titles of other rows."""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    listed = viewer.activity.my_list()
    candidates = tuple(Candidate(title_id, "my_list") for title_id in listed[:want])
    reason = Reason(ReasonKind.MY_LIST)
    return [
        RowCandidates(
            spec,
            candidates,
            reason,
            FreshnessSource.LIVE,
            sources.now,
            repeats=True,
            ordered=True,
            more=len(listed) > want,
        )
    ]
