"""Layouts for designers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import strawberry

from domain.errors import BadInput
from domain.ids import is_raw_id
from domain.json_schema import Problem, path_text
from domain.layouts.document_size import size_problem
from domain.layouts.versions import Draft, LayoutVersion
from resolvers.types.layout_findings import LayoutFinding
from resolvers.types.scalars import LayoutDocument


@strawberry.type(description="A published version of a layout. It never changes.")
class LayoutEdition:
    layout: strawberry.ID = strawberry.field(description="Name of the layout.")
    version: int = strawberry.field(description="Counts up with every publish; 0 came with an import.")
    document: LayoutDocument = strawberry.field(
        description="The layout as written, in the shape of /layout.schema.json."
    )
    published_at: datetime = strawberry.field(description="When it went live.")
    published_by: str = strawberry.field(
        description="Who published it: the name of the token, such as Mina Example, else its account; empty for an "
        "import."
    )
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="A layout that somebody works on. It may be unfinished.")
class LayoutDraft:
    id: strawberry.ID = strawberry.field(description="Id of the draft.")
    layout: str = strawberry.field(description="The layout it will become; empty while it has no name.")
    document: LayoutDocument = strawberry.field(description="The layout as written so far.")
    base: int = strawberry.field(description="The version it was begun from; 0: none.")
    saved_at: datetime = strawberry.field(description="When it was last saved.")
    saved_by: str = strawberry.field(
        description="By whom: the name of the token, such as Mina Example, else its account."
    )
    revision: int = strawberry.field(
        description="Counts its saves. Send it as `expectedRevision` with the next one."
    )


@strawberry.type(description="Something that is wrong with a layout.")
class LayoutProblem:
    path: str = strawberry.field(description='Where: "rows.trending.style", "overrides[1].when"; from 1.')
    message: str = strawberry.field(description="What is wrong and what to do.")


@strawberry.type(description="It is live: the next page reads it.")
class LayoutPublished:
    edition: LayoutEdition = strawberry.field(description="What is live now.")
    findings: list[LayoutFinding] | None = strawberry.field(
        description="What `layoutLint` says about it without pages: advice, it is live. Null: a store was down."
    )


@strawberry.type(description="The layout cannot be used; nothing was changed.")
class LayoutInvalid:
    problems: list[LayoutProblem] = strawberry.field(description="Everything that is wrong with it.")


@strawberry.type(description="The layout never had this version; nothing was changed.")
class LayoutVersionNotFound:
    message: str = strawberry.field(description="Which versions there are.")


@strawberry.type(description="The draft is saved.")
class LayoutDraftSaved:
    draft: LayoutDraft = strawberry.field(description="As it was saved.")
    problems: list[LayoutProblem] = strawberry.field(
        description="What keeps it from being published; empty: nothing."
    )
    findings: list[LayoutFinding] | None = strawberry.field(
        description="What `layoutLint` says about it without pages, its problems too. Null: a store was down."
    )


@strawberry.type(description="The draft is gone.")
class LayoutDraftDiscarded:
    existed: bool = strawberry.field(description="False when it was gone already.")


@strawberry.input(description="A layout to publish.")
class LayoutPublishInput:
    document: LayoutDocument = strawberry.field(
        description="The layout, in the shape of /layout.schema.json."
    )
    expected_version: int = strawberry.field(
        description="The version it takes the place of; 0 if none is live."
    )
    reason: str = strawberry.field(description="What changes and why, 1 to 500 characters; history keeps it.")


@strawberry.input(description="An old version to publish again.")
class LayoutRollbackInput:
    layout: strawberry.ID = strawberry.field(description="Name of the layout.")
    version: int = strawberry.field(description="The version to go back to.")
    reason: str = strawberry.field(description="Why, 1 to 500 characters; history keeps it.")
    expected_version: int | None = strawberry.field(
        default=None, description="The live version as you saw it; left out, whichever is live."
    )


@strawberry.input(description="A draft to save.")
class LayoutDraftInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="Of the draft; left out: a new one."
    )
    document: LayoutDocument = strawberry.field(description="The layout as written so far: an object.")
    base: int = strawberry.field(description="The version it was begun from; 0: none.")
    expected_revision: int | None = strawberry.field(
        default=None,
        description="The draft's `revision` as you saw it; 0 for a new one. Another one is a conflict and overwrites "
        "nothing. Left out: your own last save is replaced, another person's is a conflict.",
    )

    def to_domain(self) -> tuple[Mapping[str, Any], int, str | None]:
        """Document, base version and draft id. Raises BadInput."""
        if self.expected_revision is not None and self.expected_revision < 0:
            raise BadInput("expectedRevision: a draft's revision, or 0 for a new one.")
        document = parse_document(self.document, "draft")
        too_large = size_problem(document)
        if too_large is not None:
            raise BadInput(f"document: {too_large}")
        if self.id is not None and not is_raw_id(self.id):
            raise BadInput(
                "id: a draft's id is 1 to 64 letters, digits, '-' or '_'; leave it out for a new one."
            )
        return document, self.base, self.id


def parse_document(document: object, noun: str) -> Mapping[str, Any]:
    """Raises BadInput unless it is a JSON object."""
    if not isinstance(document, Mapping):
        raise BadInput(f"document: a {noun} is an object, such as {{layout: ..., order: [], rows: {{}}}}.")
    return document


def edition_node(version: LayoutVersion) -> LayoutEdition:
    return LayoutEdition(
        layout=strawberry.ID(version.layout),
        version=version.number,
        document=LayoutDocument(version.document),
        published_at=version.published_at,
        published_by=version.published_by,
        reason=version.reason,
    )


def draft_node(draft: Draft) -> LayoutDraft:
    return LayoutDraft(
        id=strawberry.ID(draft.id),
        layout=draft.layout,
        document=LayoutDocument(draft.document),
        base=draft.base_version,
        saved_at=draft.saved_at,
        saved_by=draft.saved_by,
        revision=draft.revision,
    )


def problem_nodes(problems: Iterable[Problem]) -> list[LayoutProblem]:
    return [LayoutProblem(path=path_text(problem.path), message=problem.message) for problem in problems]
