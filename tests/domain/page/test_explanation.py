"""Explanations read off a trace: the row where a title came furthest, the cause, the margin."""

from __future__ import annotations

from dataclasses import replace

from domain.candidates.eligibility import Refusal
from domain.candidates.model import Candidate, RowCandidates
from domain.candidates.trace import Trace, TraceStage
from domain.ids import TitleId
from domain.layouts.model import ShortRule
from domain.page.composition import compose
from domain.page.explanation import Cause, TitleExplanation, TraceEvidence, explain_title
from tests.domain.page.test_composition import composition_input, row_candidates


def scored(candidate_row: RowCandidates, *scores: float) -> RowCandidates:
    candidates = [
        candidate._replace(score=score)
        for candidate, score in zip(candidate_row.candidates, scores, strict=True)
    ]
    return replace(candidate_row, candidates=tuple(candidates))


def explain(
    title: str,
    *candidate_rows: RowCandidates,
    refusal: Refusal | None = None,
    exists: bool = True,
    avoided: str | None = None,
) -> TitleExplanation:
    trace: Trace = []
    compose(composition_input(list(candidate_rows)), trace)
    evidence = TraceEvidence(
        list(candidate_rows), trace, {"my-list": "its gate is closed"}, {"trending": "late"}, avoided
    )
    return explain_title(TitleId(title), exists, refusal, evidence)


def test_a_title_below_the_cut_says_by_how_much() -> None:
    row = scored(row_candidates("picks", "m1", "m2", "m3", most=2), 0.9, 0.8, 0.55)
    explanation = explain("m3", row)
    assert (explanation.cause, explanation.message) == (
        Cause.BELOW_THE_CUT,
        "Row picks: rank 3, cut at 2, 0.250 points short.",
    )
    assert explanation.rows[0].margin is not None
    assert round(explanation.rows[0].margin, 6) == -0.25
    assert explanation.rows[0].sources == ("test",)


def test_a_shown_title_says_where_and_with_what_margin() -> None:
    explanation = explain("m1", scored(row_candidates("picks", "m1", "m2", most=2), 0.9, 0.8))
    assert (explanation.cause, explanation.message) == (Cause.SHOWN, "It is card 1 of row picks.")
    assert explanation.rows[0].margin is not None
    assert round(explanation.rows[0].margin, 6) == 0.1


def test_the_row_where_it_came_furthest_leads() -> None:
    gone = row_candidates("gone", "m3", least=2)
    gone = replace(gone, spec=replace(gone.spec, short=(ShortRule.DROP,)))
    explanation = explain(
        "m3", gone, row_candidates("cut", "m1", "m2", "m3", most=2), row_candidates("other", "m2", "m4")
    )
    assert explanation.cause == Cause.BELOW_THE_CUT
    assert [(row.row, row.event.stage) for row in explanation.rows] == [
        ("cut", TraceStage.CUT),
        ("gone", TraceStage.ROW),
    ]


def test_a_title_in_another_row_names_that_row() -> None:
    candidate = Candidate(TitleId("m1"), "list", other_sources=("other list",))
    below = replace(
        row_candidates("below", "m2", "m3"), candidates=(candidate, Candidate(TitleId("m2"), "list"))
    )
    explanation = explain("m1", row_candidates("above", "m1"), below)
    assert explanation.cause == Cause.SHOWN
    assert explanation.rows[1].event.detail == "above"
    assert explanation.rows[1].sources == ("list", "other list")


def test_a_refusal_is_the_cause_whether_or_not_the_title_was_proposed() -> None:
    explanation = explain("m9", row_candidates("picks", "m1"), refusal=Refusal.TOO_MATURE)
    assert (explanation.cause, explanation.message) == (
        Cause.WITHHELD,
        "This profile may not see it: too mature.",
    )


def test_a_title_that_no_source_proposed_names_the_rows_that_were_not_tried() -> None:
    explanation = explain("m8", row_candidates("picks", "m1"))
    assert explanation.cause == Cause.NOT_PROPOSED
    assert explanation.message == (
        "No row's source proposed it. Sources that did not answer: trending. "
        "Rows not tried: my-list (its gate is closed)."
    )


def test_a_title_that_rows_leave_out_says_why() -> None:
    explanation = explain("m8", row_candidates("picks", "m1"), avoided="watched")
    assert explanation.cause == Cause.NOT_FOR_THIS_ROW
    assert explanation.message == "It was watched, and rows that recommend leave such titles out."


def test_an_unknown_title_is_unknown() -> None:
    assert explain("zz", row_candidates("picks", "m1"), exists=False).cause == Cause.UNKNOWN
