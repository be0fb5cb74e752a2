"""Gates: a row that cannot have anything is not even tried."""

from __future__ import annotations

from domain.candidates.row_gates import is_open
from domain.ids import TitleId
from domain.layouts.model import RowSource, RowSpec
from domain.viewers.activity import Activity, Listing, Rating
from tests.domain.made import HOUR, MINA, NOW, a_watch, watching


def open_sources(activity: Activity) -> set[RowSource]:
    return {source for source in RowSource if is_open(RowSpec("row", source), activity)}


ALWAYS = {
    RowSource.TOP_PICKS,
    RowSource.TRENDING,
    RowSource.NEW_RELEASES,
    RowSource.GENRE,
    RowSource.LEAVING_SOON,
    RowSource.EDITORIAL,
}
LITTLE = ALWAYS | {RowSource.ONBOARDING}
"""What a profile of which little is known is tried for."""


def test_a_new_profile_is_tried_for_what_needs_no_history() -> None:
    assert open_sources(Activity(MINA)) == LITTLE


def test_whoever_is_known_is_not_asked_again() -> None:
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
