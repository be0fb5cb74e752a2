"""Inputs for events, and their conversion to domain events."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import strawberry

from domain.errors import BadInput
from domain.signed_tokens import unseal
from domain.timestamps import in_utc
from domain.viewers.device_clocks import on_server_clock
from domain.viewers.events import MAX_BATCH, Event, EventType
from resolvers.request.context import Context
from resolvers.request.viewer import Viewer
from resolvers.types.enums import Verdict
from resolvers.types.ids import parse_title_id
from resolvers.viewing.record_events import EventBatch, Rejection

SENT_AT = (
    "When you send this, on the clock that `occurredAt` is from; set it anew when you send again. When it differs "
    "from the server's clock by more than five minutes, the instants are moved by the difference."
)


@strawberry.input(description="One thing a viewer did.")
class EventInput:
    client_event_id: str = strawberry.field(
        description="Yours, unique per profile, 1 to 64 letters, digits, '-' or '_'. Sent again, it counts once."
    )
    type: EventType = strawberry.field(description="What happened.")
    title_id: strawberry.ID = strawberry.field(
        description="A movie or episode; for all but playback, also a series."
    )
    occurred_at: datetime | None = strawberry.field(
        default=None,
        description="When, on the device's clock; now when left out. May be in the past; what lies ahead counts as "
        "now.",
    )
    position_seconds: int | None = strawberry.field(default=None, description="Where playback stands.")
    duration_seconds: int | None = strawberry.field(default=None, description="Length of the title.")
    stars: float | None = strawberry.field(default=None, description="For RATING: 0.5 to 5.")
    until: datetime | None = strawberry.field(
        default=None, description="For CONTINUE_SNOOZE: when the title may be back, within a year."
    )
    household: bool = strawberry.field(
        default=False,
        description="Several people are watching: what they watch is kept as history, and is nobody's taste. "
        "Set it on every event of such a session; opinions cannot have it.",
    )
    tracking_token: str | None = strawberry.field(
        default=None, description="The card's or row's token, when it came from one; needed for IMPRESSION."
    )

    def to_domain(
        self, viewer: Viewer, context: Context, device: str | None = None, sent_at: datetime | None = None
    ) -> Event:
        """Instants as the device's clock has them. Raises BadInput naming the field."""
        return Event(
            id=self.client_event_id,
            profile_id=viewer.profile.id,
            title_id=parse_title_id(self.title_id),
            type=self.type,
            occurred_at=_utc("occurredAt", self.occurred_at) if self.occurred_at else sent_at or context.now,
            region=viewer.region,
            position_seconds=self.position_seconds,
            duration_seconds=self.duration_seconds,
            stars=self.stars,
            until=_utc("until", self.until) if self.until else None,
            household=self.household,
            device=device,
            tracking=_unsealed_tracking(context.secret, self.tracking_token),
        )


@strawberry.input(description="Events of one profile, in any order.")
class EventsRecordInput:
    profile_id: strawberry.ID = strawberry.field(description="Whose events they are.")
    events: list[EventInput] = strawberry.field(description="1 to 100 of them.")
    device: str | None = strawberry.field(default=None, description="Your name for the device.")
    sent_at: datetime | None = strawberry.field(default=None, description=SENT_AT)

    def check_size(self) -> None:
        """Raises BadInput outside 1..MAX_BATCH."""
        if not 1 <= len(self.events) <= MAX_BATCH:
            raise BadInput(f"events: send 1 to {MAX_BATCH} at a time, not {len(self.events)}.")

    def to_domain(self, viewer: Viewer, context: Context) -> EventBatch:
        """A malformed event becomes a rejection of its own."""
        sent_at = _utc("sentAt", self.sent_at) if self.sent_at else None
        events: dict[int, Event] = {}
        unreadable: list[Rejection] = []
        for position, given in enumerate(self.events):
            try:
                events[position] = given.to_domain(viewer, context, self.device, sent_at)
            except BadInput as error:
                unreadable.append(Rejection(position, given.client_event_id, error.code, str(error)))
        undated = [position for position in events if self.events[position].occurred_at is None]
        corrected = dict(zip(events, on_server_clock([*events.values()], context.now, sent_at), strict=True))
        corrected |= {position: replace(corrected[position], occurred_at=context.now) for position in undated}
        return EventBatch(corrected, unreadable)


class SingleEventInput:
    """Shared by inputs for one event about one title."""

    profile_id: strawberry.ID
    title_id: strawberry.ID
    client_event_id: str
    tracking_token: str | None
    occurred_at: datetime | None = None
    sent_at: datetime | None = None

    def to_batch(self, type: EventType, until: datetime | None = None) -> EventsRecordInput:
        event = EventInput(
            client_event_id=self.client_event_id,
            type=type,
            title_id=self.title_id,
            occurred_at=self.occurred_at,
            until=until,
            tracking_token=self.tracking_token,
        )
        return EventsRecordInput(profile_id=self.profile_id, events=[event], sent_at=self.sent_at)


@strawberry.input(description="Say what a profile thinks of a title.")
class TitleRateInput(SingleEventInput):
    profile_id: strawberry.ID = strawberry.field(description="Whose verdict it is.")
    title_id: strawberry.ID = strawberry.field(description="The movie, series or episode.")
    verdict: Verdict = strawberry.field(description="NONE takes an earlier verdict back.")
    client_event_id: str = strawberry.field(description="Yours, unique per profile; makes a retry safe.")
    tracking_token: str | None = strawberry.field(
        default=None, description="The card's token, when there is one."
    )


@strawberry.input(description="Put a title on My List, or take it off.")
class ListChangeInput(SingleEventInput):
    profile_id: strawberry.ID = strawberry.field(description="Whose list it is.")
    title_id: strawberry.ID = strawberry.field(description="The movie or series.")
    client_event_id: str = strawberry.field(description="Yours, unique per profile; makes a retry safe.")
    tracking_token: str | None = strawberry.field(
        default=None, description="The card's token, when there is one."
    )


def _utc(name: str, given: datetime) -> datetime:
    try:
        return in_utc(given)
    except ValueError as error:
        raise BadInput(f"{name}: {error}. Write it like 2026-11-22T20:15:00Z.") from None


def _unsealed_tracking(secret: bytes, token: str | None) -> str | None:
    """The token's fields as the archive stores them."""
    if not token:
        return None
    try:
        return "|".join(unseal(secret, "tracking", token))
    except BadInput:
        message = "trackingToken: was not made by this service. Send it back exactly as received."
        raise BadInput(message) from None
