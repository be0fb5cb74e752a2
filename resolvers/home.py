"""Composing a home page in three waves: the only place where rows are gathered.

    wave 1   who watches, which layout, the profile's picks
    wave 2   every row whose gate is open, in parallel
    wave 3   all titles of the page in one catalogue call, then pure assembly

Each wave's store calls are fixed in number, whatever the rows and cards. A store that fails costs what only
it could give, and the page says so in `degradations`.
"""

from __future__ import annotations

import asyncio
import hashlib

from domain.errors import BadInput, StoreUnavailable
from domain.gates import is_open
from domain.ids import ProfileId, TitleId
from domain.layouts import DEFAULT_LAYOUT, HOME, Layout, RowSpec
from domain.pages import Degradation, DegradationKind, Draft, Page, Row, assemble, wanted_titles
from domain.recommendations import TopPicks
from domain.titles import Title
from resolvers.context import Context
from resolvers.loaders import Shelf
from resolvers.rows import ROW_SOURCES
from resolvers.rows.source import Sources
from resolvers.viewer import Viewer, guest_of, viewer_of

OVERFETCH = 2
"""Candidates proposed for each card shown: filters and the rows above take some away."""


async def build_home(context: Context, global_profile_id: str) -> tuple[Viewer, Page]:
    """The page of a profile. Raises NotFound and BadInput as `viewer_of`; never StoreUnavailable."""
    lost: list[Degradation] = []
    viewer, layout, picks = await asyncio.gather(
        _viewer(context, global_profile_id, lost),
        _layout(context, lost),
        _picks(context, global_profile_id, lost),
    )
    rows: tuple[Row, ...] = ()
    data_version = None
    try:
        loaders = await context.pinned()
    except StoreUnavailable:
        lost.append(Degradation(DegradationKind.CATALOG_UNAVAILABLE, "an empty page"))
    else:
        shelf = Shelf(loaders, viewer.audience)
        sources = Sources(loaders, shelf, None if viewer.guest else picks, context.now)
        drafts = await _drafts(layout, viewer, sources, lost)
        rows = assemble(drafts, await _titles(shelf, drafts, lost))
        data_version = loaders.version.version
    page = Page(
        snapshot_id=_snapshot_id(viewer, layout, data_version, lost),
        layout_id=layout.id,
        layout_version=layout.version,
        data_version=data_version,
        generated_at=context.now,
        rows=rows,
        degradations=tuple(lost),
    )
    return viewer, page


async def _viewer(context: Context, global_profile_id: str, lost: list[Degradation]) -> Viewer:
    try:
        return await viewer_of(context, global_profile_id)
    except StoreUnavailable:
        what = DegradationKind.PROFILE_UNAVAILABLE
        lost.append(Degradation(what, "rows that suit everybody, without anything personal"))
        return guest_of(context, global_profile_id)


async def _layout(context: Context, lost: list[Degradation]) -> Layout:
    try:
        return await context.loaders.layout.load(HOME) or DEFAULT_LAYOUT
    except (StoreUnavailable, BadInput):
        lost.append(Degradation(DegradationKind.LAYOUT_UNAVAILABLE, "the layout that ships with Marquee"))
        return DEFAULT_LAYOUT


async def _picks(context: Context, global_profile_id: str, lost: list[Degradation]) -> TopPicks | None:
    _, _, profile_id = global_profile_id.partition("_")
    try:
        loaders = await context.pinned()
        return await loaders.top_picks.load(ProfileId(profile_id))
    except StoreUnavailable:
        what = DegradationKind.RECOMMENDATIONS_UNAVAILABLE
        lost.append(Degradation(what, "what is popular"))
        return None


async def _drafts(layout: Layout, viewer: Viewer, sources: Sources, lost: list[Degradation]) -> list[Draft]:
    open_specs = [spec for spec in layout.rows if is_open(spec, viewer.activity)]
    filled = await asyncio.gather(*(_fill(spec, viewer, sources, lost) for spec in open_specs))
    return [draft for drafts in filled for draft in drafts]


async def _fill(spec: RowSpec, viewer: Viewer, sources: Sources, lost: list[Degradation]) -> list[Draft]:
    try:
        return await ROW_SOURCES[spec.source](spec, viewer, sources, spec.max_cards * OVERFETCH)
    except StoreUnavailable:
        lost.append(Degradation(DegradationKind.ROW_UNAVAILABLE, "the row is left out", spec.id))
        return []


async def _titles(shelf: Shelf, drafts: list[Draft], lost: list[Degradation]) -> dict[TitleId, Title]:
    try:
        return await shelf.titles(wanted_titles(drafts))
    except StoreUnavailable:
        lost.append(Degradation(DegradationKind.CATALOG_UNAVAILABLE, "an empty page"))
        return {}


def _snapshot_id(viewer: Viewer, layout: Layout, data_version: str | None, lost: list[Degradation]) -> str:
    """Equal for pages made of the same things: cursors of another snapshot are refused."""
    parts = (
        viewer.profile.id,
        viewer.activity.revision,
        viewer.audience.region,
        viewer.audience.maturity_limit,
        layout.id,
        layout.version,
        data_version,
        sorted(f"{loss.what}:{loss.row_id}" for loss in lost),
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=9).hexdigest()
