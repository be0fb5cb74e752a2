"""What becomes of publishing, going back, saving and discarding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import strawberry

from domain.layouts.lint.model import LintFinding
from domain.layouts.merge import MergeResult
from domain.layouts.versions import LayoutVersion, VersionConflict
from resolvers.types.events import TryLater
from resolvers.types.layout_findings import finding_nodes
from resolvers.types.layout_merges import LayoutDraftOvertaken, LayoutMerge, merge_node
from resolvers.types.layouts import (
    LayoutDraftDiscarded,
    LayoutDraftSaved,
    LayoutEdition,
    LayoutInvalid,
    LayoutPublished,
    LayoutVersionNotFound,
    edition_node,
)


@strawberry.type(description="Somebody published since; nothing was changed.")
class LayoutOvertaken:
    message: str = strawberry.field(description="Who published what and when, ready to show.")
    expected: int = strawberry.field(description="The version the change was based on.")
    live: LayoutEdition | None = strawberry.field(
        description="What is live; null: the layout was never published."
    )
    merge: LayoutMerge | None = strawberry.field(
        description="Your changes since `expected` together with theirs; null: that version was never live."
    )


LayoutPublishResult = Annotated[
    LayoutPublished | LayoutOvertaken | LayoutInvalid | TryLater,
    strawberry.union("LayoutPublishResult", description="What became of a publication."),
]
LayoutRollbackResult = Annotated[
    LayoutPublished | LayoutOvertaken | LayoutInvalid | LayoutVersionNotFound | TryLater,
    strawberry.union("LayoutRollbackResult", description="What became of going back."),
]
LayoutDraftSaveResult = Annotated[
    LayoutDraftSaved | LayoutDraftOvertaken | TryLater,
    strawberry.union("LayoutDraftSaveResult", description="What became of a draft."),
]
LayoutDraftDiscardResult = Annotated[
    LayoutDraftDiscarded | LayoutDraftOvertaken | TryLater,
    strawberry.union("LayoutDraftDiscardResult", description="What became of a draft to be thrown away."),
]


def published_node(
    outcome: LayoutVersion | VersionConflict,
    merged: MergeResult | None = None,
    notes: Iterable[LintFinding] | None = None,
) -> LayoutPublished | LayoutOvertaken:
    if isinstance(outcome, LayoutVersion):
        return LayoutPublished(edition=edition_node(outcome), findings=finding_nodes(notes))
    live = edition_node(outcome.live) if outcome.live else None
    merge = merge_node(merged) if merged else None
    return LayoutOvertaken(message=str(outcome), expected=outcome.expected_version, live=live, merge=merge)
