"""Composed pages break no invariant, whatever the candidates and the layout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.eligibility import filter_eligible
from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Layout, Promise, RowPlacement, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page.composition import compose
from domain.page.inputs import CompositionInput
from domain.page.invariants import InvariantContext, check_invariants
from domain.page.model import Page, Row
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.profiles import Audience
from tests.domain.made import DE, NOW, audiences, licensed_titles
from tests.domain.ranking import test_card_selection as arranged

AUDIENCE = Audience(DE, 18, False, NOW)


def a_page(*rows: Row) -> Page:
    return Page("", "home", 1, "v1", NOW, rows)


ids = st.sampled_from([TitleId(f"t{number}") for number in range(8)])


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Specs of every kind: pinned, repeating, of all sizes."""
    specs = []
    for number in range(draw(st.integers(1, 6))):
        least = draw(st.integers(1, 3))
        specs.append(
            RowSpec(
                f"row{number}",
                draw(st.sampled_from(RowSource)),
                min_cards=least,
                max_cards=draw(st.integers(least, 4)),
                place=RowPlacement(pin=draw(st.none() | st.integers(1, 8))),
                priority=draw(st.integers(0, 2)),
                repeats=draw(st.booleans()),
            )
        )
    nothing = Promise(min_rows=0, discovery_rows=0)
    return Layout("home", 1, tuple(specs), NOW, promise=nothing, personal_order=draw(st.booleans()))


def candidate_rows_for(draw: Callable[..., Any], layout: Layout) -> list[RowCandidates]:
    made = []
    for spec in layout.rows:
        for key in draw(st.sampled_from([("",), ("t0",), ("t0", "t1")])):
            candidates = draw(st.lists(st.builds(Candidate, ids, st.just("test"), card_reasons), max_size=6))
            reason = Reason(ReasonKind.TASTE, seed=TitleId(key)) if key else Reason(ReasonKind.TASTE)
            repeats = draw(st.booleans())
            made.append(
                RowCandidates(
                    spec, tuple(candidates), reason, FreshnessSource.BATCH, NOW, key, repeats=repeats
                )
            )
    return made


card_reasons = st.none() | ids.map(lambda seed: Reason(ReasonKind.BECAUSE_YOU_LIKED, seed))


@given(st.data(), layouts(), audiences, st.lists(licensed_titles, max_size=12))
def test_generated_pages_break_no_invariant(
    data: st.DataObject, layout: Layout, audience: Audience, licensed: list[Title]
) -> None:
    """For any candidates with eligible titles and loved seeds."""
    known = {title.id: title for title in licensed}
    titles = {title.id: title for title in filter_eligible(known.values(), audience, known).eligible}
    candidate_rows = candidate_rows_for(data.draw, layout)
    rows = compose(CompositionInput(layout, candidate_rows, titles)).rows
    context = InvariantContext(layout, audience, loved={f"t{number}" for number in range(8)}, titles=known)
    assert check_invariants(a_page(*rows), context) == []


@given(arranged.layouts, arranged.proposed)
def test_rows_with_all_features_break_no_invariant(layout: Layout, found: list[list[Candidate]]) -> None:
    """Pins, quotas, caps, exploration, rotation and personal order at once, with the real ranking."""
    nothing = replace(layout, promise=Promise(min_rows=0, discovery_rows=0))
    context = InvariantContext(nothing, AUDIENCE, titles=arranged.TITLES)
    assert check_invariants(a_page(*arranged.page(layout, found)), context) == []
