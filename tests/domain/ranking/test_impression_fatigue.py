"""Impression fatigue: titles shown and not played rank lower from tomorrow; a play, a new episode or time ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.titles import TitleKind
from domain.ids import TitleId
from domain.layouts.model import Weights
from domain.layouts.row_kinds import RowSource
from domain.ranking.impression_fatigue import fatigue_scores, row_fatigue, row_weights
from domain.viewers.activity import Activity, merge
from domain.viewers.events import Event, EventType, activity_changes
from domain.viewers.impressions import SPAN_DAYS, add_impressions, day_number
from tests.domain.made import DAY, HOUR, MINA, NOW, a_title, a_watch, an_event

TT1 = TitleId("tt1")
MOVIE = a_title("tt1")
SERIES = a_title("tt1", kind=TitleKind.SERIES, episode_count=8)
days = st.sets(st.integers(0, 40), max_size=15)


def seen(*ages: int, key: str = "tt1") -> Activity:
    memory: dict[int, dict[str, int]] = {}
    for age in ages:
        add_impressions(memory, [key], NOW - age * DAY)
    return Activity(MINA, impressions=memory)


def fatigue(activity: Activity, now: datetime = NOW) -> float:
    return fatigue_scores(activity, {TT1: MOVIE}, now).get(TT1, 0.0)


def expected(*ages: int) -> float:
    x = sum(2.0 ** (-age / 7) for age in ages) - 1
    return x / (x + 3)


def test_one_day_is_free_and_more_add_up() -> None:
    assert fatigue(seen()) == fatigue(seen(1)) == 0
    assert fatigue(seen(1, 2, 3)) == pytest.approx(expected(1, 2, 3))
    assert fatigue(seen(1, 2, 3)) == pytest.approx(0.3287, abs=1e-4)
    assert fatigue(seen(*range(1, 8))) == pytest.approx(expected(*range(1, 8)))


def test_today_does_not_count_so_a_page_does_not_shuffle_because_it_was_looked_at() -> None:
    assert fatigue(seen(0, 1, 2, 3)) == fatigue(seen(1, 2, 3))
    assert fatigue(seen(0, 1, 2, 3), NOW + DAY) > fatigue(seen(1, 2, 3), NOW + DAY)
    early = NOW.replace(hour=0)
    assert fatigue(seen(1, 2, 3), early) == fatigue(seen(1, 2, 3), early + 23 * HOUR)


@given(days, st.integers(0, 27))
def test_it_lies_within_0_and_1_and_one_more_day_never_rests(ages: set[int], offset: int) -> None:
    now = NOW + offset * DAY
    for age in range(1, 28):
        less, more = fatigue(seen(*ages), now), fatigue(seen(*ages, age), now)
        assert 0 <= less <= more < 1


@given(days)
def test_without_further_sightings_it_fades_and_is_gone_in_two_spans(ages: set[int]) -> None:
    activity = seen(*ages)
    told = [fatigue(activity, NOW + later * DAY) for later in range(1, 60)]
    assert told == sorted(told, reverse=True)
    assert told[-1] == 0


def test_playing_it_forgives_what_was_seen_until_that_day() -> None:
    activity = seen(1, 2, 3, 4)
    played = replace(activity, watched={TT1: a_watch(3 * DAY, 60)})
    assert fatigue(played) == pytest.approx(expected(1, 2))
    assert fatigue(replace(activity, watched={TT1: a_watch(timedelta(0), 60)})) == 0
    long_ago = replace(activity, watched={TT1: a_watch(300 * DAY, 60)})
    assert fatigue(long_ago) == fatigue(activity)


def test_any_episode_played_forgives_its_series() -> None:
    activity = seen(1, 2, 3, 4, key="tt1~8")
    titles = {TT1: SERIES}
    assert fatigue_scores(activity, titles, NOW)[TT1] == pytest.approx(expected(1, 2, 3, 4))
    played = replace(activity, watched={TitleId("tt1-1-1"): a_watch(DAY, 60, series="tt1")})
    assert fatigue_scores(played, titles, NOW) == {}


def test_a_new_episode_or_season_makes_a_series_fresh_again() -> None:
    activity = seen(1, 2, 3, 4, key="tt1~8")
    assert fatigue_scores(activity, {TT1: replace(SERIES, episode_count=9)}, NOW) == {}


def test_what_several_devices_tell_late_and_twice_counts_once() -> None:
    token = "snap|top-picks|1|0|tt1|popular"
    told: list[Event] = [
        an_event(EventType.IMPRESSION, id=f"{device}{age}", occurred_at=NOW - age * DAY, tracking=token)
        for age in (1, 2, 3)
        for device in ("tv", "phone", "tv")
    ]
    together = merge(Activity(MINA), activity_changes(told))
    apart = Activity(MINA)
    for event in reversed(told):
        apart = merge(apart, activity_changes([event]))
    assert fatigue(apart) == fatigue(together) == fatigue(seen(1, 2, 3))


TASKS = {RowSource.CONTINUE_WATCHING, RowSource.MY_LIST, RowSource.ONBOARDING}


def test_in_task_rows_nothing_tires() -> None:
    weights = Weights()
    for source in RowSource:
        assert row_weights(source, weights).fatigue == (0.0 if source in TASKS else weights.fatigue)
    tired = seen(*range(1, 20), key="~mine")
    assert row_fatigue(tired, "mine", RowSource.MY_LIST, NOW) == 0
    assert row_fatigue(tired, "mine", RowSource.GENRE, NOW) > 0.4


def test_a_row_tires_slower_than_a_title_and_rests_when_something_of_it_is_played() -> None:
    three, ten = seen(1, 2, 3, key="~row"), seen(*range(1, 11), key="~row")
    assert row_fatigue(three, "row", RowSource.GENRE, NOW) == 0
    x = sum(2.0 ** (-age / 7) for age in range(1, 11)) - 3
    assert row_fatigue(ten, "row", RowSource.GENRE, NOW) == pytest.approx(x / (x + 7))
    for ago in (0, 1):
        memory = {span: dict(keys) for span, keys in ten.impressions.items()}
        add_impressions(memory, ["~~row"], NOW - ago * DAY)
        assert row_fatigue(replace(ten, impressions=memory), "row", RowSource.GENRE, NOW) == 0
    memory = {span: dict(keys) for span, keys in ten.impressions.items()}
    add_impressions(memory, ["~~row"], NOW - 10 * DAY)
    nine = seen(*range(1, 10), key="~row")
    assert row_fatigue(replace(ten, impressions=memory), "row", RowSource.GENRE, NOW) == row_fatigue(
        nine, "row", RowSource.GENRE, NOW
    )


def test_nothing_is_asked_of_a_profile_that_was_shown_nothing() -> None:
    assert fatigue_scores(Activity(MINA), {TT1: MOVIE}, NOW) == {}
    assert row_fatigue(Activity(MINA), "row", RowSource.GENRE, NOW) == 0
    assert day_number(NOW) % SPAN_DAYS > 0
