"""Conversion of event inputs to domain events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import strawberry

from domain.errors import BadInput
from domain.ids import AccountId
from domain.signed_tokens import seal
from domain.viewers.activity import Activity
from domain.viewers.events import Event, EventType
from domain.viewers.profiles import Principal, Role, audience_for
from resolvers.request.context import Context
from resolvers.request.viewer import Viewer
from resolvers.runtime.stores import Stores
from resolvers.types.continue_watching import (
    ContinueWatchingRemoveInput,
    ContinueWatchingSnoozeInput,
    SnoozeInput,
    WatchOwnershipInput,
)
from resolvers.types.enums import Verdict
from resolvers.types.event_inputs import (
    EventInput,
    EventsRecordInput,
    ListChangeInput,
    SingleEventInput,
    TitleRateInput,
)
from resolvers.viewing.record_events import Rejection
from tests.domain.made import DAY, HOUR, MINA, NOW, a_profile, an_account

SECRET = b"a secret of thirty-two bytes or more"
TITLE = strawberry.ID("title_mv08")
VIEWER = Viewer(a_profile(), Activity(MINA), audience_for(a_profile(), an_account(), NOW))


def a_context() -> Context:
    principal = Principal(AccountId("home"), Role.VIEWER, None)
    return Context(principal, cast("Stores", None), NOW, "request", SECRET)


def an_input(**changes: Any) -> EventInput:
    return EventInput(**{"client_event_id": "one", "type": EventType.LIKE, "title_id": TITLE, **changes})


def test_what_an_event_leaves_out_is_the_requests() -> None:
    event = an_input().to_domain(VIEWER, a_context())
    assert event == Event("one", MINA, "mv08", EventType.LIKE, NOW, "DE")  # type: ignore[arg-type]


def test_an_event_keeps_everything_it_says() -> None:
    fields = ("snapshot", "trending", "0", "3", "mv08", "trending")
    given = an_input(
        type=EventType.PROGRESS,
        occurred_at=datetime.fromisoformat("2026-11-22T10:00:00+02:00"),
        position_seconds=60,
        duration_seconds=7200,
        stars=4.5,
        until=NOW + DAY,
        household=True,
        tracking_token=seal(SECRET, "tracking", *fields),
    )
    event = given.to_domain(VIEWER, a_context(), "tv")
    assert (event.occurred_at, event.until) == (datetime(2026, 11, 22, 8, tzinfo=UTC), NOW + DAY)
    assert (event.position_seconds, event.duration_seconds, event.stars) == (60, 7200, 4.5)
    assert (event.household, event.device, event.tracking) == (True, "tv", "|".join(fields))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title_id": "mv08"}, "This is not an id of this API."),
        ({"title_id": "profile_ade"}, "Expected the id of a title"),
        ({"occurred_at": NOW.replace(tzinfo=None)}, "occurredAt: an instant needs a time zone."),
        ({"until": NOW.replace(tzinfo=None)}, "until: an instant needs a time zone."),
        ({"tracking_token": "made.up"}, "trackingToken: was not made by this service."),
    ],
)
def test_an_event_that_cannot_be_read_says_which_field(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        an_input(**changes).to_domain(VIEWER, a_context())


def test_a_batch_keeps_the_places_of_its_events() -> None:
    events = [an_input(), an_input(client_event_id="two", title_id="x"), an_input(client_event_id="three")]
    batch = a_batch(events).to_domain(VIEWER, a_context())
    assert {position: event.id for position, event in batch.events.items()} == {0: "one", 2: "three"}
    assert [event.device for event in batch.events.values()] == ["tv", "tv"]
    message = "This is not an id of this API. Use ids as the API returned them."
    assert batch.unreadable == [Rejection(1, "two", "BAD_USER_INPUT", message)]


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_is_bounded(count: int) -> None:
    a_batch([an_input()] * 100).check_size()
    with pytest.raises(BadInput, match=f"events: send 1 to 100 at a time, not {count}."):
        a_batch([an_input()] * count).check_size()


def a_batch(events: list[EventInput]) -> EventsRecordInput:
    return EventsRecordInput(profile_id=strawberry.ID("profile_mina"), events=events, device="tv")


SHARED: dict[str, Any] = {
    "profile_id": strawberry.ID("profile_mina"),
    "title_id": TITLE,
    "client_event_id": "one",
    "tracking_token": "token",
}
EARLIER = NOW - HOUR


@pytest.mark.parametrize(
    ("given", "occurred_at"),
    [
        (TitleRateInput(**SHARED, verdict=Verdict.LIKE), None),
        (ListChangeInput(**SHARED), None),
        (ContinueWatchingRemoveInput(**SHARED, occurred_at=EARLIER), EARLIER),
        (WatchOwnershipInput(**SHARED, occurred_at=EARLIER), EARLIER),
    ],
)
def test_an_input_about_one_title_is_a_batch_of_one(
    given: SingleEventInput, occurred_at: datetime | None
) -> None:
    batch = given.to_batch(EventType.LIST_ADD)
    event = an_input(type=EventType.LIST_ADD, tracking_token="token", occurred_at=occurred_at)
    assert batch == EventsRecordInput(profile_id=SHARED["profile_id"], events=[event])


def test_every_verdict_is_a_type_of_event() -> None:
    assert [EventType(verdict.value) for verdict in Verdict] == [
        EventType.LIKE,
        EventType.DISLIKE,
        EventType.UNRATE,
    ]


def test_a_snooze_ends_at_an_instant_or_days_after_it_began() -> None:
    assert SnoozeInput(until=NOW + DAY).to_domain(EARLIER) == NOW + DAY
    assert SnoozeInput(days=3).to_domain(EARLIER) == EARLIER + timedelta(days=3)
    for days in (0, 366, None):
        with pytest.raises(BadInput, match=f"snooze.days: send 1 to 365, not {days}."):
            SnoozeInput(days=days).to_domain(EARLIER)


@pytest.mark.parametrize(("occurred_at", "began"), [(None, NOW), (EARLIER, EARLIER)])
def test_a_snooze_begins_when_it_was_pressed(occurred_at: datetime | None, began: datetime) -> None:
    given = ContinueWatchingSnoozeInput(**SHARED, snooze=SnoozeInput(days=1), occurred_at=occurred_at)
    [event] = given.to_snooze(NOW).events
    assert (event.type, event.occurred_at) == (EventType.CONTINUE_SNOOZE, occurred_at)
    assert event.until == began + DAY
