"""Row kinds: their facts, and gates that skip rows which cannot have titles."""

from __future__ import annotations

from domain.ids import TitleId
from domain.layouts.row_kinds import ROW_KINDS, RowSource, is_open, why_closed
from domain.viewers.activity import Activity, Listing, Rating
from tests.domain.made import HOUR, MINA, NOW, a_watch, watching


def open_sources(activity: Activity) -> set[RowSource]:
    return {source for source in RowSource if is_open(source, activity)}


ALWAYS = {
    RowSource.TOP_PICKS,
    RowSource.TRENDING,
    RowSource.NEW_RELEASES,
    RowSource.GENRE,
    RowSource.LEAVING_SOON,
    RowSource.EDITORIAL,
}
LITTLE = ALWAYS | {RowSource.ONBOARDING}
"""Open to a profile with little history."""


def test_a_new_profile_gets_rows_that_need_no_history() -> None:
    assert open_sources(Activity(MINA)) == LITTLE


def test_a_profile_with_history_is_not_asked_again() -> None:
    activity = watching(**{f"m{number}": a_watch(HOUR, 5) for number in range(5)})
    assert RowSource.ONBOARDING not in open_sources(activity)


def test_finishing_opens_watch_again() -> None:
    activity = watching(m1=a_watch(HOUR, 2700, done=True))
    assert RowSource.WATCH_AGAIN in open_sources(activity)


def test_watching_opens_continue_watching_and_because_you_watched() -> None:
    activity = watching(m1=a_watch(HOUR, 5))
    assert open_sources(activity) == LITTLE | {RowSource.CONTINUE_WATCHING, RowSource.BECAUSE_YOU_WATCHED}


def test_a_thumb_up_opens_the_rows_about_what_was_liked() -> None:
    activity = Activity(MINA, rated={TitleId("m1"): Rating(NOW, 1.0)})
    assert open_sources(activity) == LITTLE | {RowSource.BECAUSE_YOU_WATCHED, RowSource.BECAUSE_YOU_LIKED}


def test_my_list_opens_with_a_title_on_it_not_with_the_memory_of_one() -> None:
    assert open_sources(Activity(MINA, listed={TitleId("m1"): Listing(NOW, False)})) == LITTLE
    listed = Activity(MINA, listed={TitleId("m1"): Listing(NOW, True)})
    assert open_sources(listed) == LITTLE | {RowSource.MY_LIST}


def kinds_that(fact: str) -> set[str]:
    return {kind.source.value for kind in ROW_KINDS.values() if getattr(kind, fact)}


def test_every_source_is_declared_once_and_says_what_it_is() -> None:
    assert list(ROW_KINDS) == list(RowSource)
    assert all(kind.description.endswith(".") for kind in ROW_KINDS.values())


def test_what_holds_for_which_kind() -> None:
    assert kinds_that("familiar") == {"continue_watching", "my_list", "watch_again"}
    assert kinds_that("is_task") == {"continue_watching", "my_list", "onboarding"}
    assert kinds_that("may_be_empty") == {"continue_watching", "my_list", "watch_again", "onboarding"}
    assert kinds_that("shows_disliked") == {"continue_watching", "my_list"}
    assert kinds_that("is_chart_when_numbered") == {"trending"}
    assert kinds_that("for_everyone") == {"trending", "editorial"}


def test_only_a_kind_with_a_gate_says_why_it_is_closed() -> None:
    assert why_closed(RowSource.MY_LIST) == "nothing is on My List"
    assert {source for source in RowSource if not why_closed(source)} == ALWAYS
