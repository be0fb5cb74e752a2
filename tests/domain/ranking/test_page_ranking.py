"""What a row is worth: the designer's order as a prior, the fit of its first cards, tasks by their likelihood."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate, RowCandidates
from domain.ids import TitleId
from domain.layouts.row_kinds import RowSource
from domain.page.composition import compose
from domain.page.inputs import CompositionInput
from domain.ranking.page_ranking import UNKNOWN_FIT, Ranking, pick_fit, row_fit, row_value
from domain.ranking.scoring import ranking_signals
from domain.recommendations.lists import Pick, PickSource, TopPicks
from domain.viewers.activity import Activity
from tests.domain.made import HOUR, MINA, NOW, a_watch, watching
from tests.domain.page.test_composition import WORLD, composition_input, row_candidates


def scored(*scores: float) -> list[tuple[float, int, Candidate]]:
    return [(each, rank, Candidate(TitleId(f"m{rank}"), "test")) for rank, each in enumerate(scores)]


def test_with_equal_fit_the_designers_order_holds() -> None:
    values = [row_value(place, 0.4) for place in range(12)]
    assert values == sorted(values, reverse=True)


def test_a_row_has_to_fit_clearly_better_to_pass_one_above() -> None:
    assert row_value(4, 0.5) < row_value(0, 0.4)
    assert row_value(4, 1.0) > row_value(0, 0.4)


def test_the_first_cards_say_most_of_a_row() -> None:
    assert row_fit(scored(1.0, 0.0, 0.0, 0.0, 0.0), 1.0) > row_fit(scored(0.0, 0.0, 0.0, 0.0, 1.0), 1.0)
    assert row_fit(scored(1.0, 1.0), 1.0) == 1.0
    assert row_fit(scored(), 1.0) == 0.0
    assert row_fit(scored(-1.0, -2.0), 1.0) == 0.0


@given(st.lists(st.floats(-2, 4), max_size=8), st.floats(0.01, 3))
def test_fit_is_a_share(scores: list[float], best: float) -> None:
    assert 0.0 <= row_fit(scored(*scores), best) <= 1.0


def ranked(found_rows: list[RowCandidates], activity: Activity) -> CompositionInput:
    page_input = composition_input(found_rows)
    layout = replace(page_input.layout, personal_order=True)
    ranking = Ranking(layout, WORLD, ranking_signals(activity, WORLD, None, NOW), activity)
    return replace(page_input, layout=layout, rank=ranking.rank, row_value=ranking.value)


def resuming() -> RowCandidates:
    made = row_candidates("continue", "m1")
    return replace(made, ordered=True, spec=replace(made.spec, source=RowSource.CONTINUE_WATCHING))


def order_of(activity: Activity) -> list[str]:
    rows = compose(
        ranked([resuming(), row_candidates("a", "m2", "m3"), row_candidates("b", "m4")], activity)
    ).rows
    return [row.candidates.name for row in rows]


def test_continue_watching_rises_with_the_likelihood_of_resuming() -> None:
    just_now = watching(m1=a_watch(HOUR, 6000, 7440))
    long_ago = watching(m1=a_watch(24 * 60 * HOUR, 6000, 7440))
    assert order_of(just_now) == ["continue", "a", "b"]
    assert order_of(long_ago) == ["a", "b", "continue"]


def test_rows_without_a_comparable_score_are_in_the_middle() -> None:
    chart = replace(row_candidates("chart", "m1"), ordered=True)
    ranking = Ranking(
        composition_input([chart]).layout,
        WORLD,
        ranking_signals(Activity(MINA), WORLD, None, NOW),
        Activity(MINA),
    )
    assert ranking.value(0, chart, scored(9.0)) == row_value(0, UNKNOWN_FIT)


def picks_of(*ids: str) -> TopPicks:
    """Scores 10, 9, 8 and so on."""
    return TopPicks(
        tuple(Pick(TitleId(one), 10.0 - rank, PickSource.SIMILAR) for rank, one in enumerate(ids)), (), NOW
    )


def test_a_row_is_worth_what_the_nightly_list_says_of_its_first_cards() -> None:
    row, chart = row_candidates("row", "m5"), replace(row_candidates("chart", "m5"), ordered=True)
    signals = ranking_signals(Activity(MINA), WORLD, picks_of("m0", "m1", "m2"), NOW)
    ranking = Ranking(composition_input([row, chart]).layout, WORLD, signals, Activity(MINA))
    best, second = scored(0.0, 0.0, 0.0), scored(0.0, 0.0)[1:]
    assert ranking.value(0, row, best) == ranking.value(0, chart, best) == row_value(0, 1.0)
    assert ranking.value(0, row, second) == row_value(0, pick_fit(second, {"m0": 1.0, "m1": 0.9, "m2": 0.8}))
    assert ranking.value(9, row, second) == row_value(9, pick_fit(second, signals.picks), 1000.0)
    assert pick_fit(second, {TitleId("m0"): 1.0, TitleId("m1"): 0.5}) == 0.5 / (1.0 + 0.8 * 0.5)
    editors = replace(chart, spec=replace(chart.spec, source=RowSource.EDITORIAL))
    assert ranking.value(0, editors, best) == row_value(0, UNKNOWN_FIT)


def test_a_chart_is_worth_only_what_its_first_cards_add_to_the_page() -> None:
    """m3 is its seventh card, which nobody sees at once."""
    ids = ("m1", "m2", "m8", "m4", "m5", "m7", "m3")
    chart = replace(row_candidates("chart", *ids, most=10), ordered=True, repeats=True)
    other = row_candidates("other", "m6")
    page_input = composition_input([row_candidates("picks", "m1", "m2", least=2), chart, other])
    layout = replace(page_input.layout, personal_order=True)
    signals = ranking_signals(Activity(MINA), WORLD, picks_of("m1", "m2", "m3", "m6"), NOW)
    ranking = Ranking(layout, WORLD, signals, Activity(MINA))
    rows = compose(replace(page_input, layout=layout, rank=ranking.rank, row_value=ranking.value)).rows
    assert [row.candidates.name for row in rows] == ["picks", "other", "chart"]
