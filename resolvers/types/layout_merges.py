"""Three-way merges of layouts, and saves that came too late."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import strawberry

from domain.json_schema import path_text
from domain.layouts.merge import MergeConflict, MergeResult
from domain.layouts.validation import layout_problems
from domain.layouts.versions import DraftConflict
from resolvers.types.layouts import LayoutDraft, LayoutProblem, draft_node, problem_nodes
from resolvers.types.scalars import LayoutDocument


@strawberry.type(description="A part of a layout that both sides changed differently.")
class LayoutMergeConflict:
    path: str = strawberry.field(
        description='Where: "rows.picks.max_cards", "order.trending" for a position.'
    )
    base: str | None = strawberry.field(
        description="The value that both began from, as JSON, such as `20`; null: it did not exist."
    )
    mine: str | None = strawberry.field(description="Mine, as JSON; null: I removed it.")
    theirs: str | None = strawberry.field(description="Theirs, as JSON; null: they removed it.")


@strawberry.type(description="What two designers made of one layout, together.")
class LayoutMerge:
    document: LayoutDocument = strawberry.field(
        description="Changes of both sides; mine where both changed one part. Publish or save it once the conflicts "
        "are settled."
    )
    conflicts: list[LayoutMergeConflict] = strawberry.field(
        description="Parts that both changed differently; empty: nothing overlaps."
    )
    problems: list[LayoutProblem] = strawberry.field(
        description="What keeps the merged layout from being published; empty: nothing."
    )


@strawberry.type(description="Another person saved or discarded the draft since; nothing was changed.")
class LayoutDraftOvertaken:
    message: str = strawberry.field(
        description="Who saved it, when, and how it differs from yours, ready to show."
    )
    expected: int = strawberry.field(description="The revision that the save was based on; 0: none.")
    stored: LayoutDraft | None = strawberry.field(description="As it is stored now; null: it was discarded.")


def merge_node(merged: MergeResult) -> LayoutMerge:
    return LayoutMerge(
        document=LayoutDocument(merged.document),
        conflicts=[_conflict_node(conflict) for conflict in merged.conflicts],
        problems=problem_nodes(layout_problems(merged.document)),
    )


def overtaken_node(conflict: DraftConflict) -> LayoutDraftOvertaken:
    return LayoutDraftOvertaken(
        message=str(conflict),
        expected=conflict.expected_revision,
        stored=draft_node(conflict.stored) if conflict.stored else None,
    )


def _conflict_node(conflict: MergeConflict) -> LayoutMergeConflict:
    return LayoutMergeConflict(
        path=path_text(conflict.path),
        base=_json(conflict.base),
        mine=_json(conflict.mine),
        theirs=_json(conflict.theirs),
    )


def _json(value: object | Mapping[str, Any]) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
