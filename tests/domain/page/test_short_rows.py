"""Rows that come up short: filled up, merged, replaced or dropped, never under a name that is not true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidates.model import RowCandidates, Tier
from domain.candidates.trace import Trace, TraceStage
from domain.ids import TitleId
from domain.layouts.model import Promise, RowSource, ShortRule
from domain.page.composition import Composition, compose
from domain.page.short_rows import ShortRow
from domain.recommendations.reasons import Reason, ReasonKind
from tests.domain.page.test_composition import a_menu, a_proposal, shown

POPULAR = Reason(ReasonKind.POPULAR, detail="DE")


def ruled(proposal: RowCandidates, *rules: ShortRule, stand_in: str | None = None) -> RowCandidates:
    return replace(proposal, spec=replace(proposal.spec, short=rules, stand_in=stand_in))


def reserve(proposal: RowCandidates, *ids: str, tier: Tier = Tier.REGIONAL) -> RowCandidates:
    """Popular titles for the row of `proposal`."""
    made = a_proposal(proposal.spec.id, *ids, reason=POPULAR)
    return replace(made, spec=proposal.spec, tier=tier)


def test_a_short_row_is_filled_up_from_the_first_rung_that_suffices() -> None:
    picks = a_proposal("picks", "m1", least=3)
    made = compose(
        a_menu(
            [picks],
            reserves=[
                reserve(picks, "m1", "m2"),
                reserve(picks, "m3", "m4", tier=Tier.GLOBAL),
                reserve(picks, "m5", tier=Tier.STATIC),
            ],
        )
    )
    assert shown(made.rows) == {"picks": ["m1", "m2", "m3", "m4"]}
    assert made.rows[0].tier == Tier.GLOBAL
    assert made.rows[0].proposal.reason == Reason(ReasonKind.TASTE)
    assert made.lacking == ()


def test_a_short_row_says_that_a_lower_rung_could_help() -> None:
    made = compose(a_menu([a_proposal("picks", "m1", least=3)]))
    assert made == Composition((), (ShortRow("picks", failed=False),))


@pytest.mark.parametrize(
    "reason",
    [
        Reason(ReasonKind.BECAUSE_YOU_WATCHED, seed=TitleId("m8")),
        Reason(ReasonKind.GENRE, detail="Drama"),
        Reason(ReasonKind.NEW),
        Reason(ReasonKind.MY_LIST),
        Reason(ReasonKind.TRENDING, detail="DE:day"),
        Reason(ReasonKind.CONTINUE),
    ],
)
def test_a_row_whose_name_would_become_untrue_is_never_filled_up(reason: Reason) -> None:
    row = a_proposal("row", "m1", least=2, reason=reason)
    made = compose(a_menu([row], reserves=[reserve(row, "m2", "m3")]))
    assert made == Composition((), ())


def test_a_merged_row_gives_its_titles_to_the_next_of_its_source_and_reason() -> None:
    first = ruled(a_proposal("first", "m1", least=2), ShortRule.MERGE, ShortRule.DROP)
    other = a_proposal("other", "m2", "m3", reason=Reason(ReasonKind.NEW))
    second = a_proposal("second", "m4", "m5", least=3)
    assert shown(compose(a_menu([first, other, second])).rows) == {
        "other": ["m2", "m3"],
        "second": ["m1", "m4", "m5"],
    }


def test_a_row_with_nothing_to_merge_into_goes() -> None:
    alone = ruled(a_proposal("alone", "m1", least=2), ShortRule.MERGE, ShortRule.DROP)
    assert compose(a_menu([alone])).rows == ()


def test_a_stand_in_appears_in_the_place_of_its_row_and_nowhere_else() -> None:
    short = ruled(a_proposal("short", "m1", least=2), ShortRule.REPLACE, stand_in="spare")
    below = a_proposal("below", "m2", "m3")
    spare = a_proposal("spare", "m1", "m4")
    rows = compose(a_menu([short, below, spare], stand_ins=(spare.spec,))).rows
    assert [row.proposal.name for row in rows] == ["spare", "below"]
    assert shown(rows)["spare"] == ["m1", "m4"]

    full = replace(short, spec=replace(short.spec, min_cards=1))
    rows = compose(a_menu([full, below, spare], stand_ins=(spare.spec,))).rows
    assert [row.proposal.name for row in rows] == ["short", "below"]


def test_a_source_that_failed_is_replaced_by_the_first_rung_that_fills_a_row_of_another_name() -> None:
    trending = a_proposal("trending", least=2)
    popular = a_proposal("popular", "m1", "m2", reason=POPULAR)
    good = replace(reserve(trending, "m3", "m4", tier=Tier.LAST_GOOD), reason=Reason(ReasonKind.NEW))
    menu = a_menu(
        [popular],
        reserves=[reserve(trending, "m5", "m6", tier=Tier.REGIONAL), good],
        failed={"trending"},
        layout=replace(a_menu([trending, popular]).layout),
    )
    rows = compose(menu).rows
    # "Popular in Germany" stands there already: the next rung has another name.
    assert [(row.proposal.name, row.tier) for row in rows] == [
        ("trending", Tier.LAST_GOOD),
        ("popular", Tier.FRESH),
    ]
    assert shown(rows)["trending"] == ["m3", "m4"]


def test_a_page_with_too_few_rows_gets_whole_ones_until_it_keeps_its_promise() -> None:
    only = a_proposal("only", "m1", "m2")
    layout = replace(a_menu([only]).layout, promise=Promise(min_rows=3))
    floor = [
        a_proposal("a", "m2", "m1", least=2, reason=POPULAR),
        a_proposal("b", "m3", "m4", reason=Reason(ReasonKind.GENRE, detail="Drama")),
        a_proposal("c", "m5", "m6", reason=Reason(ReasonKind.GENRE, detail="Crime")),
        a_proposal("d", "m7", "m8", reason=Reason(ReasonKind.NEW)),
    ]
    made = compose(a_menu([only], layout=layout, floor=floor))
    assert [row.proposal.name for row in made.rows] == ["only", "b", "c"]
    assert made.lacking == ()
    assert compose(a_menu([only], layout=layout)).lacking == (ShortRow(None, failed=False),)


def test_a_page_of_what_is_known_already_gets_a_row_to_discover() -> None:
    known = [
        a_proposal(name, f"m{number}", reason=Reason(ReasonKind.MY_LIST), instead=RowSource.MY_LIST)
        for number, name in enumerate(("one", "two", "three"))
    ]
    layout = replace(a_menu(known).layout, promise=Promise(min_rows=3, discovery_rows=1))
    floor = [
        a_proposal("a", "m2", "m5", reason=POPULAR),
        a_proposal("b", "m6", reason=Reason(ReasonKind.NEW)),
    ]
    made = compose(a_menu(known, layout=layout, floor=floor))
    assert shown(made.rows) == {"one": ["m0"], "two": ["m1"], "three": ["m2"], "a": ["m5"]}
    assert made.lacking == ()
    assert compose(a_menu(known, layout=layout)).lacking == (ShortRow(None, failed=False),)


def test_a_trace_says_what_became_of_every_candidate() -> None:
    trace: Trace = []
    first = a_proposal("first", "m1", "gone", "m2", most=1)
    second = a_proposal("second", "m1", "m3")
    third = ruled(a_proposal("third", "m3", "m4", least=2), ShortRule.DROP)
    compose(a_menu([first, second, third]), trace)
    told = {(fate.row, fate.title_id): (fate.stage, fate.detail, fate.rank, fate.cut) for fate in trace}
    assert told == {
        ("first", "m1"): (TraceStage.SHOWN, "", 1, None),
        ("first", "gone"): (TraceStage.FILTER, "", 2, None),
        ("first", "m2"): (TraceStage.CUT, "", 3, 1),
        ("second", "m1"): (TraceStage.DEDUPE, "first", 1, None),
        ("second", "m3"): (TraceStage.SHOWN, "", 1, None),
        ("third", "m3"): (TraceStage.ROW, "1 of at least 2 titles", 1, None),
        ("third", "m4"): (TraceStage.ROW, "1 of at least 2 titles", 2, None),
    }
