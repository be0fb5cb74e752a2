"""Rows of several sources: shares kept at every depth, duplicates that add their evidence, provenance kept."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate
from domain.ids import TitleId
from domain.layouts.model import SourceShare
from domain.layouts.row_kinds import RowSource
from domain.ranking.source_blending import blend_sources, portion_floors, source_shares
from domain.recommendations.reasons import Reason, ReasonKind
from tests.domain.ranking_world import lists

TASTE, TREND = Reason(ReasonKind.TASTE), Reason(ReasonKind.TRENDING)
portions = st.builds(SourceShare, st.sampled_from(RowSource), st.floats(0, 0.3), st.floats(0, 1))
mixes = st.tuples(lists, st.lists(st.tuples(portions, lists), max_size=3)).map(
    lambda drawn: [(None, drawn[0]), *drawn[1]]
)
Mix = list[tuple[SourceShare | None, Sequence[Candidate]]]


def a_list(prefix: str, count: int, source: str = "x") -> list[Candidate]:
    return [Candidate(TitleId(f"{prefix}{n}"), source) for n in range(count)]


def ids(row: Sequence[Candidate]) -> str:
    return " ".join(candidate.title_id for candidate in row)


def share(of: float, weight: float = 1.0) -> SourceShare:
    return SourceShare(RowSource.TRENDING, of, weight)


@given(mixes, st.integers(0, 40))
def test_every_title_once_and_none_lost(mix: Mix, places: int) -> None:
    row = blend_sources(mix, places)
    assert sorted(one.title_id for one in row) == sorted({one.title_id for _, found in mix for one in found})
    assert blend_sources(mix, places) == row


@given(mixes, st.integers(1, 40))
def test_provenance_is_kept_whatever_is_merged(mix: Mix, places: int) -> None:
    said: dict[str, set[str]] = {}
    reasons: dict[str, set[Reason | None]] = {}
    for _, found in mix:
        for one in found:
            said.setdefault(one.title_id, set()).add(one.source)
            reasons.setdefault(one.title_id, set()).add(one.reason)
    for one in blend_sources(mix, places):
        assert {one.source, *one.other_sources} == said[one.title_id]
        assert one.source not in one.other_sources
        assert one.reason in reasons[one.title_id]
        assert one.reason is not None or reasons[one.title_id] == {None}


@given(mixes.filter(lambda mix: len(mix) > 1), st.integers(1, 40))
def test_evidence_adds_up_and_never_past_one(mix: Mix, places: int) -> None:
    nothing: Mix = [(share(0), [])]
    alone = [
        {one.title_id: one.score or 0.0 for one in blend_sources([part, *nothing], places)} for part in mix
    ]
    for one in blend_sources(mix, places):
        doubt = math.prod(1 - scores.get(one.title_id, 0.0) for scores in alone)
        assert one.score == pytest.approx(1 - doubt)
        assert 0 <= (one.score or 0.0) <= 1


@given(st.lists(st.integers(1, 20), min_size=1, max_size=3), st.integers(1, 40))
def test_at_every_depth_each_source_has_its_share_give_or_take_one(parts: list[int], places: int) -> None:
    own = 60 - sum(parts)
    mix: Mix = [(None, a_list("own", 60))]
    mix += [(share(part / 60), a_list(f"p{index}-", 60)) for index, part in enumerate(parts)]
    blended = blend_sources(mix, places)[:places]
    for depth in range(1, len(blended) + 1):
        for prefix, part in (("own", own), *((f"p{index}-", part) for index, part in enumerate(parts))):
            count = sum(one.title_id.startswith(prefix) for one in blended[:depth])
            assert abs(count - part / 60 * depth) < 1 + 1e-9


def test_a_quarter_of_the_places() -> None:
    mix: Mix = [(None, a_list("a", 6)), (share(0.25), a_list("t", 6))]
    assert ids(blend_sources(mix, 8)[:8]) == "a0 a1 t0 a2 a3 a4 t1 a5"


def test_beyond_the_places_the_rest_follows_by_score() -> None:
    mix: Mix = [(None, a_list("a", 3)), (share(0.5, weight=0.5), a_list("t", 3))]
    assert ids(blend_sources(mix, 2)) == "a0 t0 a1 a2 t1 t2"


def test_an_empty_source_leaves_its_places_to_the_others() -> None:
    mix: Mix = [(None, a_list("a", 3)), (share(0.5), [])]
    assert ids(blend_sources(mix, 3)) == "a0 a1 a2"
    assert blend_sources([(None, [])], 3) == []


def test_a_source_without_a_share_comes_in_when_the_others_are_used_up() -> None:
    mix: Mix = [(share(1.0), a_list("t", 2)), (None, a_list("a", 2))]
    assert source_shares(mix) == [1.0, 0.0]
    assert ids(blend_sources(mix, 4)) == "t0 t1 a0 a1"


def test_two_that_agree_speak_louder_than_either() -> None:
    picks = [
        Candidate(TitleId("other"), "top_picks:similar", TASTE, 0.8),
        Candidate(TitleId("both"), "top_picks:similar", None, 0.4),
    ]
    trending = [
        Candidate(TitleId("both"), "trending:day", TREND, 30.0),
        Candidate(TitleId("hot"), "trending:day", TREND, 15.0),
    ]
    row = {
        one.title_id: one for one in blend_sources([(None, picks), (share(0.3, weight=0.6), trending)], 10)
    }
    # picks say 0.4 / 0.8, trending says 0.6 x 30 / 30: 1 - (1 - 0.5)(1 - 0.6)
    assert row[TitleId("both")].score == pytest.approx(0.8)
    assert row[TitleId("hot")].score == pytest.approx(0.3)
    assert row[TitleId("other")].score == pytest.approx(1.0)
    both = row[TitleId("both")]
    assert (both.source, both.other_sources, both.reason) == ("trending:day", ("top_picks:similar",), TREND)


def test_the_best_reason_is_kept_even_when_the_loudest_source_has_none() -> None:
    loud = [Candidate(TitleId("a"), "popular")]
    quiet = [
        Candidate(TitleId("a"), "similar:s", TASTE, 0.1),
        Candidate(TitleId("b"), "similar:s", TASTE, 0.5),
    ]
    (both, *_) = blend_sources([(None, loud), (share(0.2), quiet)], 5)
    assert (both.title_id, both.source, both.reason) == ("a", "popular", TASTE)


def test_one_list_alone_is_left_as_it_is_but_for_repeats() -> None:
    found = [*a_list("a", 3), Candidate(TitleId("a0"), "again")]
    assert blend_sources([(None, found)], 2) == a_list("a", 3)


def test_floors_hold_whole_places_of_each_portion() -> None:
    mix: Mix = [(None, a_list("a", 9)), (share(0.29), a_list("t", 2)), (share(0.01), a_list("z", 1))]
    (floor,) = portion_floors(mix, 10)
    assert (floor.titles, floor.min_cards) == ({"t0", "t1"}, 2)
