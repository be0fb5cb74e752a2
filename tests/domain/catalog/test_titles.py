"""Watching order, what is new, and the show a title stands for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.titles import Title, in_watching_order
from domain.ids import TitleId
from tests.domain.made import DE, US, a_title, an_episode


def test_an_episode_stands_for_its_series() -> None:
    assert an_episode("s1", 1, 2).show_id == TitleId("s1")
    assert a_title("m1").show_id == TitleId("m1")


@given(st.permutations([an_episode("s1", s, e) for s in (1, 2, 10) for e in (1, 2, 10)]))
def test_watching_order_is_by_number_not_by_spelling(episodes: list[Title]) -> None:
    assert [(title.season, title.episode) for title in in_watching_order(episodes)] == [
        (1, 1), (1, 2), (1, 10), (2, 1), (2, 2), (2, 10), (10, 1), (10, 2), (10, 10),
    ]  # fmt: skip


def test_new_is_what_launched_today_or_in_the_calendar_days_before_and_nothing_that_has_not() -> None:
    """Launched on 8 November at 23:30 in Berlin, which is 17:30 in New York."""
    title = a_title("a", launched_at=datetime(2026, 11, 8, 22, 30, tzinfo=UTC))
    midnight = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert [title.is_new(at, DE, 13) for at in (midnight - second, midnight)] == [True, False]
    assert title.is_new(midnight, US, 13)
    assert [title.is_new(title.launched_at + offset, DE, 13) for offset in (-second, 0 * second)] == [
        False,
        True,
    ]
    assert not title.is_new(title.launched_at - timedelta(days=1000), DE, 13)
