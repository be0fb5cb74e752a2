"""Layouts through the API, for designers and staff: read, draft, publish, go back.

Each resolver asks for the role before it reads anything. The two types here are parts of the roots.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import strawberry

from domain.errors import BadInput, NotFound, StoreUnavailable
from domain.ids import is_raw_id
from domain.layouts.validation import BadLayout, problems_of
from domain.viewers.profiles import Role
from resolvers.publishing.layout_publishing import LayoutAdmin, publish, roll_back, save_draft
from resolvers.request.authorization import require
from resolvers.request.context import ContextInfo
from resolvers.types.arguments import First
from resolvers.types.connection import check_first
from resolvers.types.events import TryLater
from resolvers.types.layouts import (
    LayoutDraft,
    LayoutDraftDiscarded,
    LayoutDraftDiscardResult,
    LayoutDraftInput,
    LayoutDraftSaved,
    LayoutDraftSaveResult,
    LayoutEdition,
    LayoutInvalid,
    LayoutPublishInput,
    LayoutPublishResult,
    LayoutRollbackInput,
    LayoutRollbackResult,
    LayoutVersionNotFound,
    draft_node,
    edition_node,
    problem_nodes,
    published_node,
)

RETRY_AFTER_MS = 1000
UNCHANGED = "Nothing was changed, because a store did not answer. Send the same again."

LayoutName = Annotated[strawberry.ID, strawberry.argument(description="Name of the layout, such as home.")]
DraftKey = Annotated[strawberry.ID, strawberry.argument(description="Id of the draft.")]
Publication = Annotated[
    LayoutPublishInput, strawberry.argument(description="What takes whose place, and why.")
]
Rollback = Annotated[LayoutRollbackInput, strawberry.argument(description="Which version, and why.")]
DraftToSave = Annotated[LayoutDraftInput, strawberry.argument(description="The draft.")]


@strawberry.type(description="What designers can read.")
class LayoutQueries:
    @strawberry.field(description="The live layouts, by name. For designers and staff.")
    async def layouts(self, info: ContextInfo, first: First = 50) -> list[LayoutEdition]:
        require(info.context, Role.DESIGNER)
        check_first(first)
        editions = await info.context.stores.layout_desk.editions()
        return [edition_node(editions[name]) for name in sorted(editions)[:first]]

    @strawberry.field(
        description="A live layout; null when there is none of the name. For designers and staff."
    )
    async def layout(self, info: ContextInfo, layout: LayoutName) -> LayoutEdition | None:
        require(info.context, Role.DESIGNER)
        edition = (await info.context.stores.layout_desk.editions()).get(layout)
        return edition_node(edition) if edition else None

    @strawberry.field(description="What was live, the live version first. For designers and staff.")
    async def layout_history(
        self, info: ContextInfo, layout: LayoutName, first: First = 20
    ) -> list[LayoutEdition]:
        require(info.context, Role.DESIGNER)
        check_first(first)
        history = await info.context.stores.layout_desk.history(layout)
        return [edition_node(edition) for edition in history[:first]]

    @strawberry.field(description="Drafts of all layouts, newest first. For designers and staff.")
    async def layout_drafts(self, info: ContextInfo, first: First = 20) -> list[LayoutDraft]:
        require(info.context, Role.DESIGNER)
        check_first(first)
        return [draft_node(draft) for draft in (await info.context.stores.layout_desk.drafts())[:first]]


@strawberry.type(description="What designers can do.")
class LayoutMutations:
    @strawberry.mutation(description="Save a draft, finished or not. For designers and staff.")
    async def layout_draft_save(self, info: ContextInfo, input: DraftToSave) -> LayoutDraftSaveResult:
        require(info.context, Role.DESIGNER)
        if not isinstance(input.document, Mapping):
            raise BadInput("document: a draft is an object, such as {layout: ..., order: [], rows: {}}.")
        if input.id is not None and not is_raw_id(input.id):
            raise BadInput(
                "id: a draft's id is 1 to 64 letters, digits, '-' or '_'; leave it out for a new one."
            )
        try:
            draft = await save_draft(_desk(info), input.document, input.base, input.id)
        except StoreUnavailable:
            return TryLater(message=UNCHANGED, retry_after_ms=RETRY_AFTER_MS)
        return LayoutDraftSaved(draft=draft_node(draft), problems=problem_nodes(problems_of(draft.document)))

    @strawberry.mutation(description="Throw a draft away. For designers and staff.")
    async def layout_draft_discard(self, info: ContextInfo, id: DraftKey) -> LayoutDraftDiscardResult:
        require(info.context, Role.DESIGNER)
        try:
            return LayoutDraftDiscarded(existed=await info.context.stores.layout_desk.discard_draft(id))
        except StoreUnavailable:
            return TryLater(message=UNCHANGED, retry_after_ms=RETRY_AFTER_MS)

    @strawberry.mutation(description="Publish a layout: the next page reads it. For designers and staff.")
    async def layout_publish(self, info: ContextInfo, input: Publication) -> LayoutPublishResult:
        require(info.context, Role.DESIGNER)
        try:
            outcome = await publish(_desk(info), input.document, input.expected_version, input.reason)
        except BadLayout as error:
            return LayoutInvalid(problems=problem_nodes(error.problems))
        except StoreUnavailable:
            return TryLater(message=UNCHANGED, retry_after_ms=RETRY_AFTER_MS)
        return published_node(outcome)

    @strawberry.mutation(description="Publish an old version as a new one. For designers and staff.")
    async def layout_rollback(self, info: ContextInfo, input: Rollback) -> LayoutRollbackResult:
        require(info.context, Role.DESIGNER)
        try:
            outcome = await roll_back(
                _desk(info), input.layout, input.version, input.reason, input.expected_version
            )
        except NotFound as error:
            return LayoutVersionNotFound(message=str(error))
        except BadLayout as error:
            return LayoutInvalid(problems=problem_nodes(error.problems))
        except StoreUnavailable:
            return TryLater(message=UNCHANGED, retry_after_ms=RETRY_AFTER_MS)
        return published_node(outcome)


def _desk(info: ContextInfo) -> LayoutAdmin:
    context = info.context
    return LayoutAdmin(context.stores.layout_desk, context.principal.account_id, context.now)
