"""Lint findings of a layout."""

from __future__ import annotations

from collections.abc import Iterable

import strawberry

from domain.ids import global_id
from domain.json_schema import path_text
from domain.layouts.lint.catalogue import code_range
from domain.layouts.lint.model import LintFinding, LintLevel
from resolvers.types.enums import publish_enum
from resolvers.types.scalars import LayoutPatch

publish_enum(LintLevel, "LintLevel", "How much a finding matters.")


@strawberry.type(description="Something to know about a layout before it is published.")
class LayoutFinding:
    code: str = strawberry.field(description=f"{code_range()}: docs/designing-layouts.md lists them.")
    level: LintLevel = strawberry.field(description="How much it matters.")
    layout: str = strawberry.field(
        description="The layout it is about: the draft, or a live one that the draft would put out of sight."
    )
    path: str = strawberry.field(description='Where: "rows.trending.style"; empty: the layout as a whole.')
    message: str = strawberry.field(description="What is the matter, where, and for how many.")
    fix: str = strawberry.field(description="What to do; empty: it is yours to weigh.")
    patch: LayoutPatch | None = strawberry.field(
        description="A change of the layout that does it, to be offered as one click; null: none is safe."
    )
    share: float | None = strawberry.field(
        description="Of the sampled profiles it could concern, the share it does concern, 0 to 1; null: no figure."
    )
    affected: int | None = strawberry.field(description="How many it concerns.")
    sampled: int | None = strawberry.field(description="How many it could concern.")
    profile_ids: list[strawberry.ID] = strawberry.field(
        description="A few of them, to look at in the preview."
    )


def finding_node(finding: LintFinding) -> LayoutFinding:
    return LayoutFinding(
        code=finding.code,
        level=finding.level,
        layout=finding.layout,
        path=path_text(finding.path),
        message=finding.message,
        fix=finding.fix,
        patch=LayoutPatch(finding.patch) if finding.patch is not None else None,
        share=finding.share,
        affected=finding.affected,
        sampled=finding.sampled,
        profile_ids=[strawberry.ID(global_id("profile", profile)) for profile in finding.profiles],
    )


def finding_nodes(findings: Iterable[LintFinding] | None) -> list[LayoutFinding] | None:
    return None if findings is None else [finding_node(one) for one in findings]
