"""Editorial: titles that a designer chose.

Options: `titles`, raw ids separated by spaces; `order`, "editor" (as listed) or "personal" (by fit to the viewer).
The layout's `title` names the row.
"""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.ids import TitleId, is_title_id
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources

PERSONAL = "personal"
MAX_TITLES = 200


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    ids = dict.fromkeys(spec.text_option("titles", "").split())
    hidden = viewer.excluded_ids(spec)
    chosen = [TitleId(word) for word in ids if is_title_id(word) and word not in hidden]
    candidates = tuple(Candidate(title_id, "editorial") for title_id in chosen[:MAX_TITLES])
    ordered = spec.text_option("order", "editor") != PERSONAL
    reason = Reason(ReasonKind.EDITORIAL)
    return [RowCandidates(spec, candidates, reason, FreshnessSource.LIVE, sources.now, ordered=ordered)]
