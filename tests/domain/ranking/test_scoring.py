"""The blend: parts that add up to the last bit, an order that can be repeated, taste that grows without a step."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import astuple, fields, replace
from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate
from domain.ids import TitleId
from domain.layouts.model import Weights
from domain.ranking.genre_affinity import personal_share
from domain.ranking.scoring import (
    ScoreParts,
    Signals,
    max_source_score,
    ranking_signals,
    score_candidates,
    score_parts,
    trending_scores,
)
from domain.recommendations.lists import Pick, PickSource, TopPicks
from domain.viewers.activity import Activity, Rating
from tests.domain.made import DAY, MINA, NOW, a_title, a_watch
from tests.domain.ranking_world import TITLES, by_title, lists, signals, weights

PLAIN = Weights(base=1, taste=0, trending=0, newness=0, context=0, fatigue=0, dislike=0)
OLD = a_title("old", popularity=0.5)


def of(row: Sequence[tuple[float, int, Candidate]]) -> list[str]:
    return [candidate.title_id for _, _, candidate in row]


def nothing_known(**changes: object) -> Signals:
    return replace(ranking_signals(Activity(MINA), {}, None, NOW), **changes)  # type: ignore[arg-type]


@given(lists, signals, weights, by_title)
def test_parts_add_up_to_the_score_exactly_in_any_order(
    row: list[Candidate], known: Signals, weights: Weights, boosts: dict[TitleId, float]
) -> None:
    top = max_source_score(row)
    chance = random.Random(7)
    for points, rank, candidate in score_candidates(row, TITLES, known, weights, boosts):
        boost = boosts.get(candidate.title_id, 0.0)
        parts = score_parts(candidate, rank, TITLES[candidate.title_id], known, weights, top, boost)
        values = [getattr(parts, field.name) for field in fields(ScoreParts)]
        assert sum(values) == points
        chance.shuffle(values)
        assert sum(values) == points


@given(lists, signals, weights)
def test_best_first_and_equals_as_the_source_had_them(
    row: list[Candidate], known: Signals, weights: Weights
) -> None:
    ranked = score_candidates(row, TITLES, known, weights)
    assert sorted(of(ranked)) == sorted(candidate.title_id for candidate in row)
    for (better, rank, _), (worse, after, _) in pairwise(ranked):
        assert (-better, rank) < (-worse, after)
    assert score_candidates(row, TITLES, known, weights) == ranked


@given(lists, signals, weights)
def test_what_is_worked_out_once_for_a_page_changes_no_score(
    row: list[Candidate], known: Signals, weights: Weights
) -> None:
    """A title that joins late, from a lower tier, gets the score it would have had from the start."""
    expected = score_candidates(row, TITLES, replace(known, _term_sums={}), weights)
    late = replace(known, _term_sums={})
    score_candidates(row, {}, late, weights)
    assert score_candidates(row, TITLES, late, weights) == expected
    assert score_candidates(row, TITLES, late, weights) == expected


@given(lists, signals, weights, st.randoms(use_true_random=False))
def test_the_order_of_scored_titles_does_not_depend_on_how_they_came(
    row: list[Candidate], known: Signals, weights: Weights, chance: random.Random
) -> None:
    """Every source gave a score: then ranks decide ties only."""
    row = [candidate._replace(score=candidate.score or 0.5) for candidate in row]
    shuffled = list(row)
    chance.shuffle(shuffled)
    one = {
        candidate.title_id: points for points, _, candidate in score_candidates(row, TITLES, known, weights)
    }
    two = {
        candidate.title_id: points
        for points, _, candidate in score_candidates(shuffled, TITLES, known, weights)
    }
    assert one == two


def test_the_base_is_relative_to_the_lists_best_and_without_scores_goes_by_rank() -> None:
    scored = [Candidate(TitleId(name), "x", score=own) for name, own in (("a", 0.2), ("b", 0.4), ("c", None))]
    row = score_candidates(scored, {}, nothing_known(), PLAIN)
    assert [(round(points, 4), candidate.title_id) for points, _, candidate in row] == [
        (1.0, "b"),
        (0.8333, "c"),
        (0.5, "a"),
    ]
    bare = [Candidate(TitleId(f"t{n}"), "x") for n in range(200)]
    points = [round(points, 4) for points, _, _ in score_candidates(bare, {}, nothing_known(), PLAIN)]
    assert (points[0], points[10], points[90]) == (1.0, 0.5, 0.1)
    assert of(score_candidates(bare, {}, nothing_known(), PLAIN)) == [
        candidate.title_id for candidate in bare
    ]
    zeros = [candidate._replace(score=0.0) for candidate in bare[:2]]
    assert score_candidates(zeros, {}, nothing_known(), PLAIN)[0][0] == 1.0


def test_each_part_pulls_its_own_way() -> None:
    title = replace(OLD, genres=("Crime", "Drama"))
    parts = score_parts(
        Candidate(title.id, "x", score=0.5),
        3,
        replace(title, launched_at=NOW - 15 * DAY),
        nothing_known(
            genre_affinity={"Crime": 1.0},
            personal_share=0.5,
            trending={title.id: 0.5},
            fatigue={title.id: 0.25},
            dislike={title.id: 0.5},
            context_boost=replace(nothing_known().context_boost, by_genre={"Drama": -0.5}),
        ),
        Weights(1, 1, 1, 1, 1, 1, 1),
        top=1.0,
        boost=-0.125,
    )
    # taste: half of what is personal (one of two genres: 0.5), half of popularity 0.5
    assert parts == ScoreParts(0.5, 0.5, 0.5, 0.5, -0.5, -0.25, -0.5, -0.125)
    assert sum(astuple(parts)) == 0.625


def test_beside_a_nightly_list_its_titles_come_first_by_its_scores_and_the_others_in_their_own_order() -> (
    None
):
    listed = [Pick(TitleId("a"), 8.0, PickSource.POPULAR), Pick(TitleId("b"), 2.0, PickSource.SIMILAR)]
    known = ranking_signals(Activity(MINA), {}, TopPicks(tuple(listed), (), NOW), NOW)
    assert known.picks == {"a": 1.0, "b": 0.25}
    row = [
        Candidate(TitleId(one), "x", score=score)
        for one, score in zip("dcba", (1.0, 0.5, 0.25, 0.125), strict=True)
    ]
    ranked = score_candidates(row, {}, known, PLAIN, picks=known.picks)
    assert [(candidate.title_id, score) for score, _, candidate in ranked] == [
        ("a", 1.0), ("b", 0.625), ("d", 0.5), ("c", 0.25),
    ]  # fmt: skip
    parts = {one.title_id: score_parts(one, 0, OLD, known, PLAIN, picks=known.picks).base for one in row}
    assert parts == {"a": 1.0, "b": 0.625, "d": 0.5, "c": 0.25}


def test_newness_fades_in_a_month_and_what_has_not_launched_is_not_new() -> None:
    only_news = replace(PLAIN, base=0, newness=1)
    made = {
        age: score_parts(
            Candidate(OLD.id, "x"), 0, replace(OLD, launched_at=NOW - age * DAY), nothing_known(), only_news
        )
        for age in (-1, 0, 15, 30, 31)
    }
    assert [part.newness for part in made.values()] == [0.0, 1.0, 0.5, 0.0, 0.0]


def test_a_profile_without_history_gets_popular_titles() -> None:
    titles = {TitleId(name): a_title(name, popularity=share) for name, share in (("a", 0.2), ("b", 0.9))}
    new = ranking_signals(Activity(MINA), titles, None, NOW)
    only_taste = replace(PLAIN, base=0, taste=1)
    row = [Candidate(TitleId("a"), "x"), Candidate(TitleId("b"), "x")]
    assert new.personal_share == 0.0
    assert of(score_candidates(row, titles, new, only_taste)) == ["b", "a"]


def test_the_personal_share_grows_with_every_title_and_never_by_a_step() -> None:
    shares = [personal_share(count) for count in range(500)]
    assert (shares[0], shares[10], shares[90]) == (0.0, 0.5, 0.9)
    steps = [after - before for before, after in pairwise(shares)]
    assert all(0 < step <= 1 / 11 for step in steps)
    assert all(later < earlier for earlier, later in pairwise(steps))


def test_viewing_counts_before_the_next_nightly_run() -> None:
    titles = {
        TitleId(name): a_title(name, genres=(genre,))
        for name, genre in (("c1", "Comedy"), ("h1", "Horror"), ("c2", "Comedy"), ("h2", "Horror"))
    }
    picks = TopPicks((), ("Horror",), NOW)
    before = ranking_signals(Activity(MINA), titles, picks, NOW)
    comedies = {TitleId("c1"): a_watch(DAY, 2700, done=True)}
    rated = {TitleId("c1"): Rating(NOW, 1.0), TitleId("h1"): Rating(NOW, -1.0)}
    after = ranking_signals(Activity(MINA, 3, comedies, rated=rated), titles, picks, NOW)
    row = [Candidate(TitleId("h2"), "x", score=0.5), Candidate(TitleId("c2"), "x", score=0.5)]
    assert of(score_candidates(row, titles, before, Weights())) == ["h2", "c2"]
    assert of(score_candidates(row, titles, after, Weights())) == ["c2", "h2"]


def test_heat_is_relative_to_each_lists_hottest_and_only_of_trending_lists() -> None:
    def trending(name: str, points: float) -> Candidate:
        return Candidate(TitleId(name), "trending:day", score=points)

    day = [trending("a", 40.0), trending("b", 10.0), trending("filler", 0.0)]
    week = [trending("b", 8.0), trending("c", 2.0), Candidate(TitleId("d"), "popular", score=1.0)]
    assert trending_scores([day, week]) == {"a": 1.0, "b": 1.0, "c": 0.25}
    assert trending_scores([]) == {}


def test_a_title_that_may_not_be_shown_keeps_its_place_in_the_ranking_so_that_it_can_be_explained() -> None:
    row = [Candidate(TitleId("gone"), "x"), Candidate(OLD.id, "x")]
    ranked = score_candidates(row, {OLD.id: OLD}, nothing_known(), Weights())
    assert sorted(of(ranked)) == ["gone", "old"]


def test_three_equal_titles_stand_as_the_source_had_them() -> None:
    equals = [Candidate(TitleId(name), "x", score=0.5) for name in "abc"]
    for order in permutations(equals):
        assert of(score_candidates(order, {}, nothing_known(), Weights())) == [one.title_id for one in order]
