"""Why rows of a layout are not on a page: no candidates, candidates that were filtered and by what, too few left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.candidates.eligibility import Refusal
from domain.candidates.model import RowCandidates
from domain.candidates.trace import Trace, TraceStage
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.layouts.rule_reach import RuleReach
from domain.page.model import Row

NO_CANDIDATES = "its source proposed no titles"
FAILURES: Mapping[str, str] = {
    "unavailable": "a store did not answer",
    "late": "a store answered too late",
    "fault": "its source failed; the service's log has the error",
}
REFUSED: Mapping[Refusal, str] = {
    Refusal.UNRATED: "without an age rating",
    Refusal.TOO_MATURE: "above the age limit",
    Refusal.NOT_IN_REGION: "without a licence here",
    Refusal.NOT_YET: "with a licence that has not begun",
    Refusal.LICENCE_OVER: "with a licence that is over",
    Refusal.NOT_IN_PLAN: "not in the plan",
    Refusal.BLOCKED: "blocked by a parent",
    Refusal.SERIES_WITHHELD: "of a series that may not be shown",
}


@dataclass(frozen=True, slots=True)
class RowEvidence:
    """`failures`: row spec -> kind of failure. `titles` are eligible, `refusals` are not. `shows_on_page` are of all
    rows. `reach`: row spec -> how far its rule reaches, where that is known."""

    candidates: Sequence[RowCandidates]
    failures: Mapping[str, str]
    titles: Mapping[TitleId, Title]
    refusals: Mapping[TitleId, Refusal] = field(default_factory=dict)
    trace: Trace = field(default_factory=list)
    shows_on_page: Collection[TitleId] = ()
    reach: Mapping[str, RuleReach] = field(default_factory=dict)


def empty_row_reasons(dropped: Iterable[RowSpec], evidence: RowEvidence) -> dict[str, str]:
    """Row spec -> a sentence without a full stop."""
    return {spec.id: _reason(spec, evidence) for spec in dropped}


def short_row_reasons(rows: Iterable[Row], reach: Mapping[str, RuleReach]) -> dict[str, str]:
    """Row spec -> a sentence without a full stop, of the rows on the page that their filter rules leave short."""
    return {
        row.candidates.spec.id: f"{len(row.cards)} of {row.candidates.spec.max_cards} titles; "
        f"{reach[row.candidates.spec.id]}"
        for row in rows
        if row.candidates.spec.id in reach and len(row.cards) < row.candidates.spec.max_cards
    }


def _reason(spec: RowSpec, evidence: RowEvidence) -> str:
    if spec.id in evidence.failures:
        return FAILURES[evidence.failures[spec.id]]
    rows = [row for row in evidence.candidates if row.spec.id == spec.id and row.candidates]
    if not rows:
        return _with_reach(NO_CANDIDATES, spec, evidence)
    return max((_row_reason(row, evidence) for row in rows), key=lambda reason: reason[0])[1]


def _with_reach(reason: str, spec: RowSpec, evidence: RowEvidence) -> str:
    reach = evidence.reach.get(spec.id)
    return f"{reason}; {reach}" if reach else reason


def _row_reason(row: RowCandidates, evidence: RowEvidence) -> tuple[int, str]:
    """With the number of titles left, because the fullest row of a spec says most."""
    own = [event for event in evidence.trace if event.row == row.name]
    dropped_because = next((event.detail for event in own if event.stage == TraceStage.ROW), "")
    ids = {candidate.title_id for candidate in row.candidates}
    refused = {event.title_id: event.detail for event in own if event.stage == TraceStage.RULE}
    causes = Counter(cause for title_id in ids if (cause := _cause(title_id, refused, row, evidence)))
    left = len(ids) - causes.total()
    if dropped_because and not dropped_because[0].isdigit():
        return left, dropped_because
    why = ", ".join(f"{count} {cause}" for cause, count in causes.most_common())
    noun = "title" if len(ids) == 1 else "titles"
    counts = f"{len(ids)} {noun} proposed, {left} left, at least {row.spec.min_cards} needed"
    return left, _with_reach(f"{counts}: {why}" if why else counts, row.spec, evidence)


def _cause(
    title_id: TitleId, refused: Mapping[TitleId, str], row: RowCandidates, evidence: RowEvidence
) -> str:
    """ "" for a title that was left for the row."""
    if title_id in evidence.refusals:
        return REFUSED[evidence.refusals[title_id]]
    title = evidence.titles.get(title_id)
    if title is None:
        return "not in the catalogue"
    if title_id in refused:
        word = refused[title_id]
        return "refused by the row's filter" if word.startswith("its rule") else f"{word} by the viewer"
    is_taken = title.card_key in evidence.shows_on_page and not (row.repeats or row.spec.repeats)
    return "in other rows" if is_taken else ""
