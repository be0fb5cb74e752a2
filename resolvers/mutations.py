"""The mutation root. Every mutation is durable when it returns, and idempotent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import strawberry

from domain.error_codes import ErrorCode
from domain.errors import BadInput, Conflict, NotFound, StoreUnavailable
from domain.viewers.anonymous_sessions import is_session
from domain.viewers.events import EventType
from resolvers.request.context import Context, ContextInfo
from resolvers.request.viewer import Viewer, load_viewer
from resolvers.staff.experiments import ExperimentMutations
from resolvers.staff.layouts import LayoutMutations
from resolvers.types.continue_watching import (
    ContinueWatchingRemoveInput,
    ContinueWatchingSnoozeInput,
    WatchOwnershipInput,
)
from resolvers.types.departures import (
    ProfileErased,
    ProfileEraseInput,
    ProfileEraseResult,
    ProfileMerged,
    ProfileMergeInput,
    ProfileMergeResult,
    ProfileRefused,
)
from resolvers.types.event_inputs import EventsRecordInput, ListChangeInput, TitleRateInput
from resolvers.types.events import EventsRecorded, InputRefused, ProfileNotFound, TryLater, profile_not_found
from resolvers.types.ids import parse_profile_id
from resolvers.types.onboarding import OnboardingAnswerInput
from resolvers.types.sessions import SessionMerged, SessionMergeInput
from resolvers.viewing.departures import erase_profile, merge_profiles
from resolvers.viewing.merge_session import merge_session
from resolvers.viewing.onboarding import changed_kinds, save_answer
from resolvers.viewing.record_events import record_events

T = TypeVar("T")
UNFINISHED = (
    "A store did not answer, so the removal may be unfinished. Send the same again: it goes on from there."
)
NOTHING_KEPT = "Nothing was kept, because a store did not answer. Send the same again."

EventsRecordResult = Annotated[
    EventsRecorded | ProfileNotFound | TryLater | InputRefused,
    strawberry.union("EventsRecordResult", description="What became of the events."),
]

Events = Annotated[EventsRecordInput, strawberry.argument(description="Whose events, and which.")]
Rate = Annotated[TitleRateInput, strawberry.argument(description="Whose verdict on what.")]
SessionMergeResult = Annotated[
    SessionMerged | ProfileNotFound | TryLater,
    strawberry.union("SessionMergeResult", description="What became of the session."),
]
Merge = Annotated[SessionMergeInput, strawberry.argument(description="Which session, and who signed in.")]
Erase = Annotated[ProfileEraseInput, strawberry.argument(description="Whom.")]
MergeProfiles = Annotated[ProfileMergeInput, strawberry.argument(description="Which two.")]
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
        return await _record(info.context, input)

    @strawberry.mutation(description="Like or dislike a title, or take that back.")
    async def title_rate(self, info: ContextInfo, input: Rate) -> EventsRecordResult:
        return await _record(info.context, input.to_batch(EventType(input.verdict.value)))

    @strawberry.mutation(description="Put a title on My List.")
    async def list_add(self, info: ContextInfo, input: ListChange) -> EventsRecordResult:
        return await _record(info.context, input.to_batch(EventType.LIST_ADD))

    @strawberry.mutation(description="Take a title off My List.")
    async def list_remove(self, info: ContextInfo, input: ListChange) -> EventsRecordResult:
        return await _record(info.context, input.to_batch(EventType.LIST_REMOVE))

    @strawberry.mutation(
        description="After signing in: what was done in an anonymous session counts as done by this profile. "
        "Nothing is lost, and nothing counts twice."
    )
    async def session_merge(self, info: ContextInfo, input: Merge) -> SessionMergeResult:
        if is_session(info.context.principal.account_id):
            raise BadInput("A session cannot adopt a session: send this with the account's own token.")

        async def merge(viewer: Viewer) -> SessionMerged:
            revision = await merge_session(info.context, viewer, input.session_token)
            return SessionMerged(viewer=viewer, revision=revision)

        return await _write(info.context, input.profile_id, merge)

    @strawberry.mutation(
        description="Say what a new profile likes, or skip the questions. The next page is made with it."
    )
    async def onboarding_answer(self, info: ContextInfo, input: Answer) -> EventsRecordResult:
        async def save(viewer: Viewer) -> EventsRecorded:
            outcome = await save_answer(info.context, viewer, answer)
            return EventsRecorded(outcome=outcome, viewer=viewer, kinds=changed_kinds(answer))

        try:
            answer = input.to_domain(from_session=is_session(info.context.principal.account_id))
            return await _write(info.context, input.profile_id, save)
        except BadInput as error:
            return InputRefused(error_code=ErrorCode(error.code), message=str(error))

    @strawberry.mutation(
        description="Take a title off Continue Watching on every device. It keeps its place and counts as "
        "neither watched nor unwatched; it is back once it is played after this."
    )
    async def continue_watching_remove(self, info: ContextInfo, input: Remove) -> EventsRecordResult:
        return await _record(info.context, input.to_batch(EventType.CONTINUE_REMOVE))

    @strawberry.mutation(
        description="Put a title of Continue Watching off: it is back after that, or once played."
    )
    async def continue_watching_snooze(self, info: ContextInfo, input: Snooze) -> EventsRecordResult:
        return await _record(info.context, input.to_snooze(info.context.now))

    @strawberry.mutation(
        description='"This was not me": what was watched of a title so far leaves this profile\'s taste, its '
        "reasons and Continue Watching. The history is kept; what is watched later counts again."
    )
    async def watch_disown(self, info: ContextInfo, input: Ownership) -> EventsRecordResult:
        return await _record(info.context, input.to_batch(EventType.WATCH_DISOWN))

    @strawberry.mutation(description="Take a `watchDisown` back.")
    async def watch_reclaim(self, info: ContextInfo, input: Ownership) -> EventsRecordResult:
        return await _record(info.context, input.to_batch(EventType.WATCH_RECLAIM))

    @strawberry.mutation(
        description="Erase a profile: everything it is known by, in all stores. It cannot be taken back. For the "
        "account that owns it, and for operators. The account's last profile stays."
    )
    async def profile_erase(self, info: ContextInfo, input: Erase) -> ProfileEraseResult:
        context, profile_id = info.context, parse_profile_id(input.profile_id)

        async def erase() -> ProfileErased:
            return ProfileErased(removal=await erase_profile(context, profile_id))

        return await _remove(erase)

    @strawberry.mutation(
        description="Make two profiles of an account one: history, ratings, list and what was taken off rows. "
        "Of two entries for a title the later counts. The first profile is gone; again is the same."
    )
    async def profile_merge(self, info: ContextInfo, input: MergeProfiles) -> ProfileMergeResult:
        context, profile_id = info.context, parse_profile_id(input.profile_id)
        into = parse_profile_id(input.into_profile_id)

        async def merge() -> ProfileMerged:
            removal = await merge_profiles(context, profile_id, into)
            return ProfileMerged(removal=removal, into_profile_id=input.into_profile_id)

        return await _remove(merge)


async def _remove(remove: Callable[[], Awaitable[T]]) -> T | ProfileRefused | ProfileNotFound | TryLater:
    try:
        return await remove()
    except NotFound as error:
        return profile_not_found(error)
    except (BadInput, Conflict) as error:
        return ProfileRefused(message=str(error), code=error.code)
    except StoreUnavailable:
        return TryLater(message=UNFINISHED)


async def _record(context: Context, input: EventsRecordInput) -> EventsRecorded | ProfileNotFound | TryLater:
    async def record_batch(viewer: Viewer) -> EventsRecorded:
        outcome = await record_events(context, viewer, input.to_domain(viewer, context))
        return EventsRecorded(outcome=outcome, viewer=viewer)

    input.check_size()
    return await _write(context, input.profile_id, record_batch)


async def _write(
    context: Context, profile_id: str, write: Callable[[Viewer], Awaitable[T]]
) -> T | ProfileNotFound | TryLater:
    """Expected failures become union members. Raises BadInput for a bad profile id."""
    parsed = parse_profile_id(profile_id)
    try:
        return await write(await load_viewer(context, parsed))
    except NotFound as error:
        return profile_not_found(error)
    except StoreUnavailable:
        return TryLater(message=NOTHING_KEPT)
