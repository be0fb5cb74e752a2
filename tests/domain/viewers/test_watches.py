"""Watches only grow: finished stays finished, wherever playback stands later."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import TitleId
from domain.viewers.activity import Activity, Changes, Disowning, merge
from domain.viewers.events import PLAYBACK, Event, EventType, activity_changes
from domain.viewers.watches import NEVER, Watch, merge_watches, one_playback
from tests.domain.made import DAY, HOUR, MINA, NOW, a_watch, an_event, events, watches

END = a_watch(HOUR, 7440, 7440, done=True)
SLIP = a_watch(HOUR / 2, 25, 7440)
SECOND = timedelta(seconds=1)


def joined(*parts: Watch) -> Watch:
    return reduce(merge_watches, parts)


@given(watches, watches, watches)
def test_merging_is_a_join(one: Watch, two: Watch, three: Watch) -> None:
    assert merge_watches(one, two) == merge_watches(two, one)
    assert merge_watches(merge_watches(one, two), three) == merge_watches(one, merge_watches(two, three))
    assert merge_watches(one, one) == one


@given(watches, watches)
def test_no_later_report_takes_back_what_was_finished_or_seen(one: Watch, two: Watch) -> None:
    both = merge_watches(one, two)
    assert both.finished == (one.finished or two.finished)
    assert both.share == max(one.share, two.share)
    for watch in (one, two):
        assert watch.finished_at is None or (
            both.finished_at is not None and both.finished_at >= watch.finished_at
        )


@pytest.mark.parametrize("position", [0, 25, 120])
def test_a_slip_of_the_finger_after_the_end_leaves_a_film_finished(position: int) -> None:
    watch = joined(END, replace(SLIP, position_seconds=position))
    assert (watch.finished, watch.is_open, watch.has_progress, watch.share) == (True, False, False, 1.0)
    assert (watch.at, watch.viewed_at) == (NOW - HOUR / 2, NOW - HOUR)


def test_a_finished_film_that_is_started_anew_is_open_and_stays_finished() -> None:
    watch = joined(END, a_watch(HOUR / 2, 121, 7440))
    assert (watch.finished, watch.is_open, watch.has_progress, watch.share) == (True, True, True, 1.0)
    assert watch.position_share == 121 / 7440
    again = joined(watch, a_watch(HOUR / 4, 7440, 7440, done=True))
    assert (again.is_open, again.finished_at, again.first_finished_at) == (False, NOW - HOUR / 4, NOW - HOUR)


def test_an_older_position_that_arrives_late_opens_nothing() -> None:
    assert not joined(END, a_watch(2 * HOUR, 3000, 7440)).is_open


def test_a_play_without_a_position_says_only_that_the_title_was_played() -> None:
    stopped = an_event(EventType.PROGRESS, position_seconds=600, duration_seconds=2700)
    played = an_event(EventType.PLAY, occurred_at=NOW, duration_seconds=2700)
    together = activity_changes([stopped, played]).watched[TitleId("tt1")]
    assert together == Watch(NOW, 600, 2700, NOW - HOUR, None, None, 600 / 2700, NOW - HOUR)
    assert activity_changes([played]).watched[TitleId("tt1")] == Watch(NOW)


def test_what_was_finished_before_a_disowning_does_not_count_after_it() -> None:
    watch = joined(END, SLIP)
    since = watch.since(NOW - HOUR)
    assert since is not None
    assert (since.finished, since.share, since.position_seconds) == (False, 25 / 7440, 25)
    assert watch.since(NOW - HOUR - SECOND) == watch
    assert watch.since(NOW - HOUR / 2) is None


def test_a_rewatch_after_a_disowning_was_finished_once() -> None:
    watch = joined(a_watch(9 * DAY, 7440, 7440, done=True), END)
    since = watch.since(NOW - DAY)
    assert since is not None
    assert (since.first_finished_at, since.finished_at) == (NOW - HOUR, NOW - HOUR)


def test_a_later_play_does_not_bring_back_a_position_before_the_disowning() -> None:
    since = joined(a_watch(2 * HOUR, 600), Watch(NOW)).since(NOW - HOUR)
    assert since is not None
    assert (since.position_seconds, since.position_at, since.share) == (0, NEVER, 0.0)


def test_alone_and_together_finish_one_title() -> None:
    title = TitleId("m1")
    activity = Activity(MINA, watched={title: SLIP}, household={title: END})
    watch = activity.joined_watch(title)
    assert watch is not None
    assert (watch.finished, watch.is_open, watch.position_seconds) == (True, False, 25)
    disowned = replace(activity, disowned={title: Disowning(NOW - HOUR, True)})
    kept = disowned.owned_watches(title)
    assert kept is not None
    assert (kept.finished, kept.position_seconds) == (False, 25)


@given(
    st.lists(events.filter(lambda event: event.type in PLAYBACK), max_size=10),
    st.randoms(use_true_random=False),
)
def test_any_order_repeats_and_batches_of_playback_give_one_record(
    given: list[Event], chance: random.Random
) -> None:
    whole = activity_changes(given)
    shuffled = given + chance.choices(given, k=len(given)) if given else []
    chance.shuffle(shuffled)
    record = Activity(MINA)
    while shuffled:
        size = chance.randint(1, len(shuffled))
        record = merge(record, activity_changes(shuffled[:size]))
        shuffled = shuffled[size:]
    assert (record.watched, record.household) == (whole.watched, whole.household)
    assert merge(record, Changes(whole.watched, household=whole.household)).watched == whole.watched


def test_the_place_in_the_series_is_that_of_the_last_playback() -> None:
    before = one_playback(NOW - HOUR, 600, 2700, series_id="s1", season=1, episode=4)
    renumbered = one_playback(NOW, 700, 2700, series_id="s1", season=0, episode=0)
    assert joined(before, renumbered).number == joined(renumbered, before).number == (0, 0)
