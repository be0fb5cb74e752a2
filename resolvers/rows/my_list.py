"""My List: what the viewer put there, last added first. Shown even when it stands elsewhere on the page."""

from __future__ import annotations

from domain.candidates import Candidate, FreshnessSource, Proposal
from domain.layouts import RowSpec
from domain.reasons import Reason, ReasonKind
from resolvers.rows.source import Sources
from resolvers.viewer import Viewer


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[Proposal]:
    candidates = tuple(Candidate(title_id, "my_list") for title_id in viewer.activity.my_list()[:want])
    reason = Reason(ReasonKind.MY_LIST)
    return [Proposal(spec, candidates, reason, FreshnessSource.LIVE, sources.now, repeats=True, ordered=True)]
