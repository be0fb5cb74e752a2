"""Previews of a layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry

from domain.ids import global_id
from domain.layouts.lint.preview_matrix import CellFlag, build_matrix
from domain.layouts.lint.samples import union_layout
from domain.page.completeness import missing_parts
from domain.page.empty_rows import short_row_reasons
from domain.page.placement_notes import placement_notes
from resolvers.home.compose import ComposedPage
from resolvers.publishing.layout_previews import closed_row_reasons, missing_row_reasons
from resolvers.publishing.layout_samples import sample_page
from resolvers.types.enums import publish_enum
from resolvers.types.home import Home
from resolvers.types.layouts import LayoutInvalid

publish_enum(CellFlag, "MatrixFlag", "What is the matter with a row on one page.")


@strawberry.type(description="A row of the layout that the page lacks or has elsewhere, and why.")
class HiddenRow:
    id: strawberry.ID = strawberry.field(description="Its name in the layout.")
    why: str = strawberry.field(description="What does not hold, what took its titles, or what moved it.")


@strawberry.type(description="The page that a draft would give somebody. Nobody was served it.")
class LayoutPreview:
    home: Home = strawberry.field(description="The page. Do not report events about it.")
    used: bool = strawberry.field(
        description="False: the draft is not for this profile, device or time, and another layout was used."
    )
    hidden_rows: list[HiddenRow] = strawberry.field(
        description="Rows that its conditions keep from this page."
    )
    closed_rows: list[HiddenRow] = strawberry.field(description="Rows for which this profile did too little.")
    empty_rows: list[HiddenRow] = strawberry.field(
        description="Rows that had no titles, or too few, and why: `24 titles proposed, 2 left, at least 3 needed: "
        "12 watched by the viewer, 10 in other rows`. A row with a filter rule says how many titles of the "
        "catalogue it matches, and how many of them the row's source had."
    )
    short_rows: list[HiddenRow] = strawberry.field(
        description="Rows on the page that their filter rules leave with fewer titles than they may show: `2 of 20 "
        "titles; its rule matches 44 titles of the catalogue, 2 of them are in its source's list`."
    )
    moved_rows: list[HiddenRow] = strawberry.field(
        description="Rows that stand elsewhere than the layout's order has them, and what put them there: `pinned to "
        "position 1: position 1; the order of the layout has it at 4`."
    )
    profile_name: str = strawberry.field(description="Whose page it is, such as Mina.")
    market: str = strawberry.field(description="Where the page is for: the profile's region, or `market`.")
    incomplete: list[str] = strawberry.field(
        description="What the page lacks because a store did not answer, such as `the profile could not be read`: an "
        "outage, and no fact of the layout. Empty: the page is complete."
    )


@strawberry.type(description="A profile of a matrix.")
class MatrixProfile:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="Its name, such as Mina; else its raw id.")


@strawberry.type(description="One row of a layout on one profile's page.")
class MatrixCell:
    count: int = strawberry.field(description="How many titles it shows.")
    flag: CellFlag | None = strawberry.field(description="What is the matter; null: nothing.")
    reason: str = strawberry.field(description="Why, such as `nothing was watched yet`; may be empty.")


@strawberry.type(description="One row of a layout on the pages of several profiles.")
class MatrixRow:
    id: strawberry.ID = strawberry.field(description="Its name in the layout.")
    cells: list[MatrixCell] = strawberry.field(description="In the order of `profiles`.")


@strawberry.type(description="Rows of a draft by profiles. Nobody was served these pages.")
class LayoutMatrix:
    profiles: list[MatrixProfile] = strawberry.field(description="In the order in which they were asked for.")
    rows: list[MatrixRow] = strawberry.field(description="Rows of all pages, in the layout's order.")
    incomplete: list[str] = strawberry.field(
        description="What an outage took from some of the pages; empty: all are complete."
    )


LayoutMatrixResult = Annotated[
    LayoutMatrix | LayoutInvalid,
    strawberry.union("LayoutMatrixResult", description="What a draft would look like for several profiles."),
]
LayoutPreviewResult = Annotated[
    LayoutPreview | LayoutInvalid,
    strawberry.union("LayoutPreviewResult", description="What a draft would look like."),
]


def preview_node(composed: ComposedPage, home: Home, used: bool) -> LayoutPreview:
    closed = closed_row_reasons(composed)
    empty = {name: why for name, why in missing_row_reasons(composed).items() if name not in closed}
    moved = placement_notes(composed.layout, [row.candidates.spec.id for row in composed.page.rows])
    return LayoutPreview(
        home=home,
        used=used,
        hidden_rows=[
            HiddenRow(id=strawberry.ID(row.row_id), why=row.reason) for row in composed.arms.resolved.hidden
        ],
        closed_rows=[HiddenRow(id=strawberry.ID(name), why=why) for name, why in closed.items()],
        empty_rows=[HiddenRow(id=strawberry.ID(name), why=why) for name, why in empty.items()],
        short_rows=[
            HiddenRow(id=strawberry.ID(name), why=why)
            for name, why in short_row_reasons(composed.page.rows, composed.rule_reach).items()
        ],
        moved_rows=[HiddenRow(id=strawberry.ID(name), why=why) for name, why in moved.items()],
        profile_name=composed.viewer.profile.name,
        market=composed.viewer.region,
        incomplete=list(missing_parts(composed.page)),
    )


def matrix_node(composed: Sequence[ComposedPage], device: str) -> LayoutMatrix:
    pages = [sample_page(one) for one in composed]
    rows = build_matrix(pages, union_layout(one.layout for one in composed), device)
    return LayoutMatrix(
        profiles=[
            MatrixProfile(
                id=strawberry.ID(global_id("profile", one.viewer.profile.id)),
                name=one.viewer.profile.name or one.viewer.profile.id,
            )
            for one in composed
        ],
        rows=[
            MatrixRow(
                id=strawberry.ID(row.row_id),
                cells=[
                    MatrixCell(count=cell.count, flag=cell.flag, reason=cell.reason) for cell in row.cells
                ],
            )
            for row in rows
        ],
        incomplete=list(dict.fromkeys(part for page in pages for part in page.missing_parts)),
    )
