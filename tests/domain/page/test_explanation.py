"""One title's way over a page, read off the trace: the row where it came furthest, the cause, the margin."""

from __future__ import annotations

from dataclasses import replace

from domain.candidates.eligibility import Refusal
from domain.candidates.model import Candidate, RowCandidates
from domain.candidates.trace import Trace, TraceStage
from domain.ids import TitleId
from domain.layouts.model import ShortRule
from domain.page.composition import compose
from domain.page.explanation import Cause, TitleExplanation, TraceEvidence, explain_title
from tests.domain.page.test_composition import a_menu, a_proposal


def scored(proposal: RowCandidates, *scores: float) -> RowCandidates:
    candidates = [
        candidate._replace(score=score) for candidate, score in zip(proposal.candidates, scores, strict=True)
    ]
    return replace(proposal, candidates=tuple(candidates))


def asked(
    title: str,
    *proposals: RowCandidates,
    refusal: Refusal | None = None,
    exists: bool = True,
    avoided: str | None = None,
) -> TitleExplanation:
    trace: Trace = []
    compose(a_menu(list(proposals)), trace)
    evidence = TraceEvidence(
        list(proposals), trace, {}, {"my-list": "its gate is closed"}, {"trending": "late"}, avoided
    )
    return explain_title(TitleId(title), exists, refusal, evidence)


def test_a_title_below_the_cut_says_by_how_much() -> None:
    row = scored(a_proposal("picks", "m1", "m2", "m3", most=2), 0.9, 0.8, 0.55)
    account = asked("m3", row)
    assert (account.cause, account.told) == (
        Cause.BELOW_THE_CUT,
        "Row picks: rank 3, cut at 2, 0.250 points short.",
    )
    assert account.rows[0].margin is not None
    assert round(account.rows[0].margin, 6) == -0.25
    assert account.rows[0].sources == ("test",)


def test_a_shown_title_says_where_and_with_what_margin() -> None:
    account = asked("m1", scored(a_proposal("picks", "m1", "m2", most=2), 0.9, 0.8))
    assert (account.cause, account.told) == (Cause.SHOWN, "It is card 1 of row picks.")
    assert account.rows[0].margin is not None
    assert round(account.rows[0].margin, 6) == 0.1


def test_of_several_rows_the_one_where_it_came_furthest_leads() -> None:
    gone = a_proposal("gone", "m3", least=2)
    gone = replace(gone, spec=replace(gone.spec, short=(ShortRule.DROP,)))
    account = asked("m3", gone, a_proposal("cut", "m1", "m2", "m3", most=2), a_proposal("other", "m2", "m4"))
    assert account.cause == Cause.BELOW_THE_CUT
    assert [(row.row, row.fate.stage) for row in account.rows] == [
        ("cut", TraceStage.CUT),
        ("gone", TraceStage.ROW),
    ]


def test_a_title_that_stands_in_another_row_names_it() -> None:
    candidate = Candidate(TitleId("m1"), "list", also=("other list",))
    below = replace(a_proposal("below", "m2", "m3"), candidates=(candidate, Candidate(TitleId("m2"), "list")))
    account = asked("m1", a_proposal("above", "m1"), below)
    assert account.cause == Cause.SHOWN
    assert account.rows[1].fate.detail == "above"
    assert account.rows[1].sources == ("list", "other list")


def test_the_choke_point_is_the_cause_whether_or_not_it_was_proposed() -> None:
    account = asked("m9", a_proposal("picks", "m1"), refusal=Refusal.TOO_MATURE)
    assert (account.cause, account.told) == (
        Cause.WITHHELD,
        "This profile may not see it: too mature.",
    )


def test_a_title_nobody_proposed_says_which_rows_were_not_even_tried() -> None:
    account = asked("m8", a_proposal("picks", "m1"))
    assert account.cause == Cause.NOT_PROPOSED
    assert account.told == (
        "No row's source proposed it. Sources that did not answer: trending. "
        "Rows not tried: my-list (its gate is closed)."
    )


def test_a_title_that_rows_leave_out_says_why() -> None:
    account = asked("m8", a_proposal("picks", "m1"), avoided="watched")
    assert account.cause == Cause.NOT_FOR_THIS_ROW
    assert account.told == "It was watched, and rows that recommend leave such titles out."


def test_an_unknown_title_is_unknown() -> None:
    assert asked("zz", a_proposal("picks", "m1"), exists=False).cause == Cause.UNKNOWN
