"""Instants of devices, whose clocks may be wrong, on the server's clock.

A batch says when it was sent, on the device's clock. When that differs from when it was received by more than a
tolerance, the clocks differ, and every instant of the batch moves by the difference:

    occurred = received - (sent - occurred)

So the order within the batch and what was done offline stay. Without `sent_at`, or with clocks that agree, instants
stay. What then still lies ahead counts as now, and so does an instant before 1990, of a clock that was not set; where
the clock was set within the batch, it is before the events that follow. The order within the batch stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from domain.timestamps import whole_millis
from domain.viewers.events import EARLIEST, Event

CLOCK_TOLERANCE = timedelta(minutes=5)
STEP = timedelta(milliseconds=1)
"""Between instants that lie ahead: stores keep milliseconds."""


def on_server_clock(
    events: Sequence[Event], received_at: datetime, sent_at: datetime | None = None
) -> list[Event]:
    """The events of one batch, in the order given. The end of a snooze moves with its event."""
    difference = clock_difference(received_at, sent_at)
    moved = [_moved(event, difference, received_at) for event in events]
    return _none_ahead(_all_set(moved, received_at), whole_millis(received_at))


def clock_difference(received_at: datetime, sent_at: datetime | None) -> timedelta:
    """How far the device's clock is behind (or, negative, ahead); 0 within the tolerance."""
    difference = timedelta() if sent_at is None else received_at - sent_at
    return difference if abs(difference) > CLOCK_TOLERANCE else timedelta()


def _none_ahead(events: Sequence[Event], received_at: datetime) -> list[Event]:
    latest_allowed, instants = received_at, {}
    for instant in sorted({whole_millis(event.occurred_at) for event in events}, reverse=True):
        instants[instant] = min(instant, latest_allowed)
        latest_allowed = instants[instant] - STEP
    return [event.moved_to(instants[whole_millis(event.occurred_at)]) for event in events]


def _moved(event: Event, by: timedelta, received_at: datetime) -> Event:
    if not by:
        return event
    try:
        return event.moved_to(event.occurred_at + by)
    except OverflowError:
        return event.moved_to(received_at)


def _all_set(events: Sequence[Event], received_at: datetime) -> list[Event]:
    """Events of a clock that was not set yet end when the next event by the clock that was set begins, else now."""
    until, found = received_at, list[Event]()
    for is_unset, group in groupby(reversed(events), lambda event: event.occurred_at < EARLIEST):
        run = list(group)
        if is_unset:
            catch_up = until - max(event.occurred_at for event in run)
            run = [_caught_up(event, catch_up) for event in run]
        until = min([until, *(event.occurred_at - STEP for event in run)])
        found += run
    return found[::-1]


def _caught_up(event: Event, by: timedelta) -> Event:
    return event.moved_to(max(EARLIEST, event.occurred_at + by))
