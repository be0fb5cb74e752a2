"""Watching order, what is new, and the show a title stands for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.documents import title_from_document, title_to_document
from domain.catalog.titles import Title, TitleKind, in_watching_order
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


def test_daily_shows_are_in_order_by_number_or_by_day() -> None:
    numbered = [an_episode("s1", 2026, number) for number in (3, 1, 45)]
    dated = [
        a_title(f"d{day}", kind=TitleKind.EPISODE, series_id=TitleId("s1"), air_date=date.fromisoformat(day))
        for day in ("2026-11-30", "2025-12-31", "2026-02-01")
    ]
    assert [title.episode for title in in_watching_order(numbered)] == [1, 3, 45]
    assert [title.id for title in in_watching_order(dated)] == ["d2025-12-31", "d2026-02-01", "d2026-11-30"]


def test_a_double_episode_stands_before_the_one_after_it() -> None:
    pilot = an_episode("s1", 1, 1, last_episode=2)
    assert [title.episode for title in in_watching_order([an_episode("s1", 1, 3), pilot])] == [1, 3]


def test_numbering_and_other_names_come_back_from_a_document() -> None:
    title = a_title(
        "a", other_names=("Sen to Chihiro",), work_id="w1", last_episode=2, air_date=date(2026, 11, 30)
    )
    assert title_from_document(title_to_document(title)) == title
