"""Variety: caps that are never broken, floors kept when they can be, neighbours that differ, cost that is linear."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import QuotaFloor
from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Caps
from domain.ranking.diversity import LOOKAHEAD, DiversityCaps, diversify, diversity_caps, intra_list_diversity
from tests.domain.made import a_title
from tests.domain.ranking_world import TITLES, names, ranking, rankings

caps = st.builds(
    Caps,
    st.none() | st.integers(1, 3),
    st.none() | st.floats(0.05, 1),
    st.sampled_from([0.0, 0.0, 0.2, 0.5, 1.0]),
)
wants = st.integers(0, 24)
floors = st.builds(
    QuotaFloor, st.sets(st.sampled_from(list(TITLES)), max_size=20).map(frozenset), st.integers(0, 6)
)


def titles_of(row: list[ScoredCandidate]) -> list[Title]:
    return [TITLES[candidate.title_id] for _, _, candidate in row]


def families(titles: list[Title]) -> Counter[str]:
    return Counter(title.franchise for title in titles if title.franchise)


def genres(titles: list[Title]) -> Counter[str]:
    return Counter(genre for title in titles for genre in title.genres)


@given(rankings, caps, wants, st.lists(floors, max_size=2))
def test_caps_are_never_exceeded_and_nothing_is_made_up(
    ranked: list[ScoredCandidate], caps: Caps, want: int, floors: list[QuotaFloor]
) -> None:
    row = diversify(ranked, TITLES, caps, want, floors)
    assert len(row) <= want
    assert set(map(id, row)) <= set(map(id, ranked))
    assert len({candidate.title_id for _, _, candidate in row}) == len(row)
    if caps.franchise is not None:
        assert all(count <= caps.franchise for count in families(titles_of(row)).values())
    if caps.genre_share is not None:
        most = max(1, math.floor(caps.genre_share * want + 1e-9))
        assert all(count <= most for count in genres(titles_of(row)).values())
    assert diversify(ranked, TITLES, caps, want, floors) == row


@given(rankings, wants)
def test_without_caps_the_ranking_stands(ranked: list[ScoredCandidate], want: int) -> None:
    assert diversify(ranked, TITLES, Caps(), want) == ranked[:want]


@given(rankings, caps, wants)
def test_a_row_is_short_only_when_nothing_more_fits(
    ranked: list[ScoredCandidate], caps: Caps, want: int
) -> None:
    row = diversify(ranked, TITLES, caps, want)
    if len(row) == want:
        return
    room = diversity_caps(caps, want) or DiversityCaps(None, None)
    for title in titles_of(row):
        room.add(title)
    left = [scored for scored in ranked if scored not in row]
    assert not any(room.allows(title) for title in titles_of(left))


@given(rankings, st.integers(1, 20), floors, st.sampled_from([0.0, 0.5]))
def test_a_floor_is_kept_whenever_there_are_enough_titles_for_it(
    ranked: list[ScoredCandidate], want: int, floor: QuotaFloor, diversity: float
) -> None:
    row = diversify(ranked, TITLES, Caps(diversity=diversity), want, [floor])
    there = sum(candidate.title_id in floor.titles for _, _, candidate in ranked)
    kept = sum(candidate.title_id in floor.titles for _, _, candidate in row)
    assert kept >= min(floor.min_cards, there, want)
    assert len(row) == min(want, len(ranked))


@given(rankings, st.integers(1, 20), st.integers(0, 8), st.integers(0, 8))
def test_floors_that_do_not_overlap_are_all_kept_when_there_is_room(
    ranked: list[ScoredCandidate], want: int, first: int, second: int
) -> None:
    halves = [frozenset(f"t{n}" for n in range(part, 40, 2)) for part in (0, 1)]
    needs = [
        min(need, sum(candidate.title_id in half for _, _, candidate in ranked))
        for need, half in zip((first, second), halves, strict=True)
    ]
    if sum(needs) > want:
        return
    asked = [
        QuotaFloor(frozenset(map(TitleId, half)), need) for half, need in zip(halves, needs, strict=True)
    ]
    row = diversify(ranked, TITLES, Caps(), want, asked)
    for floor in asked:
        assert sum(candidate.title_id in floor.titles for _, _, candidate in row) >= floor.min_cards


def test_a_floor_takes_the_place_of_the_least_and_of_no_other() -> None:
    ranked = ranking("t1", "t2", "t3", "t4", "t5", "t6")
    floor = QuotaFloor(frozenset({TitleId("t5"), TitleId("t6")}), 1)
    assert names(diversify(ranked, TITLES, Caps(), 3, [floor])) == "t1 t2 t5"
    assert names(diversify(ranked, TITLES, Caps(), 6, [floor])) == "t1 t2 t3 t4 t5 t6"


def test_one_title_can_keep_two_floors() -> None:
    both = TitleId("t6")
    asked = [QuotaFloor(frozenset({TitleId("t4"), both}), 1), QuotaFloor(frozenset({TitleId("t5"), both}), 1)]
    assert names(diversify(ranking("t1", "t2", "t4", "t5", "t6"), TITLES, Caps(), 2, asked)) == "t6 t1"


def test_no_more_than_so_many_of_a_franchise_or_a_series() -> None:
    titles = {
        TitleId(name): a_title(name, franchise=franchise, series_id=series)
        for name, franchise, series in (
            ("a", "Harbours", None),
            ("b", "Harbours", None),
            ("c", None, "s1"),
            ("d", "Harbours", None),
            ("e", None, "s1"),
            ("f", None, "s1"),
            ("g", None, None),
        )
    }
    row = diversify(ranking(*"abcdefg"), titles, Caps(franchise=2), 7)
    assert names(row) == "a b c e g"


def test_a_franchise_called_like_a_genre_is_not_one() -> None:
    titles = {TitleId(name): a_title(name, franchise="Thriller") for name in "ab"}
    assert names(diversify(ranking("a", "b"), titles, Caps(genre_share=1.0, franchise=1), 2)) == "a"
    assert names(diversify(ranking("a", "b"), titles, Caps(genre_share=0.5, franchise=2), 2)) == "a"


def test_the_page_has_room_too_and_is_asked_without_being_changed() -> None:
    titles = {
        TitleId(name): a_title(name, genres=("Crime",) if name in "abcd" else ("War",)) for name in "abcdef"
    }
    page = diversity_caps(Caps(genre_share=0.5), 6)
    assert page is not None
    for _ in range(2):
        assert names(diversify(ranking("a", "b", "e"), titles, Caps(), 2, outer_caps=[page])) == "a b"
    for name in "ab":
        page.add(titles[TitleId(name)])
    assert names(diversify(ranking("c", "d", "e", "f"), titles, Caps(), 3, outer_caps=[page])) == "c e f"


def test_neighbours_differ_and_a_better_title_is_not_passed_over_for_nothing() -> None:
    titles = {
        TitleId(name): a_title(name, genres=(genre,), cast=())
        for name, genre in zip("abcdef", ("Crime", "Crime", "Crime", "War", "Music", "Sport"), strict=True)
    }
    ranked = ranking(*"abcdef", step=0.05)
    assert names(diversify(ranked, titles, Caps(), 6)) == "a b c d e f"
    assert names(diversify(ranked, titles, Caps(diversity=0.3), 6)) == "a d e f b c"
    assert names(diversify(ranked, titles, Caps(diversity=0.01), 6)) == "a b c d e f"
    shown = [
        titles[candidate.title_id] for _, _, candidate in diversify(ranked, titles, Caps(diversity=0.3), 4)
    ]
    assert (
        intra_list_diversity(shown) == 1.0 > intra_list_diversity([titles[TitleId(name)] for name in "abcd"])
    )


@given(rankings, st.integers(1, 20), st.floats(0.01, 1))
def test_each_card_is_the_best_of_the_next_eight(
    ranked: list[ScoredCandidate], want: int, diversity: float
) -> None:
    """Against the formula written out: the search that ends early finds what looking at all of them finds."""
    row = diversify(ranked, TITLES, Caps(diversity=diversity), want)
    waiting = list(ranked)
    for place, chosen in enumerate(row):
        near = [facets(title) for title in titles_of(row[max(0, place - 3) : place])]

        def value(scored: ScoredCandidate, near: list[set[str]] = near) -> float:
            own = facets(TITLES[scored[2].title_id])
            alike = len(own & set().union(*near)) / len(own) if own else 0.0
            return (1 - diversity) * scored[0] - diversity * alike

        assert value(chosen) == pytest.approx(max(map(value, waiting[:LOOKAHEAD])))
        waiting.remove(chosen)


def facets(title: Title) -> set[str]:
    return {
        *title.genres,
        *(f"lead {name}" for name in title.cast[:1]),
        *([f"of {title.franchise}"] * bool(title.franchise)),
    }


def test_the_reported_figure_is_the_mean_unlikeness_of_all_pairs() -> None:
    one = a_title("a", genres=("Crime", "Drama"), cast=())
    two = a_title("b", genres=("Drama", "War"), cast=())
    three = a_title("c", genres=("Music",), cast=())
    assert intra_list_diversity([one, two]) == pytest.approx(2 / 3)
    assert intra_list_diversity([one, two, three]) == pytest.approx((2 / 3 + 1 + 1) / 3)
    assert intra_list_diversity([one, one]) == 0
    assert intra_list_diversity([one]) == intra_list_diversity([]) == 1
    bare = a_title("d", genres=(), cast=())
    assert intra_list_diversity([bare, bare]) == 0


def test_an_unknown_genre_counts_like_any_other() -> None:
    titles = {TitleId(name): a_title(name, genres=("Slow Television",)) for name in "abc"}
    assert names(diversify(ranking(*"abc"), titles, Caps(genre_share=0.34), 3)) == "a"
    assert intra_list_diversity(titles.values()) == 0
