"""Selects a row's candidates after filtering and ranking."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import TypeAlias

from domain.candidates.model import Candidate
from domain.candidates.trace import Trace, TraceEvent, TraceStage
from domain.catalog.titles import Title
from domain.ids import TitleId

ScoredCandidate: TypeAlias = tuple[float, int, Candidate]
"""Score, rank from 0 in the source's own list, candidate."""


def available_candidates(
    ranked: Iterable[ScoredCandidate],
    titles: Mapping[TitleId, Title],
    taken_shows: Container[TitleId],
    limit: int | None = None,
) -> list[ScoredCandidate]:
    """Skips unknown titles, `taken_shows` and repeated shows."""
    free: list[ScoredCandidate] = []
    taken: set[TitleId] = set()
    for scored in ranked:
        title = titles.get(scored[2].title_id)
        if title is None:
            continue
        show = title.card_key
        if show in taken_shows or show in taken:
            continue
        taken.add(show)
        free.append(scored)
        if len(free) == limit:
            break
    return free


def trace_selection(
    trace: Trace,
    row: str,
    ranked: Iterable[ScoredCandidate],
    chosen: Iterable[ScoredCandidate],
    titles: Mapping[TitleId, Title],
    row_of_show: Mapping[TitleId, str],
    max_cards: int,
) -> None:
    """One event for each candidate that was not chosen."""
    chosen_ids = {scored[2].title_id for scored in chosen}
    candidates = list(ranked)
    last = max(
        (rank for rank, scored in enumerate(candidates, 1) if scored[2].title_id in chosen_ids), default=0
    )
    for rank, (score, _, candidate) in enumerate(candidates, start=1):
        title_id = candidate.title_id
        if title_id in chosen_ids:
            continue
        title = titles.get(title_id)
        if title is None:
            trace.append(TraceEvent(row, title_id, TraceStage.FILTER, "", rank, score=score))
        elif title.card_key in row_of_show:
            other = row_of_show[title.card_key]
            trace.append(TraceEvent(row, title_id, TraceStage.DEDUPE, other, rank, score=score))
        elif rank < last:
            detail = "caps, quotas or diversity preferred others"
            trace.append(TraceEvent(row, title_id, TraceStage.CAP, detail, rank, max_cards, score))
        else:
            trace.append(TraceEvent(row, title_id, TraceStage.CUT, "", rank, max_cards, score))
