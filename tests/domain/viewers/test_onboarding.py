"""Which titles tell most about a taste: known ones, of every kind, none of a franchise twice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.genres import GENRES
from domain.catalog.titles import Title, TitleKind
from domain.errors import BadInput
from domain.viewers.onboarding import genres_by_frequency, onboarding_titles, validate_genres
from tests.domain.made import a_title


def of(name: str, *genres: str, **changes: Any) -> Title:
    return a_title(name, genres=genres, **changes)


def asked(*titles: Title, want: int = 3) -> list[str]:
    return [title.id for title in onboarding_titles(titles, want)]


def test_a_second_title_of_a_genre_waits_for_the_first_of_another() -> None:
    known = (of("c1", "Crime"), of("c2", "Crime"), of("h1", "Horror"), of("r1", "Romance"))
    assert asked(*known) == ["c1", "h1", "r1"]
    assert asked(*known, want=4) == ["c1", "h1", "r1", "c2"]


def test_among_equals_the_better_known_is_asked_first() -> None:
    assert asked(of("a", "Crime"), of("b", "Drama"), of("c", "War"), want=2) == ["a", "b"]


def test_many_genres_do_not_win_over_being_known() -> None:
    assert asked(of("a", "Crime"), of("b", "Drama", "War", "Sport"), want=1) == ["a"]


def test_no_franchise_twice_no_episodes_nothing_without_a_genre() -> None:
    titles = (
        of("a1", "Crime", franchise="A"),
        of("a2", "Horror", franchise="A"),
        of("e", "Drama", kind=TitleKind.EPISODE),
        of("n"),
        of("z", "Romance"),
    )
    assert asked(*titles, want=5) == ["a1", "z"]


@given(st.lists(st.lists(st.sampled_from(GENRES[:6]), min_size=1, max_size=3, unique=True), max_size=25))
def test_every_genre_is_asked_about_before_any_has_had_its_share_twice_over(genres: list[list[str]]) -> None:
    titles = [of(f"t{number}", *each) for number, each in enumerate(genres)]
    chosen = onboarding_titles(titles, len(titles))
    assert sorted(title.id for title in chosen) == sorted(title.id for title in titles)
    assert onboarding_titles(titles, len(titles)) == chosen
    assert set(genres_by_frequency(chosen)) == {genre for each in genres for genre in each}


def test_favourites_are_known_genres_each_once_and_few() -> None:
    assert validate_genres(["Crime", "War", "Crime"]) == ("Crime", "War")
    with pytest.raises(BadInput, match="no genre 'crime'"):
        validate_genres(["crime"])
    with pytest.raises(BadInput, match="at most 5, not 6"):
        validate_genres(GENRES[:6])
