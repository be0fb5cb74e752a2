"""Events as clients send them, and what they hear back."""

from __future__ import annotations

from datetime import datetime

import strawberry

from domain.ids import global_id
from domain.layouts.model import RowSource
from domain.viewers.events import EventType
from resolvers.execution import pure
from resolvers.home.serve import serve_home
from resolvers.request.context import ContextInfo
from resolvers.request.viewer import Viewer
from resolvers.types.arguments import Device
from resolvers.types.device import page_request, styles_of
from resolvers.types.enums import RefreshTrigger, Verdict
from resolvers.types.home import Home, home_node
from resolvers.types.rows import REFRESH_ON, Row, row_node
from resolvers.viewing.record_events import Outcome

# An impression changes no row: pages that shuffled while they are looked at would help nobody.
TRIGGERS: dict[EventType, RefreshTrigger] = {
    EventType.PLAY: RefreshTrigger.PLAYBACK_ENDED,
    EventType.PROGRESS: RefreshTrigger.PLAYBACK_ENDED,
    EventType.COMPLETE: RefreshTrigger.PLAYBACK_ENDED,
    EventType.LIST_ADD: RefreshTrigger.LIST_CHANGED,
    EventType.LIST_REMOVE: RefreshTrigger.LIST_CHANGED,
    EventType.LIKE: RefreshTrigger.RATING_CHANGED,
    EventType.DISLIKE: RefreshTrigger.RATING_CHANGED,
    EventType.UNRATE: RefreshTrigger.RATING_CHANGED,
    EventType.RATING: RefreshTrigger.RATING_CHANGED,
    EventType.CONTINUE_REMOVE: RefreshTrigger.CONTINUE_CHANGED,
    EventType.CONTINUE_SNOOZE: RefreshTrigger.CONTINUE_CHANGED,
    EventType.WATCH_DISOWN: RefreshTrigger.HISTORY_CHANGED,
    EventType.WATCH_RECLAIM: RefreshTrigger.HISTORY_CHANGED,
}


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
        default=None, description="When, on the device's clock; now when left out. May be in the past."
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


@strawberry.input(description="Events of one profile, in any order.")
class EventsRecordInput:
    profile_id: strawberry.ID = strawberry.field(description="Whose events they are.")
    events: list[EventInput] = strawberry.field(description="1 to 100 of them.")
    device: str | None = strawberry.field(default=None, description="Your name for the device.")


@strawberry.input(description="Say what a profile thinks of a title.")
class TitleRateInput:
    profile_id: strawberry.ID = strawberry.field(description="Whose verdict it is.")
    title_id: strawberry.ID = strawberry.field(description="The movie, series or episode.")
    verdict: Verdict = strawberry.field(description="NONE takes an earlier verdict back.")
    client_event_id: str = strawberry.field(description="Yours, unique per profile; makes a retry safe.")
    tracking_token: str | None = strawberry.field(
        default=None, description="The card's token, when there is one."
    )


@strawberry.input(description="Put a title on My List, or take it off.")
class ListChangeInput:
    profile_id: strawberry.ID = strawberry.field(description="Whose list it is.")
    title_id: strawberry.ID = strawberry.field(description="The movie or series.")
    client_event_id: str = strawberry.field(description="Yours, unique per profile; makes a retry safe.")
    tracking_token: str | None = strawberry.field(
        default=None, description="The card's token, when there is one."
    )


@strawberry.type(description="An event that was not kept, and why.")
class EventRejected:
    position: int = strawberry.field(description="Its place in the batch, counted from 0.")
    client_event_id: str = strawberry.field(description="Its id as sent.")
    code: str = strawberry.field(description="Machine-readable reason, such as NOT_FOUND or BAD_USER_INPUT.")
    message: str = strawberry.field(description="What is wrong and what to do.")


@strawberry.type(description="The events are kept, durably. Queries from now on see them.")
class EventsRecorded:
    outcome: strawberry.Private[Outcome]
    viewer: strawberry.Private[Viewer]

    @pure(description="How many are kept, those known already included.")
    def accepted_count(self) -> int:
        return len(self.outcome.accepted)

    @pure(description="How many of them had been sent before.")
    def duplicate_count(self) -> int:
        return self.outcome.duplicates

    @pure(description="Those that were not kept.")
    def rejected(self) -> list[EventRejected]:
        return [
            EventRejected(
                position=rejection.position,
                client_event_id=rejection.event_id,
                code=rejection.code,
                message=rejection.message,
            )
            for rejection in self.outcome.rejected
        ]

    @pure(description="Grows with every change of the profile's activity.")
    def revision(self) -> int:
        return self.outcome.revision

    @pure(
        description="What fills the rows that these events can change. A row of one of these kinds that is not "
        "among `changedRows` is gone: take it off the page."
    )
    def changed_kinds(self) -> list[RowSource]:
        return [kind for kind, triggers in REFRESH_ON.items() if self._triggers().intersection(triggers)]

    @strawberry.field(description="The rows these events changed, as they are now, for the client's cache.")
    async def changed_rows(self, info: ContextInfo, device: Device) -> list[Row]:
        viewer, page = await serve_home(
            info.context, global_id("profile", self.viewer.profile.id), page_request(device)
        )
        supports = styles_of(device)
        return [
            row_node(row, page, viewer, supports)
            for row in page.rows
            if self._triggers().intersection(REFRESH_ON.get(row.proposal.spec.source, ()))
        ]

    @strawberry.field(description="The whole page as it is now.")
    async def home(self, info: ContextInfo, device: Device) -> Home:
        viewer, page = await serve_home(
            info.context, global_id("profile", self.viewer.profile.id), page_request(device)
        )
        return home_node(page, viewer, styles_of(device))

    def _triggers(self) -> set[RefreshTrigger]:
        return {TRIGGERS[event.type] for event in self.outcome.accepted if event.type in TRIGGERS}


@strawberry.type(description="The account has no such profile.")
class ProfileNotFound:
    message: str = strawberry.field(description="For developers, not for viewers.")


@strawberry.type(description="Nothing was kept, because a store did not answer. Send the same again.")
class TryLater:
    message: str = strawberry.field(description="For developers, not for viewers.")
    retry_after_ms: int = strawberry.field(description="Wait this long before sending again.")
