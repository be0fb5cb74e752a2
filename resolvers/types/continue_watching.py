"""Inputs that remove, snooze or disown a title of Continue Watching."""

from __future__ import annotations

from datetime import datetime, timedelta

import strawberry

from domain.errors import BadInput
from domain.viewers.events import MAX_SNOOZE, EventType
from resolvers.types.event_inputs import SENT_AT, EventsRecordInput, SingleEventInput

_EVENT_ID = "Yours, unique per profile; makes a retry safe."
_TRACKING = "The card's token, when there is one."
_OCCURRED = (
    "When, on the device's clock; now when left out. May be in the past; what lies ahead counts as now."
)


@strawberry.input(description="Take a title off Continue Watching.")
class ContinueWatchingRemoveInput(SingleEventInput):
    profile_id: strawberry.ID = strawberry.field(description="Whose row it is.")
    title_id: strawberry.ID = strawberry.field(
        description="The movie, or the series or any of its episodes: a series goes as a whole."
    )
    client_event_id: str = strawberry.field(description=_EVENT_ID)
    occurred_at: datetime | None = strawberry.field(default=None, description=_OCCURRED)
    sent_at: datetime | None = strawberry.field(default=None, description=SENT_AT)
    tracking_token: str | None = strawberry.field(default=None, description=_TRACKING)


@strawberry.input(one_of=True, description="For how long: one of the two.")
class SnoozeInput:
    until: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Until this instant, within a year."
    )
    days: int | None = strawberry.field(default=strawberry.UNSET, description="For so many days, 1 to 365.")

    def to_domain(self, began_at: datetime) -> datetime:
        """When the snooze ends. Raises BadInput for a number of days out of range."""
        if self.until is not strawberry.UNSET and self.until is not None:
            return self.until
        if not isinstance(self.days, int) or not 1 <= self.days <= MAX_SNOOZE.days:
            raise BadInput(f"snooze.days: send 1 to {MAX_SNOOZE.days}, not {self.days}.")
        return began_at + timedelta(days=self.days)


@strawberry.input(description="Put a title of Continue Watching off for a while.")
class ContinueWatchingSnoozeInput(SingleEventInput):
    profile_id: strawberry.ID = strawberry.field(description="Whose row it is.")
    title_id: strawberry.ID = strawberry.field(
        description="The movie, or the series or any of its episodes: a series goes as a whole."
    )
    snooze: SnoozeInput = strawberry.field(description="For how long.")
    client_event_id: str = strawberry.field(description=_EVENT_ID)
    occurred_at: datetime | None = strawberry.field(default=None, description=_OCCURRED)
    sent_at: datetime | None = strawberry.field(default=None, description=SENT_AT)
    tracking_token: str | None = strawberry.field(default=None, description=_TRACKING)

    def to_snooze(self, now: datetime) -> EventsRecordInput:
        """Raises BadInput as `SnoozeInput.to_domain`."""
        began_at = self.occurred_at or self.sent_at or now
        return self.to_batch(EventType.CONTINUE_SNOOZE, self.snooze.to_domain(began_at))


@strawberry.input(description="Say that a title was not, or was after all, watched by this profile.")
class WatchOwnershipInput(SingleEventInput):
    profile_id: strawberry.ID = strawberry.field(description="The profile that says so.")
    title_id: strawberry.ID = strawberry.field(
        description="The movie, or the series or any of its episodes: a series counts as a whole."
    )
    client_event_id: str = strawberry.field(description=_EVENT_ID)
    occurred_at: datetime | None = strawberry.field(default=None, description=_OCCURRED)
    sent_at: datetime | None = strawberry.field(default=None, description=SENT_AT)
    tracking_token: str | None = strawberry.field(default=None, description=_TRACKING)
