"""Removes outdated candidates from rows served from memory: the viewer may have removed a title or changed a
rating."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from domain.candidates.model import Candidate, RowCandidates
from domain.ids import TitleId
from domain.layouts.row_kinds import RowSource
from domain.viewers.continue_watching import ShowProgress


def remove_outdated_candidates(
    row: RowCandidates,
    progress: Mapping[TitleId, ShowProgress],
    loved: Container[TitleId],
    hidden: Container[TitleId],
) -> RowCandidates:
    """Empty when the seed is no longer loved. `progress`: shows that can be continued; `hidden`: titles not for
    this row."""
    seed = row.reason.seed
    if seed is not None and seed not in loved:
        return replace(row, candidates=())
    remaining = [one for one in row.candidates if one.title_id not in hidden]
    if row.spec.source == RowSource.CONTINUE_WATCHING:
        remaining = [one for one in remaining if _can_resume(one, progress)]
    if row.spec.source == RowSource.WATCH_AGAIN:
        remaining = [one for one in remaining if one.title_id in loved]
    return replace(row, candidates=tuple(_without_false_reason(one, loved) for one in remaining))


def _can_resume(candidate: Candidate, progress: Mapping[TitleId, ShowProgress]) -> bool:
    resume = candidate.resume
    show_id = resume.series_id if resume is not None and resume.series_id else candidate.title_id
    show = progress.get(show_id)
    if show is None:
        return False
    return show.is_open or show.title_id != candidate.title_id


def _without_false_reason(candidate: Candidate, loved: Container[TitleId]) -> Candidate:
    reason = candidate.reason
    if reason is None or reason.seed is None or reason.seed in loved:
        return candidate
    return candidate._replace(reason=None)
