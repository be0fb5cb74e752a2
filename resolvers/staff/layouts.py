"""Root fields for layouts. Each checks the role first."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.errors import NotFound, StoreUnavailable
from domain.layouts.validation import BadLayout, layout_problems
from domain.viewers.profiles import Role
from resolvers.publishing.layout_publishing import LayoutAdmin, publish, roll_back, save_draft
from resolvers.request.authorization import require_role
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
        require_role(info.context, Role.DESIGNER)
        check_first(first)
        live = await info.context.stores.layout_admin.live_versions()
        return [edition_node(live[name]) for name in sorted(live)[:first]]

    @strawberry.field(
        description="A live layout; null when there is none of the name. For designers and staff."
    )
    async def layout(self, info: ContextInfo, layout: LayoutName) -> LayoutEdition | None:
        require_role(info.context, Role.DESIGNER)
        version = (await info.context.stores.layout_admin.live_versions()).get(layout)
        return edition_node(version) if version else None

    @strawberry.field(description="What was live, the live version first. For designers and staff.")
    async def layout_history(
        self, info: ContextInfo, layout: LayoutName, first: First = 20
    ) -> list[LayoutEdition]:
        require_role(info.context, Role.DESIGNER)
        check_first(first)
        history = await info.context.stores.layout_admin.history(layout)
        return [edition_node(version) for version in history[:first]]

    @strawberry.field(description="Drafts of all layouts, newest first. For designers and staff.")
    async def layout_drafts(self, info: ContextInfo, first: First = 20) -> list[LayoutDraft]:
        require_role(info.context, Role.DESIGNER)
        check_first(first)
        return [draft_node(draft) for draft in (await info.context.stores.layout_admin.drafts())[:first]]


@strawberry.type(description="What designers can do.")
class LayoutMutations:
    @strawberry.mutation(description="Save a draft, finished or not. For designers and staff.")
    async def layout_draft_save(self, info: ContextInfo, input: DraftToSave) -> LayoutDraftSaveResult:
        require_role(info.context, Role.DESIGNER)
        document, base, draft_id = input.to_domain()
        try:
            draft = await save_draft(_admin(info), document, base, draft_id)
        except StoreUnavailable:
            return TryLater(message=UNCHANGED)
        return LayoutDraftSaved(
            draft=draft_node(draft), problems=problem_nodes(layout_problems(draft.document))
        )

    @strawberry.mutation(description="Throw a draft away. For designers and staff.")
    async def layout_draft_discard(self, info: ContextInfo, id: DraftKey) -> LayoutDraftDiscardResult:
        require_role(info.context, Role.DESIGNER)
        try:
            return LayoutDraftDiscarded(existed=await info.context.stores.layout_admin.discard_draft(id))
        except StoreUnavailable:
            return TryLater(message=UNCHANGED)

    @strawberry.mutation(description="Publish a layout: the next page reads it. For designers and staff.")
    async def layout_publish(self, info: ContextInfo, input: Publication) -> LayoutPublishResult:
        require_role(info.context, Role.DESIGNER)
        try:
            outcome = await publish(_admin(info), input.document, input.expected_version, input.reason)
        except BadLayout as error:
            return LayoutInvalid(problems=problem_nodes(error.problems))
        except StoreUnavailable:
            return TryLater(message=UNCHANGED)
        return published_node(outcome)

    @strawberry.mutation(description="Publish an old version as a new one. For designers and staff.")
    async def layout_rollback(self, info: ContextInfo, input: Rollback) -> LayoutRollbackResult:
        require_role(info.context, Role.DESIGNER)
        try:
            outcome = await roll_back(
                _admin(info), input.layout, input.version, input.reason, input.expected_version
            )
        except NotFound as error:
            return LayoutVersionNotFound(message=str(error))
        except BadLayout as error:
            return LayoutInvalid(problems=problem_nodes(error.problems))
        except StoreUnavailable:
            return TryLater(message=UNCHANGED)
        return published_node(outcome)


def _admin(info: ContextInfo) -> LayoutAdmin:
    context = info.context
    return LayoutAdmin(context.stores.layout_admin, context.principal.account_id, context.now)
