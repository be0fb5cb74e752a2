"""What a row is worth: the designer's order as a prior, the fit of its first cards, tasks by their likelihood."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate, RowCandidates
from domain.ids import TitleId
from domain.layouts.model import RowSource
from domain.page.composition import compose
from domain.page.inputs import CompositionInput
from domain.ranking.page_ranking import Ranking
from domain.ranking.row_value import UNKNOWN_FIT, fit_of, row_value
from domain.ranking.scoring import signals_of
from domain.viewers.activity import Activity
from tests.domain.made import HOUR, MINA, NOW, a_watch, watching
from tests.domain.page.test_composition import WORLD, a_menu, a_proposal


def scored(*scores: float) -> list[tuple[float, int, Candidate]]:
    return [(each, rank, Candidate(TitleId(f"m{rank}"), "test")) for rank, each in enumerate(scores)]


def test_with_equal_fit_the_designers_order_stands() -> None:
    values = [row_value(place, 0.4) for place in range(12)]
    assert values == sorted(values, reverse=True)


def test_a_row_has_to_fit_clearly_better_to_pass_one_above() -> None:
    assert row_value(4, 0.5) < row_value(0, 0.4)
    assert row_value(4, 1.0) > row_value(0, 0.4)


def test_the_first_cards_say_most_of_a_row() -> None:
    assert fit_of(scored(1.0, 0.0, 0.0, 0.0, 0.0), 1.0) > fit_of(scored(0.0, 0.0, 0.0, 0.0, 1.0), 1.0)
    assert fit_of(scored(1.0, 1.0), 1.0) == 1.0
    assert fit_of(scored(), 1.0) == 0.0
    assert fit_of(scored(-1.0, -2.0), 1.0) == 0.0


@given(st.lists(st.floats(-2, 4), max_size=8), st.floats(0.01, 3))
def test_fit_is_a_share(scores: list[float], best: float) -> None:
    assert 0.0 <= fit_of(scored(*scores), best) <= 1.0


def ranked(proposals: list[RowCandidates], activity: Activity) -> CompositionInput:
    menu = a_menu(proposals)
    layout = replace(menu.layout, personal_order=True)
    ranking = Ranking(layout, WORLD, signals_of(activity, WORLD, None, NOW), activity)
    return replace(menu, layout=layout, rank=ranking.rank, value=ranking.value)


def resuming() -> RowCandidates:
    made = a_proposal("continue", "m1")
    return replace(made, ordered=True, spec=replace(made.spec, source=RowSource.CONTINUE_WATCHING))


def order_of(activity: Activity) -> list[str]:
    rows = compose(ranked([resuming(), a_proposal("a", "m2", "m3"), a_proposal("b", "m4")], activity)).rows
    return [row.proposal.name for row in rows]


def test_continue_watching_rises_with_the_likelihood_of_resuming() -> None:
    just_now = watching(m1=a_watch(HOUR, 6000, 7440))
    long_ago = watching(m1=a_watch(24 * 60 * HOUR, 6000, 7440))
    assert order_of(just_now) == ["continue", "a", "b"]
    assert order_of(long_ago) == ["a", "b", "continue"]


def test_rows_without_a_comparable_score_are_in_the_middle() -> None:
    chart = replace(a_proposal("chart", "m1"), ordered=True)
    ranking = Ranking(
        a_menu([chart]).layout, WORLD, signals_of(Activity(MINA), WORLD, None, NOW), Activity(MINA)
    )
    assert ranking.value(0, chart, scored(9.0)) == row_value(0, UNKNOWN_FIT)
