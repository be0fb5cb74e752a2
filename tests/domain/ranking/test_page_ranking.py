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
from domain.ranking.page_ranking import UNKNOWN_FIT, Ranking, row_fit, row_value
from domain.ranking.scoring import ranking_signals
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
