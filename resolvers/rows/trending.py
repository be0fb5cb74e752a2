"""Trending: titles watched more than usual in the viewer's region, or everywhere when the region has too few.

Kids see the charts of what kids watch.

Options: `window` ("hour", "day" or "week"), `genre`. A numbered row is a chart: it shows the top titles even when
the viewer has watched them or other rows have them.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.catalog.regions import global_chain
from domain.ids import GLOBAL
from domain.layouts.model import RowSpec, RowStyle
from domain.recommendations.lists import RankedList, RankedTitle, TrendKey, TrendWindow
from domain.recommendations.reasons import Reason, ReasonKind, list_detail
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    chart = spec.style == RowStyle.NUMBERED
    window = TrendWindow(spec.text_option("window", TrendWindow.DAY))
    genre = spec.text_option("genre", "") or None
    regions = global_chain(viewer.region)
    lists = await sources.loaders.trends.load_many(
        [TrendKey(region, window, genre, viewer.audience.list_audience) for region in regions]
    )
    enough = (
        (ranked, region)
        for ranked, region in zip(lists, regions, strict=True)
        if ranked and (region == GLOBAL or len(_listed(ranked, chart)) >= spec.min_cards)
    )
    found, where = next(enough, (None, GLOBAL))
    if found is None:
        return []
    hidden = viewer.excluded_ids(spec)
    source = f"trending:{where}:{window}"
    candidates = tuple(
        Candidate(entry.title_id, source, score=entry.score)
        for entry in _listed(found, chart)
        if entry.title_id not in hidden
    )
    reason = Reason(ReasonKind.TRENDING, detail=list_detail(f"{where}:{window}", found))
    return [
        RowCandidates(
            spec, candidates, reason, FreshnessSource.BATCH, found.computed_at, repeats=chart, ordered=chart
        )
    ]


def _listed(ranked: RankedList | None, chart: bool) -> Sequence[RankedTitle]:
    """A chart continues with what is watched anyway; a row called trending holds what is watched more than usual."""
    entries = ranked.entries if ranked else ()
    return entries if chart else [entry for entry in entries if entry.score > 0]
