"""Events of devices whose clocks are wrong happen when they happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import TitleId
from domain.viewers.activity import Activity, merge
from domain.viewers.device_clocks import CLOCK_TOLERANCE, clock_difference, on_server_clock
from domain.viewers.events import Event, EventType, activity_changes, validate_event
from tests.domain.made import DAY, HOUR, MINA, NOW, an_event

MINUTE = timedelta(minutes=1)
YEARS = 7 * 365 * DAY
ADD, REMOVE = EventType.LIST_ADD, EventType.LIST_REMOVE


def at(instant: datetime, type: EventType = ADD, id: str = "e1", until: datetime | None = None) -> Event:
    return an_event(type, id=id, occurred_at=instant, until=until)


def instants(events: list[Event]) -> list[datetime]:
    return [event.occurred_at for event in events]


@pytest.mark.parametrize("off", [HOUR, -HOUR, YEARS, -YEARS, 6 * MINUTE, -6 * MINUTE])
def test_a_wrong_clock_is_corrected_by_when_the_batch_was_sent(off: timedelta) -> None:
    """`off`: how far the clock is ahead."""
    happened = [NOW - 3 * HOUR, NOW - 2 * MINUTE, NOW - timedelta(seconds=1)]
    sent = on_server_clock([at(instant + off) for instant in happened], NOW, NOW + off)
    assert instants(sent) == happened


@pytest.mark.parametrize("off", [timedelta(), 4 * MINUTE, -4 * MINUTE, CLOCK_TOLERANCE])
def test_clocks_that_agree_leave_instants_alone(off: timedelta) -> None:
    """A batch that was recorded offline and is sent late."""
    offline = [NOW - 9 * DAY, NOW - 2 * DAY]
    assert instants(on_server_clock([at(instant) for instant in offline], NOW, NOW + off)) == offline


def test_without_a_time_of_sending_what_lies_ahead_counts_as_now_and_the_past_stays() -> None:
    assert instants(on_server_clock([at(NOW + HOUR)], NOW)) == [NOW]
    assert instants(on_server_clock([at(NOW - YEARS)], NOW)) == [NOW - YEARS]


def test_what_lies_ahead_keeps_its_order() -> None:
    events = [at(NOW + HOUR, ADD), at(NOW + HOUR + MINUTE, REMOVE, "e2"), at(NOW - DAY, ADD, "e3")]
    corrected = on_server_clock(events, NOW)
    assert instants(corrected) == [NOW - timedelta(milliseconds=1), NOW, NOW - DAY]
    assert merge(Activity(MINA), activity_changes(corrected)).my_list() == []


def test_a_removal_by_a_clock_that_is_years_behind_takes_effect() -> None:
    before = merge(Activity(MINA), activity_changes([at(NOW - DAY)]))
    removal = at(NOW - YEARS, REMOVE, "e2")
    late = merge(before, activity_changes(on_server_clock([removal], NOW)))
    assert late.my_list() == [TitleId("tt1")]
    sent = on_server_clock([removal], NOW, NOW - YEARS + MINUTE)
    assert merge(before, activity_changes(sent)).my_list() == []


def test_a_clock_that_was_never_set_counts_as_now_in_order() -> None:
    boot = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    events = [at(boot), at(boot + MINUTE, REMOVE, "e2")]
    assert instants(on_server_clock(events, NOW)) == [NOW - MINUTE, NOW]
    assert instants(on_server_clock(events[:2], NOW, boot + 2 * MINUTE)) == [NOW - 2 * MINUTE, NOW - MINUTE]


@pytest.mark.parametrize("sent_at", [None, NOW, NOW - MINUTE])
def test_a_clock_that_is_set_within_a_batch_leaves_the_batch_in_order(sent_at: datetime | None) -> None:
    """A player boots, and asks for the time while it is used."""
    boot, step = datetime(1970, 1, 1, 0, 5, tzinfo=UTC), timedelta(milliseconds=1)
    events = [at(boot), at(boot + MINUTE, REMOVE, "e2"), at(NOW - HOUR, ADD, "e3"), at(boot, REMOVE, "e4")]
    corrected = on_server_clock(events[:3], NOW, sent_at)
    assert instants(corrected) == [NOW - HOUR - MINUTE - step, NOW - HOUR - step, NOW - HOUR]
    assert merge(Activity(MINA), activity_changes(corrected)).my_list() == [TitleId("tt1")]
    assert instants(on_server_clock(events, NOW, sent_at))[2:] == [NOW - HOUR, NOW]


def test_a_snooze_ends_as_long_after_it_as_the_device_said() -> None:
    ahead = at(NOW + HOUR, EventType.CONTINUE_SNOOZE, until=NOW + HOUR + 365 * DAY)
    for sent_at in (None, NOW + HOUR):
        [corrected] = on_server_clock([ahead], NOW, sent_at)
        assert corrected.until == NOW + 365 * DAY
        assert validate_event(corrected, NOW) == corrected


def test_the_difference_of_clocks_within_the_tolerance_is_none() -> None:
    assert clock_difference(NOW, None) == timedelta()
    assert clock_difference(NOW, NOW - CLOCK_TOLERANCE) == timedelta()
    assert clock_difference(NOW, NOW - CLOCK_TOLERANCE - MINUTE) == CLOCK_TOLERANCE + MINUTE
    assert clock_difference(NOW, NOW + HOUR) == -HOUR


any_instants = st.datetimes(timezones=st.just(UTC)) | st.sampled_from(
    [NOW + step * HOUR for step in range(-3, 4)]
)


@given(st.lists(any_instants, min_size=1, max_size=6), st.none() | any_instants)
def test_whatever_the_clock_every_event_can_be_recorded(
    given: list[datetime], sent_at: datetime | None
) -> None:
    events = [at(instant, id=f"e{number}") for number, instant in enumerate(given)]
    corrected = on_server_clock(events, NOW, sent_at)
    assert [event.id for event in corrected] == [event.id for event in events]
    for event in corrected:
        assert validate_event(event, NOW).occurred_at <= NOW


@given(
    st.lists(st.integers(0, 10**9).map(lambda ms: NOW - timedelta(milliseconds=ms)), min_size=2, max_size=6),
    st.integers(-(10**11), 10**11).map(lambda ms: timedelta(milliseconds=ms)),
)
def test_the_order_within_a_batch_stays(happened: list[datetime], off: timedelta) -> None:
    for sent_at in (NOW + off, None):
        found = instants(on_server_clock([at(instant + off) for instant in happened], NOW, sent_at))
        for earlier, later in zip(range(len(found) - 1), range(1, len(found)), strict=True):
            if happened[earlier] < happened[later]:
                assert found[earlier] < found[later]
    if abs(off) > CLOCK_TOLERANCE:
        assert instants(on_server_clock([at(one + off) for one in happened], NOW, NOW + off)) == happened


def test_nothing_else_of_an_event_changes() -> None:
    event = an_event(EventType.PROGRESS, position_seconds=60, duration_seconds=600, device="tv")
    moved = replace(event, occurred_at=event.occurred_at + HOUR)
    assert on_server_clock([moved], NOW, NOW + HOUR) == [event]
