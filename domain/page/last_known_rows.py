"""What of a row that was served before still holds, when it has to be served again from memory.

The viewer may have done something since, on another device: a removal must stay a removal and a reason must
stay true, also while the source that would know better does not answer.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace

from domain.candidates.model import Candidate, RowCandidates
from domain.ids import TitleId
from domain.layouts.model import RowSource
from domain.viewers.continue_watching import ShowProgress


def still_true(
    proposal: RowCandidates,
    standings: Mapping[TitleId, ShowProgress],
    loved: Container[TitleId],
    hidden: Container[TitleId],
) -> RowCandidates:
    """The proposal without what no longer holds: empty when the title it is about is no longer loved.

    `standings` are the shows that Continue Watching may speak of now, `hidden` what this row may not propose.
    """
    seed = proposal.reason.seed
    if seed is not None and seed not in loved:
        return replace(proposal, candidates=())
    kept = [one for one in proposal.candidates if one.title_id not in hidden]
    if proposal.spec.source == RowSource.CONTINUE_WATCHING:
        kept = [one for one in kept if _still_to_resume(one, standings)]
    if proposal.spec.source == RowSource.WATCH_AGAIN:
        kept = [one for one in kept if one.title_id in loved]
    return replace(proposal, candidates=tuple(_with_true_reason(one, loved) for one in kept))


def _still_to_resume(candidate: Candidate, standings: Mapping[TitleId, ShowProgress]) -> bool:
    """Its show is still to be continued, and this very title has not been finished meanwhile."""
    resume = candidate.resume
    show = resume.series_id if resume is not None and resume.series_id else candidate.title_id
    standing = standings.get(show)
    if standing is None:
        return False
    return not (standing.title_id == candidate.title_id and standing.watch.finished)


def _with_true_reason(candidate: Candidate, loved: Container[TitleId]) -> Candidate:
    reason = candidate.reason
    if reason is None or reason.seed is None or reason.seed in loved:
        return candidate
    return candidate._replace(reason=None)
