"""Where on a page the next play is: counted by hand on small pages."""

from __future__ import annotations

from dataclasses import replace

from domain.catalog.titles import Title
from domain.page.play_positions import METRICS, SCREEN, as_rows, page_figures
from tests.bff.world import a_title


def page(*rows: str) -> list[list[Title]]:
    return [[a_title(name, genres=(name,)) for name in row.split()] for row in rows]


def figures(rows: list[list[Title]], *plays: str) -> dict[str, float]:
    return dict(zip(METRICS, page_figures(rows, plays), strict=True))


def test_cards_are_read_row_by_row_and_a_repeat_counts_once() -> None:
    rows = page("a b c d e f g h", "a b i j", "k")
    found = figures(rows, "j")
    assert (found["next play in first 10 cards"], found["next play in first 20 cards"]) == (1.0, 1.0)
    assert figures(rows, "k")["next play in first 10 cards"] == 0.0
    assert found["repeats"] == 2 / 13


def test_the_first_screen_is_three_rows_of_six_cards() -> None:
    rows = page("a b c d e f g", "h", "i", "j")
    assert [figures(rows, play)[SCREEN] for play in "fgij"] == [1.0, 0.0, 1.0, 0.0]


def test_the_next_plays_count_by_their_share() -> None:
    assert figures(page("a b"), "a", "b", "x", "y")["next 5 plays in first 3 x 6"] == 0.5


def test_the_discount_counts_steps_from_the_top_left_to_the_nearest_place() -> None:
    rows = page("a b c", "d", "c")
    assert figures(rows, "c")["next play by steps"] == 1 / 3
    assert figures(rows, "x")["next play by steps"] == 0.0


def test_an_episode_counts_as_its_series() -> None:
    episode = replace(a_title("s1e1"), series_id="s1")
    assert figures([[episode]], "s1")[SCREEN] == 1.0


def test_an_empty_page_has_nothing_and_repeats_nothing() -> None:
    found = figures([], "a")
    assert (found["rows"], found["repeats"], found[SCREEN]) == (0.0, 0.0, 0.0)


def test_a_flat_list_fills_rows_of_six() -> None:
    assert [len(row) for row in as_rows(page("a b c d e f g h")[0])] == [6, 2]
