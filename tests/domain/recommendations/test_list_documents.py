"""Documents of the nightly run are read, those of older runs too."""

from __future__ import annotations

from domain.recommendations.documents import top_picks_from_document
from domain.recommendations.lists import Pick, PickSource


def test_picks_and_the_next_best_by_taste_are_read_with_their_genres() -> None:
    picks = top_picks_from_document(
        {
            "items": [["t1", 2.5, "popular", None, 2]],
            "taste": [["t2", 1.5, "similar", "t9", 3]],
            "genres": ["Crime", "Drama"],
            "computed_at": 0,
        }
    )
    assert picks.picks == (Pick("t1", 2.5, PickSource.POPULAR, None, ("Drama",)),)
    assert picks.taste == (Pick("t2", 1.5, PickSource.SIMILAR, "t9", ("Crime", "Drama")),)


def test_documents_without_genres_and_taste_are_read() -> None:
    picks = top_picks_from_document({"items": [["t1", 0.5, "similar", "t2"]], "computed_at": 0})
    assert picks.picks == (Pick("t1", 0.5, PickSource.SIMILAR, "t2"),)
    assert picks.taste == ()
