"""Results of recording events."""

from __future__ import annotations

import strawberry

from domain.error_codes import ErrorCode
from domain.errors import NotFound
from domain.ids import global_id
from domain.layouts.row_kinds import ROW_KINDS, RefreshTrigger, RowSource
from domain.viewers.departures import ProfileDeparted
from domain.viewers.events import EventType
from resolvers.execution import pure
from resolvers.home.serve import serve_home
from resolvers.request.context import ContextInfo
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import Viewer, load_viewer
from resolvers.types.arguments import Device
from resolvers.types.home import Home, home_node
from resolvers.types.rows import Row, row_node
from resolvers.types.titles import TitleState, state_node
from resolvers.viewing.record_events import RecordingResult

RETRY_AFTER_MS = 1000

# Impressions are missing: a page must not change while the viewer looks at it.
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


@strawberry.type(description="An event that was not kept, and why.")
class EventRejected:
    position: int = strawberry.field(description="Its place in the batch, counted from 0.")
    client_event_id: str = strawberry.field(description="Its id as sent.")
    code: str = strawberry.field(
        description="Machine-readable reason, such as NOT_FOUND or BAD_USER_INPUT.",
        deprecation_reason="`errorCode` is the same as an enum. Goes with 1.0.",
    )
    error_code: ErrorCode = strawberry.field(description="Why, such as NOT_FOUND or BAD_USER_INPUT.")
    message: str = strawberry.field(description="What is wrong and what to do.")


@strawberry.type(description="The events are kept, durably. Queries from now on see them.")
class EventsRecorded:
    outcome: strawberry.Private[RecordingResult]
    viewer: strawberry.Private[Viewer]
    kinds: strawberry.Private[frozenset[RowSource]] = frozenset()
    """Kinds of rows that changed by what is not an event, such as favourite genres."""

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
                error_code=ErrorCode(rejection.code),
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
        return [kind for kind in ROW_KINDS if self._is_changed(kind)]

    @strawberry.field(description="The rows these events changed, as they are now, for the client's cache.")
    async def changed_rows(self, info: ContextInfo, device: Device) -> list[Row]:
        viewer, page = await serve_home(info.context, self.viewer.profile.id, device.to_domain())
        supports = device.drawable()
        return [
            row_node(row, page, viewer, supports)
            for row in page.rows
            if self._is_changed(row.candidates.spec.source)
        ]

    @strawberry.field(description="The whole page as it is now.")
    async def home(self, info: ContextInfo, device: Device) -> Home:
        viewer, page = await serve_home(info.context, self.viewer.profile.id, device.to_domain())
        return home_node(page, viewer, device.drawable())

    @strawberry.field(
        description="The titles these events were about, as they are for the profile now; null while they cannot "
        "be read."
    )
    async def states(self, info: ContextInfo) -> list[TitleState] | None:
        viewer = await load_viewer(info.context, self.viewer.profile.id)
        loader = TitleLoader(await info.context.version_loaders(), viewer.audience)
        found = await loader.load(event.title_id for event in self.outcome.accepted)
        return [state_node(title, viewer) for title in found.values()]

    def _is_changed(self, kind: RowSource) -> bool:
        return kind in self.kinds or bool(self._triggers().intersection(ROW_KINDS[kind].refresh_on))

    def _triggers(self) -> set[RefreshTrigger]:
        return {TRIGGERS[event.type] for event in self.outcome.accepted if event.type in TRIGGERS}


@strawberry.type(description="The account has no such profile.")
class ProfileNotFound:
    message: str = strawberry.field(description="For developers, not for viewers.")
    merged_into: strawberry.ID | None = strawberry.field(
        default=None,
        description="The account's profile that this one was merged into, such as profile_mina. Send it there.",
    )


def profile_not_found(error: NotFound) -> ProfileNotFound:
    into = error.into if isinstance(error, ProfileDeparted) else None
    return ProfileNotFound(
        message=str(error), merged_into=strawberry.ID(global_id("profile", into)) if into else None
    )


@strawberry.type(
    description="Nothing was kept, because the input cannot be used. Correct it and send it again."
)
class InputRefused:
    error_code: ErrorCode = strawberry.field(description="BAD_USER_INPUT.")
    message: str = strawberry.field(
        description="Which field, what is wrong with it and what to send, as in: genres: choose at most 5, not 9."
    )


@strawberry.type(description="Nothing was kept, because a store did not answer. Send the same again.")
class TryLater:
    message: str = strawberry.field(description="For developers, not for viewers.")
    retry_after_ms: int = strawberry.field(
        default=RETRY_AFTER_MS, description="Wait this long before sending again."
    )
