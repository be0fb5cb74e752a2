"""The home page."""

from __future__ import annotations

from datetime import datetime, timedelta

import strawberry
from graphql.pyutils import AwaitableOrValue

from domain.ids import global_id
from domain.layouts.client_compatibility import is_known
from domain.layouts.row_kinds import RowSource
from domain.page.model import Page, RowStatus
from domain.resilience.degradation_levels import ServiceLevel
from resolvers.execution import pure, require_graphql_core
from resolvers.home.snapshots import load_served_page
from resolvers.request.context import Context, ContextInfo
from resolvers.request.viewer import Viewer
from resolvers.types.arguments import After, First
from resolvers.types.connection import (
    ROW_LIST,
    Connection,
    PageCursor,
    connect_page_list,
    decode_page_cursor,
    page_size,
)
from resolvers.types.degradations import Degradation, degradation_node
from resolvers.types.device import Drawable
from resolvers.types.enums import SnapshotState
from resolvers.types.node import Node
from resolvers.types.rows import Row, refresh_within, row_node
from resolvers.types.scalars import Duration

PAGE_REFRESH = timedelta(minutes=15)
SERVED_LOCALE = "en"


@strawberry.type(description="The layout a page was composed from.")
class LayoutRef:
    id: strawberry.ID = strawberry.field(description="Name of the layout.")
    version: int = strawberry.field(description="0 is the one that ships with Marquee.")


@strawberry.type(description="An experiment that had a say in a page.")
class ExperimentExposure:
    key: str = strawberry.field(description="The experiment.")
    variant: str = strawberry.field(description="The variant served.")
    forced: bool = strawberry.field(description="Chosen by hand: not to be analysed.")


@strawberry.type(description="A row of the layout that this page leaves out.")
class DroppedRow:
    id: strawberry.ID = strawberry.field(description="Its name in the layout.")
    kind: RowSource = strawberry.field(description="What should have filled it.")
    status: RowStatus = strawberry.field(description="Always EMPTY_DROPPED.")


@strawberry.type(name="Snapshot", description="One page as it was composed, and how it comes to be shown.")
class SnapshotStatus:
    id: strawberry.ID = strawberry.field(description="The same as `snapshotId`.")
    state: SnapshotState = strawberry.field(description="Whether this is the page that was asked for.")


@strawberry.type(description="A personalised home page: ordered rows of cards.")
class Home(Node):
    page: strawberry.Private[Page]
    viewer: strawberry.Private[Viewer]
    supports: strawberry.Private[Drawable]
    state: strawberry.Private[SnapshotState]

    @pure(description="The same snapshot has the same rows and cards in the same order.")
    def snapshot_id(self) -> strawberry.ID:
        return strawberry.ID(self.page.snapshot_id)

    @pure(description="When it was composed.")
    def generated_at(self) -> datetime:
        return self.page.generated_at

    @pure(
        description="Fetch it again after this long: sooner when a licence of one of its titles begins or ends."
    )
    def refresh_after(self) -> Duration:
        shown = [card.title for row in self.page.rows for card in row.cards]
        return refresh_within(PAGE_REFRESH, shown, self.viewer.audience, self.page.changes_at)

    @pure(description="The layout it was composed from.")
    def layout(self) -> LayoutRef:
        return LayoutRef(id=strawberry.ID(self.page.layout_id), version=self.page.layout_version)

    @pure(description="Experiments that had a say in it.")
    def experiments(self) -> list[ExperimentExposure]:
        return exposure_nodes(self.page)

    @pure(description="What it has to do without; empty on a good day.")
    def degradations(self) -> list[Degradation]:
        schema = self.page.request.schema
        known = [loss for loss in self.page.degradations if is_known(schema, "DegradationKind", loss.what)]
        return [degradation_node(loss, self.page.generated_at) for loss in known]

    @pure(description="Rows of the layout that are left out because too few titles were found.")
    def dropped_rows(self) -> list[DroppedRow]:
        return [
            DroppedRow(id=strawberry.ID(spec.id), kind=spec.source, status=RowStatus.EMPTY_DROPPED)
            for spec in self.page.dropped_rows
        ]

    @pure(description="What pages are like while the service is overloaded; FULL on a good day.")
    def service_level(self) -> ServiceLevel:
        return self.page.level

    @pure(
        description="Language of the service's own texts, whatever `device.locale` asks for. Titles that designers "
        "wrote are in the language asked for where they have it."
    )
    def locale(self) -> str:
        return SERVED_LOCALE

    @pure(description="Which page this is, and whether it is the one that was asked for.")
    def snapshot(self) -> SnapshotStatus:
        return SnapshotStatus(id=self.snapshot_id(), state=self.state)

    @pure(
        description="Its rows, top to bottom. A cursor of another page goes on in that page, as it was served.",
        graphql_type=Connection[Row],
    )
    def rows(
        self, info: ContextInfo, first: First = 6, after: After = None
    ) -> AwaitableOrValue[Connection[Row]]:
        size = page_size(first, 6)
        if after is None:
            return self._row_connection(self.page, info.context, size, None)
        cursor = decode_page_cursor(after, ROW_LIST, info.context.secret)
        if cursor.snapshot_id == self.page.snapshot_id:
            return self._row_connection(self.page, info.context, size, cursor)
        require_graphql_core(info)
        return self._rows_after(info.context, size, cursor)

    async def _rows_after(self, context: Context, first: int, cursor: PageCursor) -> Connection[Row]:
        served = await load_served_page(context, self.viewer, cursor.snapshot_id)
        if served is None:
            return self._row_connection(self.page, context, first, None, restarted=True)
        return self._row_connection(served, context, first, cursor)

    def _row_connection(
        self, page: Page, context: Context, first: int, cursor: PageCursor | None, restarted: bool = False
    ) -> Connection[Row]:
        nodes = [row_node(row, page, self.viewer, self.supports) for row in page.rows]
        secret = context.secret
        return connect_page_list(
            nodes, _position, first, cursor, page.snapshot_id, ROW_LIST, secret, restarted
        )


def _position(row: Row) -> int:
    return row.source.row.position


def exposure_nodes(page: Page) -> list[ExperimentExposure]:
    return [
        ExperimentExposure(key=key, variant=variant, forced=key in page.forced_experiments)
        for key, variant in page.arms.items()
    ]


def home_node(
    page: Page,
    viewer: Viewer,
    supports: Drawable,
    state: SnapshotState = SnapshotState.CURRENT,
) -> Home:
    identity = strawberry.ID(global_id("home", viewer.profile.id))
    return Home(id=identity, page=page, viewer=viewer, supports=supports, state=state)
