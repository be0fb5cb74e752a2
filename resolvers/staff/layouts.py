"""Root fields for layouts. Each checks the role first."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.errors import BadInput, NotFound, StoreUnavailable
from domain.layouts.document_size import size_problem
from domain.layouts.lint.model import LintFinding
from domain.layouts.merge import MergeResult, merge_documents
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.validation import BadLayout, layout_problems
from domain.layouts.versions import DraftConflict, LayoutVersion, VersionConflict
from domain.viewers.profiles import Role
from resolvers.publishing.layout_notes import layout_notes, live_or_none
from resolvers.publishing.layout_publishing import (
    LayoutAdmin,
    merge_with_live,
    publish,
    roll_back,
    save_draft,
)
from resolvers.request.authorization import require_role
from resolvers.request.context import ContextInfo
from resolvers.types.arguments import First
from resolvers.types.connection import page_size
from resolvers.types.events import TryLater
from resolvers.types.layout_findings import finding_nodes
from resolvers.types.layout_merges import LayoutMerge, merge_node, overtaken_node
from resolvers.types.layout_outcomes import (
    LayoutDraftDiscardResult,
    LayoutDraftSaveResult,
    LayoutPublishResult,
    LayoutRollbackResult,
    published_node,
)
from resolvers.types.layouts import (
    LayoutDraft,
    LayoutDraftDiscarded,
    LayoutDraftInput,
    LayoutDraftSaved,
    LayoutEdition,
    LayoutInvalid,
    LayoutPublishInput,
    LayoutRollbackInput,
    LayoutVersionNotFound,
    draft_node,
    edition_node,
    parse_document,
    problem_nodes,
)
from resolvers.types.scalars import LayoutDocument

UNCHANGED = "Nothing was changed, because a store did not answer. Send the same again."

LayoutName = Annotated[strawberry.ID, strawberry.argument(description="Name of the layout, such as home.")]
DraftKey = Annotated[strawberry.ID, strawberry.argument(description="Id of the draft.")]
Publication = Annotated[
    LayoutPublishInput, strawberry.argument(description="What takes whose place, and why.")
]
Rollback = Annotated[LayoutRollbackInput, strawberry.argument(description="Which version, and why.")]
DraftToSave = Annotated[LayoutDraftInput, strawberry.argument(description="The draft.")]
SeenRevision = Annotated[
    int | None,
    strawberry.argument(
        description="The draft's `revision` as you saw it; another one is a conflict. Left out: whichever is stored."
    ),
]
MergeBase = Annotated[
    LayoutDocument, strawberry.argument(description="The layout that both sides began from.")
]
MergeMine = Annotated[LayoutDocument, strawberry.argument(description="The layout with my changes.")]
MergeTheirs = Annotated[LayoutDocument, strawberry.argument(description="The layout with theirs.")]


@strawberry.type(description="What designers can read.")
class LayoutQueries:
    @strawberry.field(description="The live layouts, by name. For designers and staff.")
    async def layouts(self, info: ContextInfo, first: First = 50) -> list[LayoutEdition]:
        require_role(info.context, Role.DESIGNER)
        size = page_size(first, 50)
        live = await info.context.stores.layout_admin.live_versions()
        return [edition_node(live[name]) for name in sorted(live)[:size]]

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
        size = page_size(first, 20)
        history = await info.context.stores.layout_admin.history(layout)
        return [edition_node(version) for version in history[:size]]

    @strawberry.field(description="Drafts of all layouts, newest first. For designers and staff.")
    async def layout_drafts(self, info: ContextInfo, first: First = 20) -> list[LayoutDraft]:
        require_role(info.context, Role.DESIGNER)
        size = page_size(first, 20)
        return [draft_node(draft) for draft in (await info.context.stores.layout_admin.drafts())[:size]]

    @strawberry.field(
        description="Merge two changes of one layout: what does not overlap is kept from both, what does is a "
        "conflict with both values. Nothing is stored. For designers and staff."
    )
    def layout_merge(
        self, info: ContextInfo, base: MergeBase, mine: MergeMine, theirs: MergeTheirs
    ) -> LayoutMerge | None:
        require_role(info.context, Role.DESIGNER)
        before, my, their = (parse_document(side, "layout") for side in (base, mine, theirs))
        for side in (before, my, their):
            problem = size_problem(side)
            if problem is not None:
                raise BadInput(str(problem))
        return merge_node(merge_documents(before, my, their))


@strawberry.type(description="What designers can do.")
class LayoutMutations:
    @strawberry.mutation(description="Save a draft, finished or not. For designers and staff.")
    async def layout_draft_save(self, info: ContextInfo, input: DraftToSave) -> LayoutDraftSaveResult:
        require_role(info.context, Role.DESIGNER)
        document, base, draft_id = input.to_domain()
        try:
            draft = await save_draft(_admin(info), document, base, draft_id, input.expected_revision)
        except StoreUnavailable:
            return TryLater(message=UNCHANGED)
        if isinstance(draft, DraftConflict):
            return overtaken_node(draft)
        notes = await layout_notes(info.context, draft.document, await live_or_none(info.context))
        return LayoutDraftSaved(
            draft=draft_node(draft),
            problems=problem_nodes(layout_problems(draft.document)),
            findings=finding_nodes(notes),
        )

    @strawberry.mutation(description="Throw a draft away. For designers and staff.")
    async def layout_draft_discard(
        self, info: ContextInfo, id: DraftKey, expected_revision: SeenRevision = None
    ) -> LayoutDraftDiscardResult:
        require_role(info.context, Role.DESIGNER)
        try:
            existed = await info.context.stores.layout_admin.discard_draft(id, expected_revision)
        except StoreUnavailable:
            return TryLater(message=UNCHANGED)
        return (
            overtaken_node(existed)
            if isinstance(existed, DraftConflict)
            else LayoutDraftDiscarded(existed=existed)
        )

    @strawberry.mutation(description="Publish a layout: the next page reads it. For designers and staff.")
    async def layout_publish(self, info: ContextInfo, input: Publication) -> LayoutPublishResult:
        require_role(info.context, Role.DESIGNER)
        live = await live_or_none(info.context)
        try:
            outcome = await publish(_admin(info), input.document, input.expected_version, input.reason)
        except BadLayout as error:
            return LayoutInvalid(problems=problem_nodes(error.problems))
        except StoreUnavailable:
            return TryLater(message=UNCHANGED)
        return published_node(outcome, await _merged(info, input, outcome), await _notes(info, outcome, live))

    @strawberry.mutation(description="Publish an old version as a new one. For designers and staff.")
    async def layout_rollback(self, info: ContextInfo, input: Rollback) -> LayoutRollbackResult:
        require_role(info.context, Role.DESIGNER)
        live = await live_or_none(info.context)
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
        return published_node(outcome, notes=await _notes(info, outcome, live))


async def _notes(
    info: ContextInfo, outcome: LayoutVersion | VersionConflict, live: PublishedLayouts | None
) -> list[LintFinding] | None:
    """On a publication; none for a conflict."""
    if not isinstance(outcome, LayoutVersion):
        return None
    return await layout_notes(info.context, outcome.document, live)


async def _merged(
    info: ContextInfo, given: LayoutPublishInput, outcome: LayoutVersion | VersionConflict
) -> MergeResult | None:
    """Of a publication that came too late."""
    if isinstance(outcome, LayoutVersion) or outcome.live is None:
        return None
    document = parse_document(given.document, "layout")
    try:
        found = await merge_with_live(info.context.stores.layout_admin, document, given.expected_version)
    except StoreUnavailable:
        return None
    return found[0] if found else None


def _admin(info: ContextInfo) -> LayoutAdmin:
    context = info.context
    return LayoutAdmin(context.stores.layout_admin, context.principal.author, context.now)
