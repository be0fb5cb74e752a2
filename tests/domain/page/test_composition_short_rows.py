"""Short rows are widened, merged, replaced or dropped, and never get a false title."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.candidates.model import FreshnessSource, RowCandidates, Tier
from domain.candidates.trace import Trace, TraceStage
from domain.ids import TitleId
from domain.layouts.model import Promise, ShortRule
from domain.layouts.row_kinds import RowSource
from domain.page.composition import Composition, ShortRow, compose
from domain.recommendations.reasons import Reason, ReasonKind
from tests.domain.page.test_composition import composition_input, row_candidates, shown

POPULAR = Reason(ReasonKind.POPULAR, detail="DE")


def ruled(row: RowCandidates, *rules: ShortRule, stand_in: str | None = None) -> RowCandidates:
    return replace(row, spec=replace(row.spec, short=rules, stand_in=stand_in))


def fallback(row: RowCandidates, *ids: str, tier: Tier = Tier.REGIONAL) -> RowCandidates:
    """Popular titles for this row."""
    made = row_candidates(row.spec.id, *ids, reason=POPULAR)
    return replace(made, spec=row.spec, tier=tier)


def test_a_short_row_is_widened_from_the_first_tier_that_suffices() -> None:
    picks = row_candidates("picks", "m1", least=3)
    made = compose(
        composition_input(
            [picks],
            fallback_rows=[
                fallback(picks, "m1", "m2"),
                fallback(picks, "m3", "m4", tier=Tier.GLOBAL),
                fallback(picks, "m5", tier=Tier.STATIC),
            ],
        )
    )
    assert shown(made.rows) == {"picks": ["m1", "m2", "m3", "m4"]}
    assert made.rows[0].tier == Tier.GLOBAL
    assert made.rows[0].candidates.reason == Reason(ReasonKind.TASTE)
    assert made.short_rows == ()


def test_a_short_row_reports_that_a_lower_tier_could_help() -> None:
    made = compose(composition_input([row_candidates("picks", "m1", least=3)]))
    assert made == Composition((), (ShortRow("picks"),))


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
def test_a_row_whose_title_would_become_false_is_never_widened(reason: Reason) -> None:
    row = row_candidates("row", "m1", least=2, reason=reason)
    made = compose(composition_input([row], fallback_rows=[fallback(row, "m2", "m3")]))
    assert made == Composition((), ())


def test_a_merged_row_gives_its_titles_to_the_next_of_its_source_and_reason() -> None:
    first = ruled(row_candidates("first", "m1", least=2), ShortRule.MERGE, ShortRule.DROP)
    other = row_candidates("other", "m2", "m3", reason=Reason(ReasonKind.NEW))
    second = row_candidates("second", "m4", "m5", least=3)
    assert shown(compose(composition_input([first, other, second])).rows) == {
        "other": ["m2", "m3"],
        "second": ["m1", "m4", "m5"],
    }


def test_a_row_with_no_row_to_merge_into_is_dropped() -> None:
    alone = ruled(row_candidates("alone", "m1", least=2), ShortRule.MERGE, ShortRule.DROP)
    assert compose(composition_input([alone])).rows == ()


def test_a_stand_in_only_appears_in_the_place_of_its_row() -> None:
    short = ruled(row_candidates("short", "m1", least=2), ShortRule.REPLACE, stand_in="spare")
    below = row_candidates("below", "m2", "m3")
    spare = row_candidates("spare", "m1", "m4")
    rows = compose(composition_input([short, below, spare], stand_ins=(spare.spec,))).rows
    assert [row.candidates.name for row in rows] == ["spare", "below"]
    assert shown(rows)["spare"] == ["m1", "m4"]

    full = replace(short, spec=replace(short.spec, min_cards=1))
    rows = compose(composition_input([full, below, spare], stand_ins=(spare.spec,))).rows
    assert [row.candidates.name for row in rows] == ["short", "below"]


def test_a_failed_source_is_replaced_by_the_first_fallback_row_with_another_title() -> None:
    trending = row_candidates("trending", least=2)
    popular = row_candidates("popular", "m1", "m2", reason=POPULAR)
    good = replace(fallback(trending, "m3", "m4", tier=Tier.LAST_GOOD), reason=Reason(ReasonKind.NEW))
    inputs = composition_input(
        [popular],
        fallback_rows=[fallback(trending, "m5", "m6", tier=Tier.REGIONAL), good],
        failed_specs={"trending"},
        layout=replace(composition_input([trending, popular]).layout),
    )
    rows = compose(inputs).rows
    # "Popular in Germany" is on the page already: the next fallback row has another title.
    assert [(row.candidates.name, row.tier) for row in rows] == [
        ("trending", Tier.LAST_GOOD),
        ("popular", Tier.FRESH),
    ]
    assert shown(rows)["trending"] == ["m3", "m4"]


def test_a_page_with_too_few_rows_gets_filler_rows_until_it_keeps_its_promise() -> None:
    only = row_candidates("only", "m1", "m2")
    layout = replace(composition_input([only]).layout, promise=Promise(min_rows=3))
    floor = [
        row_candidates("a", "m2", "m1", least=2, reason=POPULAR),
        row_candidates("b", "m3", "m4", reason=Reason(ReasonKind.GENRE, detail="Drama")),
        row_candidates("c", "m5", "m6", reason=Reason(ReasonKind.GENRE, detail="Crime")),
        row_candidates("d", "m7", "m8", reason=Reason(ReasonKind.NEW)),
    ]
    made = compose(composition_input([only], layout=layout, filler_rows=floor))
    assert [row.candidates.name for row in made.rows] == ["only", "b", "c"]
    assert made.short_rows == ()
    assert compose(composition_input([only], layout=layout)).short_rows == (ShortRow(None),)


def test_a_page_of_familiar_rows_gets_a_discovery_row() -> None:
    known = [
        row_candidates(name, f"m{number}", reason=Reason(ReasonKind.MY_LIST), kind_override=RowSource.MY_LIST)
        for number, name in enumerate(("one", "two", "three"))
    ]
    layout = replace(composition_input(known).layout, promise=Promise(min_rows=3, discovery_rows=1))
    floor = [
        row_candidates("a", "m2", "m5", reason=POPULAR),
        row_candidates("b", "m6", reason=Reason(ReasonKind.NEW)),
    ]
    made = compose(composition_input(known, layout=layout, filler_rows=floor))
    assert shown(made.rows) == {"one": ["m0"], "two": ["m1"], "three": ["m2"], "a": ["m5"]}
    assert made.short_rows == ()
    assert compose(composition_input(known, layout=layout)).short_rows == (ShortRow(None),)


def test_a_trace_has_an_event_for_every_candidate() -> None:
    trace: Trace = []
    first = row_candidates("first", "m1", "gone", "m2", most=1)
    second = row_candidates("second", "m1", "m3")
    third = ruled(row_candidates("third", "m3", "m4", least=2), ShortRule.DROP)
    compose(composition_input([first, second, third]), trace)
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


def test_two_short_rows_do_not_both_become_the_same_stand_in() -> None:
    one, two = (
        ruled(row_candidates(name, name, least=2), ShortRule.REPLACE, stand_in="spare")
        for name in ("m1", "m2")
    )
    spare = row_candidates("spare", "m3", "m4", "m5", "m6", most=2)
    rows = compose(composition_input([one, two, spare], stand_ins=(spare.spec,))).rows
    assert shown(rows) == {"spare": ["m3", "m4"]}
    other = replace(spare, key="other")
    rows = compose(composition_input([one, two, spare, other], stand_ins=(spare.spec,))).rows
    assert [row.candidates.name for row in rows] == ["spare", "spare~other"]


def test_a_stand_in_is_no_second_row_of_what_is_popular_and_none_about_a_title_that_may_not_be_shown() -> (
    None
):
    popular = row_candidates("popular", "m1", "m2", reason=POPULAR)
    short = ruled(row_candidates("short", "m3", least=2), ShortRule.REPLACE, stand_in="spare")
    charts = row_candidates("spare", "m4", "m5", reason=Reason(ReasonKind.POPULAR, detail="ZZ"))
    assert shown(compose(composition_input([popular, short, charts], stand_ins=(charts.spec,))).rows) == {
        "popular": ["m1", "m2"]
    }
    withheld = replace(charts, reason=Reason(ReasonKind.BECAUSE_YOU_WATCHED, TitleId("withheld")))
    assert shown(compose(composition_input([short, withheld], stand_ins=(withheld.spec,))).rows) == {}


def test_what_fills_up_a_page_is_a_second_row_of_what_is_popular_last() -> None:
    popular = row_candidates("popular", "m1", "m2", reason=POPULAR)
    fillers = [
        row_candidates("everywhere", "m3", "m4", reason=Reason(ReasonKind.POPULAR, detail="ZZ")),
        row_candidates("drama", "m5", "m6", reason=Reason(ReasonKind.GENRE, detail="Drama")),
        row_candidates("again", "m1", "m2", reason=Reason(ReasonKind.GENRE, detail="Crime"), repeats=True),
    ]
    for least, names in ((2, {"drama"}), (3, {"drama", "everywhere"}), (4, {"drama", "everywhere", "again"})):
        layout = replace(composition_input([popular]).layout, promise=Promise(min_rows=least))
        rows = compose(composition_input([popular], layout=layout, filler_rows=fillers)).rows
        assert shown(rows).keys() - {"popular"} == names


def test_a_list_of_the_viewers_own_is_read_on_until_it_is_full() -> None:
    row = row_candidates("list", "m1", "gone", most=4, more=True)
    assert compose(composition_input([row])).cut_rows == frozenset()
    own = replace(row, freshness=FreshnessSource.LIVE)
    assert compose(composition_input([own])).cut_rows == {"list"}
    assert compose(composition_input([replace(own, more=False)])).cut_rows == frozenset()
