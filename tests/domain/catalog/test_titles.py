"""Licence windows, watching order, and the show a title stands for."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.titles import LicenceWindow, Title, in_watching_order
from domain.ids import TitleId
from tests.domain.made import DAY, DE, JP, NOW, US, a_title, an_episode, licensed_titles, near_now, regions


def test_a_window_holds_from_its_start_up_to_but_not_at_its_end() -> None:
    window = LicenceWindow((DE,), NOW, NOW + DAY)
    assert [window.covers(DE, NOW + offset) for offset in (-DAY / 1000, 0 * DAY, DAY - DAY / 1000, DAY)] == [
        False,
        True,
        True,
        False,
    ]
    assert not window.covers(US, NOW)


def test_of_several_open_windows_the_one_that_ends_last_counts() -> None:
    soon = LicenceWindow((DE,), NOW - DAY, NOW + DAY)
    later = LicenceWindow((DE, US), NOW - DAY, NOW + 30 * DAY)
    endless = LicenceWindow((JP, DE), NOW - DAY)
    assert a_title("a", windows=(soon, later)).current_window(DE, NOW) == later
    assert a_title("a", windows=(soon, endless, later)).current_window(DE, NOW) == endless
    assert a_title("a", windows=(soon, later)).current_window(US, NOW) == later
    assert a_title("a", windows=(soon, later)).current_window(JP, NOW) is None
    assert a_title("a", windows=()).current_window(DE, NOW) is None


@given(licensed_titles, regions, near_now)
def test_a_window_is_found_exactly_when_one_holds(title: Title, region: str, now: datetime) -> None:
    found = title.current_window(region, now)  # type: ignore[arg-type]
    holding = [window for window in title.windows if window.covers(region, now)]  # type: ignore[arg-type]
    assert (found in holding) if holding else (found is None)


def test_an_episode_stands_for_its_series() -> None:
    assert an_episode("s1", 1, 2).show_id == TitleId("s1")
    assert a_title("m1").show_id == TitleId("m1")


@given(st.permutations([an_episode("s1", s, e) for s in (1, 2, 10) for e in (1, 2, 10)]))
def test_watching_order_is_by_number_not_by_spelling(episodes: list[Title]) -> None:
    assert [(title.season, title.episode) for title in in_watching_order(episodes)] == [
        (1, 1), (1, 2), (1, 10), (2, 1), (2, 2), (2, 10), (10, 1), (10, 2), (10, 10),
    ]  # fmt: skip
