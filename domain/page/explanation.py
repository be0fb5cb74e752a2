"""Why a title is on a page or not, read off a trace (domain/candidates/trace.py).

A title may be a candidate of several rows. The answer is about the row in which it came furthest.
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
_FURTHEST_FIRST = (
    TraceStage.SHOWN,
    TraceStage.CUT,
    TraceStage.CAP,
    TraceStage.DEDUPE,
    TraceStage.ROW,
    TraceStage.RULE,
    TraceStage.FILTER,
)

ExplainScore = Callable[[RowCandidates, Candidate], ScoreParts]


@dataclass(frozen=True, slots=True)
class RowExplanation:
    """`sources` had the title. `margin` is its score less the last shown card's, where both have one. `score_parts`
    add up to its score."""

    row: str
    sources: tuple[str, ...]
    event: TraceEvent
    margin: float | None = None
    score_parts: ScoreParts | None = None


@dataclass(frozen=True, slots=True)
class TitleExplanation:
    """`rows` begins with the row that `cause` is about."""

    title_id: TitleId
    cause: Cause
    message: str
    rows: tuple[RowExplanation, ...] = ()
    is_certain: bool = True
    """False: the page was incomplete."""
    title_name: str = ""
    """"" for an unknown title. For staff: the profile may not be allowed to see it."""


@dataclass(frozen=True, slots=True)
class TraceEvidence:
    """`hidden_rows` and `failed_specs` map a row of the layout to the reason. `excluded_because` ("watched",
    "disliked") says why rows that recommend never propose the title."""

    rows: Sequence[RowCandidates]
    trace: Trace
    hidden_rows: Mapping[str, str]
    failed_specs: Mapping[str, str]
    excluded_because: str | None = None
    score_parts: ExplainScore | None = None


def explain_title(
    title_id: TitleId, exists: bool, refusal: Refusal | None, evidence: TraceEvidence
) -> TitleExplanation:
    """`exists`: the catalogue has the title. `refusal`: of the eligibility check."""
    if not exists:
        return TitleExplanation(title_id, Cause.UNKNOWN, "The catalogue has no such title.")
    rows = _explain_rows(title_id, evidence)
    if refusal is not None:
        message = f"This profile may not see it: {refusal.value.replace('_', ' ')}."
        return TitleExplanation(title_id, Cause.WITHHELD, message, rows)
    if not rows and evidence.excluded_because is not None:
        message = f"It was {evidence.excluded_because}, and rows that recommend leave such titles out."
        return TitleExplanation(title_id, Cause.NOT_FOR_THIS_ROW, message)
    if not rows:
        return TitleExplanation(title_id, Cause.NOT_PROPOSED, _not_proposed_message(evidence))
    return TitleExplanation(title_id, _CAUSES[rows[0].event.stage], _row_message(rows[0]), rows)


def _explain_rows(title_id: TitleId, evidence: TraceEvidence) -> tuple[RowExplanation, ...]:
    found: dict[str, RowExplanation] = {}
    for event in evidence.trace:
        if event.title_id != title_id:
            continue
        known = found.get(event.row)
        if known is None or _FURTHEST_FIRST.index(event.stage) < _FURTHEST_FIRST.index(known.event.stage):
            found[event.row] = _explain_row(event, evidence)
    return tuple(sorted(found.values(), key=lambda row: _FURTHEST_FIRST.index(row.event.stage)))


def _explain_row(event: TraceEvent, evidence: TraceEvidence) -> RowExplanation:
    margin = _margin(event, evidence.trace)
    for row in evidence.rows:
        if row.name != event.row:
            continue
        for candidate in row.candidates:
            if candidate.title_id == event.title_id:
                is_scored = event.score is not None and event.stage != TraceStage.FILTER and not row.ordered
                parts = evidence.score_parts(row, candidate) if is_scored and evidence.score_parts else None
                sources = (candidate.source, *candidate.other_sources)
                return RowExplanation(event.row, sources, event, margin, parts)
    return RowExplanation(event.row, (), event, margin)


def _margin(event: TraceEvent, trace: Trace) -> float | None:
    if event.score is None or event.stage not in (TraceStage.CUT, TraceStage.SHOWN):
        return None
    shown = [
        other.score
        for other in trace
        if other.row == event.row and other.stage == TraceStage.SHOWN and other.score is not None
    ]
    return event.score - min(shown) if shown else None


def _not_proposed_message(evidence: TraceEvidence) -> str:
    message = "No row's source proposed it."
    if evidence.failed_specs:
        message += f" Sources that did not answer: {', '.join(sorted(evidence.failed_specs))}."
    if evidence.hidden_rows:
        hidden = ", ".join(f"{row} ({why})" for row, why in evidence.hidden_rows.items())
        message += f" Rows not tried: {hidden}."
    return message


def _row_message(explanation: RowExplanation) -> str:
    event = explanation.event
    match event.stage:
        case TraceStage.SHOWN:
            return f"It is card {event.rank} of row {event.row}."
        case TraceStage.CUT:
            margin = "" if explanation.margin is None else f", {-explanation.margin:.3f} points short"
            return f"Row {event.row}: rank {event.rank}, cut at {event.cut}{margin}."
        case TraceStage.DEDUPE:
            return f"Row {event.row} passed it over, because row {event.detail} shows it."
        case TraceStage.CAP:
            return f"Row {event.row} has enough of its kind: {event.detail}."
        case TraceStage.ROW:
            return f"Its row {event.row} is not shown: {event.detail}."
        case _:
            return f"Row {event.row} does not take it: {event.detail}."
