"""The mutation root: what viewers do. Every mutation is durable when it answers, and safe to send again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from domain.errors import BadInput, NotFound, StoreUnavailable
from domain.ids import TitleId, raw_id
from domain.signed_tokens import unseal
from domain.timestamps import in_utc
from domain.viewers.anonymous_sessions import is_session
from domain.viewers.events import MAX_BATCH, Event, EventType
from domain.viewers.onboarding import MOST_LIKED, checked_genres
from resolvers.request.context import Context, ContextInfo
from resolvers.request.viewer import Viewer, viewer_of
from resolvers.staff.experiments import ExperimentMutations
from resolvers.staff.layouts import LayoutMutations
from resolvers.types.continue_watching import (
    ContinueWatchingRemoveInput,
    ContinueWatchingSnoozeInput,
    WatchOwnershipInput,
    snoozed_until,
)
from resolvers.types.events import (
    EventInput,
    EventsRecorded,
    EventsRecordInput,
    ListChangeInput,
    ProfileNotFound,
    TitleRateInput,
    TryLater,
)
from resolvers.types.onboarding import OnboardingAnswerInput
from resolvers.types.sessions import SessionMerged, SessionMergeInput
from resolvers.viewing.merge_session import adopt_session
from resolvers.viewing.onboarding import answered
from resolvers.viewing.record_events import Rejection, record

RETRY_AFTER_MS = 1000
NOTHING_KEPT = "Nothing was kept, because a store did not answer. Send the same again."

EventsRecordResult = Annotated[
    EventsRecorded | ProfileNotFound | TryLater,
    strawberry.union("EventsRecordResult", description="What became of the events."),
]


Events = Annotated[EventsRecordInput, strawberry.argument(description="Whose events, and which.")]
Rate = Annotated[TitleRateInput, strawberry.argument(description="Whose verdict on what.")]
SessionMergeResult = Annotated[
    SessionMerged | ProfileNotFound | TryLater,
    strawberry.union("SessionMergeResult", description="What became of the session."),
]
Merge = Annotated[SessionMergeInput, strawberry.argument(description="Which session, and who signed in.")]
Answer = Annotated[OnboardingAnswerInput, strawberry.argument(description="Who answers what.")]
Remove = Annotated[ContinueWatchingRemoveInput, strawberry.argument(description="Whose row, which title.")]
Snooze = Annotated[
    ContinueWatchingSnoozeInput, strawberry.argument(description="Whose row, which title, for how long.")
]
Ownership = Annotated[WatchOwnershipInput, strawberry.argument(description="Who says so, of which title.")]
ListChange = Annotated[ListChangeInput, strawberry.argument(description="Whose list and which title.")]


@strawberry.type(description="Everything a viewer can do.")
class Mutation(LayoutMutations, ExperimentMutations):
    @strawberry.mutation(
        description="Record what happened on a device: late, twice and out of order are fine."
    )
    async def events_record(self, info: ContextInfo, input: Events) -> EventsRecordResult:
        return await _record(info.context, input.profile_id, input.events, input.device)

    @strawberry.mutation(description="Like or dislike a title, or take that back.")
    async def title_rate(self, info: ContextInfo, input: Rate) -> EventsRecordResult:
        event = _single(input, EventType(input.verdict.value))
        return await _record(info.context, input.profile_id, [event])

    @strawberry.mutation(description="Put a title on My List.")
    async def list_add(self, info: ContextInfo, input: ListChange) -> EventsRecordResult:
        return await _record(info.context, input.profile_id, [_single(input, EventType.LIST_ADD)])

    @strawberry.mutation(description="Take a title off My List.")
    async def list_remove(self, info: ContextInfo, input: ListChange) -> EventsRecordResult:
        return await _record(info.context, input.profile_id, [_single(input, EventType.LIST_REMOVE)])

    @strawberry.mutation(
        description="After signing in: what was done in an anonymous session counts as done by this profile. "
        "Nothing is lost, and nothing counts twice."
    )
    async def session_merge(self, info: ContextInfo, input: Merge) -> SessionMergeResult:
        if is_session(info.context.principal.account_id):
            raise BadInput("A session cannot adopt a session: send this with the account's own token.")
        try:
            viewer = await viewer_of(info.context, input.profile_id)
            revision = await adopt_session(info.context, viewer, input.session_token)
        except NotFound as error:
            return ProfileNotFound(message=str(error))
        except StoreUnavailable:
            return TryLater(message=NOTHING_KEPT, retry_after_ms=RETRY_AFTER_MS)
        return SessionMerged(viewer=viewer, revision=revision)

    @strawberry.mutation(
        description="Say what a new profile likes, or skip the questions. The next page is made with it."
    )
    async def onboarding_answer(self, info: ContextInfo, input: Answer) -> EventsRecordResult:
        if len(input.liked_title_ids) > MOST_LIKED:
            raise BadInput(f"likedTitleIds: at most {MOST_LIKED}, not {len(input.liked_title_ids)}.")
        liked = [TitleId(raw_id("title", title_id)) for title_id in input.liked_title_ids]
        genres = checked_genres(input.genres)
        if genres and is_session(info.context.principal.account_id):
            raise BadInput(
                "genres: a session remembers titles it liked, and no genres. Sign in to keep them."
            )
        try:
            viewer = await viewer_of(info.context, input.profile_id)
            outcome = await answered(info.context, viewer, liked, genres, input.client_event_id)
        except NotFound as error:
            return ProfileNotFound(message=str(error))
        except StoreUnavailable:
            return TryLater(message=NOTHING_KEPT, retry_after_ms=RETRY_AFTER_MS)
        return EventsRecorded(outcome=outcome, viewer=viewer)

    @strawberry.mutation(
        description="Take a title off Continue Watching on every device. It keeps its place and counts as "
        "neither watched nor unwatched; it is back once it is played after this."
    )
    async def continue_watching_remove(self, info: ContextInfo, input: Remove) -> EventsRecordResult:
        event = _single(input, EventType.CONTINUE_REMOVE, input.occurred_at)
        return await _record(info.context, input.profile_id, [event])

    @strawberry.mutation(
        description="Put a title of Continue Watching off: it is back after that, or once played."
    )
    async def continue_watching_snooze(self, info: ContextInfo, input: Snooze) -> EventsRecordResult:
        event = _single(input, EventType.CONTINUE_SNOOZE, input.occurred_at)
        event.until = snoozed_until(input.snooze, event.occurred_at or info.context.now)
        return await _record(info.context, input.profile_id, [event])

    @strawberry.mutation(
        description='"This was not me": what was watched of a title so far leaves this profile\'s taste, its '
        "reasons and Continue Watching. The history is kept; what is watched later counts again."
    )
    async def watch_disown(self, info: ContextInfo, input: Ownership) -> EventsRecordResult:
        event = _single(input, EventType.WATCH_DISOWN, input.occurred_at)
        return await _record(info.context, input.profile_id, [event])

    @strawberry.mutation(description="Take a `watchDisown` back.")
    async def watch_reclaim(self, info: ContextInfo, input: Ownership) -> EventsRecordResult:
        event = _single(input, EventType.WATCH_RECLAIM, input.occurred_at)
        return await _record(info.context, input.profile_id, [event])


SingleInput = (
    TitleRateInput
    | ListChangeInput
    | ContinueWatchingRemoveInput
    | ContinueWatchingSnoozeInput
    | WatchOwnershipInput
)


def _single(input: SingleInput, type: EventType, occurred_at: datetime | None = None) -> EventInput:
    return EventInput(
        client_event_id=input.client_event_id,
        type=type,
        title_id=input.title_id,
        occurred_at=occurred_at,
        tracking_token=input.tracking_token,
    )


async def _record(
    context: Context, profile_id: str, inputs: list[EventInput], device: str | None = None
) -> EventsRecorded | ProfileNotFound | TryLater:
    if not 1 <= len(inputs) <= MAX_BATCH:
        raise BadInput(f"events: send 1 to {MAX_BATCH} at a time, not {len(inputs)}.")
    try:
        viewer = await viewer_of(context, profile_id)
        events: dict[int, Event] = {}
        unreadable: list[Rejection] = []
        for position, given in enumerate(inputs):
            try:
                events[position] = _event(context, viewer, given, device)
            except BadInput as error:
                unreadable.append(Rejection(position, given.client_event_id, error.code, str(error)))
        outcome = await record(context, viewer, events, unreadable)
    except NotFound as error:
        return ProfileNotFound(message=str(error))
    except StoreUnavailable:
        return TryLater(message=NOTHING_KEPT, retry_after_ms=RETRY_AFTER_MS)
    return EventsRecorded(outcome=outcome, viewer=viewer)


def _event(context: Context, viewer: Viewer, given: EventInput, device: str | None) -> Event:
    return Event(
        id=given.client_event_id,
        profile_id=viewer.profile.id,
        title_id=TitleId(raw_id("title", given.title_id)),
        type=given.type,
        occurred_at=_instant("occurredAt", given.occurred_at) if given.occurred_at else context.now,
        region=viewer.region,
        position_seconds=given.position_seconds,
        duration_seconds=given.duration_seconds,
        stars=given.stars,
        until=_instant("until", given.until) if given.until else None,
        household=given.household,
        device=device,
        tracking=_tracking(context, given.tracking_token),
    )


def _instant(name: str, given: datetime) -> datetime:
    try:
        return in_utc(given)
    except ValueError as error:
        raise BadInput(f"{name}: {error}. Write it like 2026-11-22T20:15:00Z.") from None


def _tracking(context: Context, token: str | None) -> str | None:
    """What the token says, for the archive: snapshot, row, place, title and source."""
    if not token:
        return None
    try:
        return "|".join(unseal(context.secret, "tracking", token))
    except BadInput:
        message = "trackingToken: was not made by this service. Send it back exactly as received."
        raise BadInput(message) from None
