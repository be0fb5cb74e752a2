"""Editorial: titles that a designer chose by hand.

Options: `titles`, their raw ids with spaces between them; `order`: "editor" (as listed) or "personal" (by how well
each fits the viewer). The row's name is the designer's own (`title` in the layout).
"""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.ids import TitleId, is_raw_id
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources

PERSONAL = "personal"
MOST_CHOSEN = 200


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    words = dict.fromkeys(spec.text("titles", "").split())
    hidden = viewer.hidden(spec)
    chosen = [TitleId(word) for word in words if is_raw_id(word) and word not in hidden]
    candidates = tuple(Candidate(title_id, "editorial") for title_id in chosen[:MOST_CHOSEN])
    ordered = spec.text("order", "editor") != PERSONAL
    reason = Reason(ReasonKind.EDITORIAL)
    return [RowCandidates(spec, candidates, reason, FreshnessSource.LIVE, sources.now, ordered=ordered)]
