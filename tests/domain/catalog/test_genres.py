"""One vocabulary of genres, whatever the source calls them."""

from __future__ import annotations

import pytest

from domain.catalog.genres import GENRES, canonical_genre, genre_slug
from domain.ids import is_raw_id


@pytest.mark.parametrize(
    ("word", "genre"),
    [
        ("Comedy", "Comedy"),
        (" comedy ", "Comedy"),
        ("Sci-Fi", "Science Fiction"),
        ("science fiction", "Science Fiction"),
        ("Children's", "Family"),
        ("Film-Noir", "Film Noir"),
        ("Musical", "Music"),
        ("Reality-TV", "Reality"),
        ("News", "Talk"),
        ("IMAX", None),
        ("Adult", None),
        ("(no genres listed)", None),
        ("", None),
    ],
)
def test_words_of_sources(word: str, genre: str | None) -> None:
    assert canonical_genre(word) == genre


def test_the_vocabulary_maps_onto_itself() -> None:
    assert [canonical_genre(genre) for genre in GENRES] == list(GENRES)
    assert len(GENRES) == 24


def test_slugs_are_distinct_and_fit_for_ids() -> None:
    slugs = [genre_slug(genre) for genre in GENRES]
    assert len(set(slugs)) == 24
    assert all(is_raw_id(slug) for slug in slugs)
    assert genre_slug("Science Fiction") == "science-fiction"
