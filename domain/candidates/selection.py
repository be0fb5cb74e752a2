"""Which candidates make it into a row, once they have been filtered and ranked. Passing one over refills the
row from further down, so that a row is short only when its source is."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import TypeAlias

from domain.candidates.model import Candidate
from domain.candidates.trace import Trace, TraceEvent, TraceStage
from domain.catalog.titles import Title
from domain.ids import TitleId

Scored: TypeAlias = tuple[float, int, Candidate]
"""Score, rank in the source's own list counted from 0, candidate."""


def available(
    ranked: Iterable[Scored],
    titles: Mapping[TitleId, Title],
    shown: Container[TitleId],
    enough: int | None = None,
) -> list[Scored]:
    """Those that may be shown and whose show is neither in `shown` nor here already; at most `enough`."""
    free: list[Scored] = []
    taken: set[TitleId] = set()
    for scored in ranked:
        title = titles.get(scored[2].title_id)
        if title is None:
            continue
        show = title.series_id or title.id
        if show in shown or show in taken:
            continue
        taken.add(show)
        free.append(scored)
        if len(free) == enough:
            break
    return free


def trace_selection(
    trace: Trace,
    row: str,
    ranked: Iterable[Scored],
    chosen: Iterable[Scored],
    titles: Mapping[TitleId, Title],
    shown: Mapping[TitleId, str],
    most: int,
) -> None:
    """Say of every candidate that was not chosen why; `shown` maps show to the row that has it."""
    kept = {scored[2].title_id for scored in chosen}
    listed = list(ranked)
    last = max((rank for rank, each in enumerate(listed, 1) if each[2].title_id in kept), default=0)
    for rank, (score, _, candidate) in enumerate(listed, start=1):
        title_id = candidate.title_id
        if title_id in kept:
            continue
        title = titles.get(title_id)
        if title is None:
            trace.append(TraceEvent(row, title_id, TraceStage.FILTER, "", rank, score=score))
        elif title.show_id in shown:
            trace.append(
                TraceEvent(row, title_id, TraceStage.DEDUPE, shown[title.show_id], rank, score=score)
            )
        elif rank < last:
            detail = "caps, quotas or diversity preferred others"
            trace.append(TraceEvent(row, title_id, TraceStage.CAP, detail, rank, most, score))
        else:
            trace.append(TraceEvent(row, title_id, TraceStage.CUT, "", rank, most, score))
