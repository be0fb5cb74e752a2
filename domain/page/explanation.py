"""Why a title is on a page, or why it is not: the way it went, from the sources to the last place.

A title may be a candidate of several rows. Its answer is about the row where it came furthest; the others are
told too. Everything is read off a trace (domain/candidates/trace.py), so it is what happened and not a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.candidates.eligibility import Refusal
from domain.candidates.model import Candidate, RowCandidates
from domain.candidates.trace import Trace, TraceEvent, TraceStage
from domain.ids import TitleId
from domain.ranking.scoring import ScoreParts


class Cause(StrEnum):
    """The first thing that kept a title off a page; SHOWN when nothing did."""

    SHOWN = "shown"
    UNKNOWN = "unknown"
    WITHHELD = "withheld"
    NOT_PROPOSED = "not_proposed"
    NOT_FOR_THIS_ROW = "not_for_this_row"
    SHOWN_ELSEWHERE = "shown_elsewhere"
    TOO_MANY_ALIKE = "too_many_alike"
    BELOW_THE_CUT = "below_the_cut"
    ROW_NOT_SHOWN = "row_not_shown"


_CAUSES = {
    TraceStage.SHOWN: Cause.SHOWN,
    TraceStage.FILTER: Cause.WITHHELD,
    TraceStage.RULE: Cause.NOT_FOR_THIS_ROW,
    TraceStage.DEDUPE: Cause.SHOWN_ELSEWHERE,
    TraceStage.CAP: Cause.TOO_MANY_ALIKE,
    TraceStage.CUT: Cause.BELOW_THE_CUT,
    TraceStage.ROW: Cause.ROW_NOT_SHOWN,
}
_FURTHEST = (
    TraceStage.SHOWN,
    TraceStage.CUT,
    TraceStage.CAP,
    TraceStage.DEDUPE,
    TraceStage.ROW,
    TraceStage.RULE,
    TraceStage.FILTER,
)
"""Which of several fates is the title's own: the one nearest to the page."""


Parts = Callable[[RowCandidates, Candidate], ScoreParts]


@dataclass(frozen=True, slots=True)
class RowAccount:
    """A title's way in one row. `sources` had it; `margin` is how far its score was from the last place's
    (negative: below it), where both have a score; `parts` are the terms that add up to its score."""

    row: str
    sources: tuple[str, ...]
    fate: TraceEvent
    margin: float | None = None
    parts: ScoreParts | None = None


@dataclass(frozen=True, slots=True)
class TitleExplanation:
    """The whole answer. `rows` begins with the row that `cause` is about."""

    title_id: TitleId
    cause: Cause
    told: str
    rows: tuple[RowAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceEvidence:
    """What a page was made from. `hidden` maps a row of the layout to why it was not even tried.

    `avoided` says why ordinary rows leave the title out before anything else ("watched", "disliked"); None:
    they do not. `parts` gives the terms of a candidate's score in a row; None: the page was not ranked.
    """

    proposals: Sequence[RowCandidates]
    trace: Trace
    removed: Mapping[TitleId, Refusal]
    hidden: Mapping[str, str]
    failed: Mapping[str, str]
    avoided: str | None = None
    parts: Parts | None = None


def explain_title(
    title_id: TitleId, exists: bool, refusal: Refusal | None, evidence: TraceEvidence
) -> TitleExplanation:
    """Why `title_id` is on the page, or the first cause that it is not, with the margin.

    `exists`: the catalogue has it. `refusal`: the choke point's verdict on it, candidate or not.
    """
    if not exists:
        return TitleExplanation(title_id, Cause.UNKNOWN, "The catalogue has no such title.")
    rows = _rows(title_id, evidence)
    if refusal is not None:
        return TitleExplanation(title_id, Cause.WITHHELD, _withheld(refusal), rows)
    if not rows and evidence.avoided is not None:
        told = f"It was {evidence.avoided}, and rows that recommend leave such titles out."
        return TitleExplanation(title_id, Cause.NOT_FOR_THIS_ROW, told)
    if not rows:
        return TitleExplanation(title_id, Cause.NOT_PROPOSED, _not_proposed(evidence))
    cause = _CAUSES[rows[0].fate.stage]
    return TitleExplanation(title_id, cause, _told(rows[0]), rows)


def _rows(title_id: TitleId, evidence: TraceEvidence) -> tuple[RowAccount, ...]:
    found: dict[str, RowAccount] = {}
    for fate in evidence.trace:
        if fate.title_id != title_id:
            continue
        known = found.get(fate.row)
        if known is None or _FURTHEST.index(fate.stage) < _FURTHEST.index(known.fate.stage):
            found[fate.row] = _row(fate, evidence)
    return tuple(sorted(found.values(), key=lambda row: _FURTHEST.index(row.fate.stage)))


def _row(fate: TraceEvent, evidence: TraceEvidence) -> RowAccount:
    margin = _margin(fate, evidence.trace)
    for proposal in evidence.proposals:
        if proposal.name != fate.row:
            continue
        for candidate in proposal.candidates:
            if candidate.title_id == fate.title_id:
                explained = (
                    fate.score is not None and fate.stage != TraceStage.FILTER and not proposal.ordered
                )
                parts = evidence.parts(proposal, candidate) if explained and evidence.parts else None
                return RowAccount(fate.row, _names(candidate), fate, margin, parts)
    return RowAccount(fate.row, (), fate, margin)


def _names(candidate: Candidate) -> tuple[str, ...]:
    return (candidate.source, *candidate.also)


def _margin(fate: TraceEvent, trace: Trace) -> float | None:
    """Its score less that of the last card shown in the row."""
    if fate.score is None or fate.stage not in (TraceStage.CUT, TraceStage.SHOWN):
        return None
    shown = [
        other.score
        for other in trace
        if other.row == fate.row and other.stage == TraceStage.SHOWN and other.score is not None
    ]
    return fate.score - min(shown) if shown else None


def _withheld(refusal: Refusal) -> str:
    return f"This profile may not see it: {refusal.value.replace('_', ' ')}."


def _not_proposed(evidence: TraceEvidence) -> str:
    told = "No row's source proposed it."
    if evidence.failed:
        told += f" Sources that did not answer: {', '.join(sorted(evidence.failed))}."
    if evidence.hidden:
        told += f" Rows not tried: {', '.join(f'{row} ({why})' for row, why in evidence.hidden.items())}."
    return told


def _told(account: RowAccount) -> str:
    fate = account.fate
    match fate.stage:
        case TraceStage.SHOWN:
            return f"It is card {fate.rank} of row {fate.row}."
        case TraceStage.CUT:
            margin = "" if account.margin is None else f", {-account.margin:.3f} points short"
            return f"Row {fate.row}: rank {fate.rank}, cut at {fate.cut}{margin}."
        case TraceStage.DEDUPE:
            return f"Row {fate.row} passed it over, because row {fate.detail} shows it."
        case TraceStage.CAP:
            return f"Row {fate.row} has enough of its kind: {fate.detail}."
        case TraceStage.ROW:
            return f"Its row {fate.row} is not shown: {fate.detail}."
        case _:
            return f"Row {fate.row} does not take it: {fate.detail}."
