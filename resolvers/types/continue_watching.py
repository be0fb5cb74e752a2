"""What clients send to take a title off Continue Watching, to put it off, or to disown having watched it."""

from __future__ import annotations

from datetime import datetime, timedelta

import strawberry

from domain.errors import BadInput
from domain.viewers.events import MAX_SNOOZE

_EVENT_ID = "Yours, unique per profile; makes a retry safe."
_TRACKING = "The card's token, when there is one."
_OCCURRED = "When, on the device's clock; now when left out. May be in the past."


@strawberry.input(description="Take a title off Continue Watching.")
class ContinueWatchingRemoveInput:
    profile_id: strawberry.ID = strawberry.field(description="Whose row it is.")
    title_id: strawberry.ID = strawberry.field(
        description="The movie, or the series or any of its episodes: a series goes as a whole."
    )
    client_event_id: str = strawberry.field(description=_EVENT_ID)
    occurred_at: datetime | None = strawberry.field(default=None, description=_OCCURRED)
    tracking_token: str | None = strawberry.field(default=None, description=_TRACKING)


@strawberry.input(one_of=True, description="For how long: one of the two.")
class SnoozeInput:
    until: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="Until this instant, within a year."
    )
    days: int | None = strawberry.field(default=strawberry.UNSET, description="For so many days, 1 to 365.")


@strawberry.input(description="Put a title of Continue Watching off for a while.")
class ContinueWatchingSnoozeInput:
    profile_id: strawberry.ID = strawberry.field(description="Whose row it is.")
    title_id: strawberry.ID = strawberry.field(
        description="The movie, or the series or any of its episodes: a series goes as a whole."
    )
    snooze: SnoozeInput = strawberry.field(description="For how long.")
    client_event_id: str = strawberry.field(description=_EVENT_ID)
    occurred_at: datetime | None = strawberry.field(default=None, description=_OCCURRED)
    tracking_token: str | None = strawberry.field(default=None, description=_TRACKING)


@strawberry.input(description="Say that a title was not, or was after all, watched by this profile.")
class WatchOwnershipInput:
    profile_id: strawberry.ID = strawberry.field(description="The profile that says so.")
    title_id: strawberry.ID = strawberry.field(
        description="The movie, or the series or any of its episodes: a series counts as a whole."
    )
    client_event_id: str = strawberry.field(description=_EVENT_ID)
    occurred_at: datetime | None = strawberry.field(default=None, description=_OCCURRED)
    tracking_token: str | None = strawberry.field(default=None, description=_TRACKING)


def snoozed_until(snooze: SnoozeInput, occurred_at: datetime) -> datetime:
    """The end of a snooze that began then. Raises BadInput for a number of days that is out of range."""
    if snooze.until is not strawberry.UNSET and snooze.until is not None:
        return snooze.until
    if not isinstance(snooze.days, int) or not 1 <= snooze.days <= MAX_SNOOZE.days:
        raise BadInput(f"snooze.days: send 1 to {MAX_SNOOZE.days}, not {snooze.days}.")
    return occurred_at + timedelta(days=snooze.days)
