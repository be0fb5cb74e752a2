"""Composing a home page in three waves: the only place where rows are gathered.

    wave 1   who watches, which layout, the profile's picks
    wave 2   every row whose gate is open, in parallel, each within its budget
    wave 3   all titles of the page in one catalogue call, then pure composition

Each wave's store calls are fixed in number, whatever the rows and cards. A store that fails costs what only
it could give, and the page says so in `degradations`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from domain.candidates import Proposal
from domain.composing import Menu, compose
from domain.errors import BadInput, NotFound, StoreUnavailable
from domain.gates import is_open
from domain.ids import ProfileId, TitleId, raw_id
from domain.kept_pages import snapshot_id
from domain.layouts import DEFAULT_LAYOUT, HOME, Layout
from domain.pages import Degradation, DegradationKind, Page, Row
from domain.recommendations import TopPicks
from domain.situations import PageRequest, Situation
from domain.titles import Title
from domain.wanted import wanted_titles
from resolvers.context import Context
from resolvers.gathering import gather
from resolvers.loaders import Shelf
from resolvers.rows.source import Sources
from resolvers.viewer import Viewer, guest_of, viewer_of


async def build_home(
    context: Context, global_profile_id: str, request: PageRequest | None = None
) -> tuple[Viewer, Page]:
    """The page of a profile. Raises NotFound and BadInput as `viewer_of`; never StoreUnavailable."""
    profile_id = ProfileId(raw_id("profile", global_profile_id))
    lost: list[Degradation] = []
    viewer, published, picks = await asyncio.gather(
        _viewer(context, global_profile_id, lost),
        _layout(context, lost),
        _picks(context, profile_id, lost),
    )
    if isinstance(viewer, NotFound):
        raise viewer
    layout = published
    rows: tuple[Row, ...] = ()
    data_version = None
    try:
        loaders = await context.pinned()
    except StoreUnavailable:
        lost.append(Degradation(DegradationKind.CATALOG_UNAVAILABLE, "an empty page"))
    else:
        shelf = Shelf(loaders, viewer.audience)
        sources = Sources(loaders, shelf, None if viewer.guest else picks, context.now)
        rows = await _rows(context, layout, viewer, sources, lost)
        data_version = loaders.version.version
    page = Page(
        snapshot_id="",
        layout_id=layout.id,
        layout_version=layout.version,
        data_version=data_version,
        generated_at=context.now,
        rows=rows,
        degradations=_in_page_order(lost, layout),
        arms=layout.arms,
        request=request or PageRequest(),
    )
    return viewer, replace(page, snapshot_id=snapshot_id(viewer.profile.id, page))


def situation_of(viewer: Viewer, request: PageRequest) -> Situation:
    """What layouts and experiments may ask about this request."""
    profile, activity = viewer.profile, viewer.activity
    return Situation(
        profile_id=profile.id,
        device=request.device,
        market=viewer.region,
        locale=request.locale,
        kids=profile.kids,
        maturity_limit=viewer.audience.maturity_limit,
        plan=viewer.plan,
        tenure_days=max(0, (viewer.audience.now - profile.created_at).days),
        history=len(activity.watched) + len(activity.rated),
        now=viewer.audience.now,
        client=request.client,
    )


async def _rows(
    context: Context, layout: Layout, viewer: Viewer, sources: Sources, lost: list[Degradation]
) -> tuple[Row, ...]:
    """Waves 2 and 3."""
    specs = [spec for spec in (*layout.rows, *layout.stand_ins) if is_open(spec, viewer.activity)]
    gathered = await gather(specs, layout, viewer, sources, context.process.background)
    for spec_id in gathered.failed:
        lost.append(Degradation(DegradationKind.ROW_UNAVAILABLE, "the row is left out", spec_id))
    titles = await _titles(sources.shelf, gathered.proposals, lost)
    return compose(Menu(layout, gathered.proposals, titles, failed=gathered.failed)).rows


async def _viewer(context: Context, global_profile_id: str, lost: list[Degradation]) -> Viewer | NotFound:
    """NotFound is returned, not raised: raised, it would leave the rest of the wave running behind the answer."""
    try:
        return await viewer_of(context, global_profile_id)
    except NotFound as error:
        return error
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


async def _picks(context: Context, profile_id: ProfileId, lost: list[Degradation]) -> TopPicks | None:
    try:
        loaders = await context.pinned()
        return await loaders.top_picks.load(profile_id)
    except StoreUnavailable:
        what = DegradationKind.RECOMMENDATIONS_UNAVAILABLE
        lost.append(Degradation(what, "what is popular"))
        return None


async def _titles(
    shelf: Shelf, proposals: Sequence[Proposal], lost: list[Degradation]
) -> dict[TitleId, Title]:
    try:
        return await shelf.titles(wanted_titles(proposals))
    except StoreUnavailable:
        lost.append(Degradation(DegradationKind.CATALOG_UNAVAILABLE, "an empty page"))
        return {}


def _in_page_order(lost: list[Degradation], layout: Layout) -> tuple[Degradation, ...]:
    """What concerns the whole page first, then rows from top to bottom: not as stores happened to fail."""
    kinds = list(DegradationKind)
    places = {spec.id: place for place, spec in enumerate(layout.rows)}
    return tuple(sorted(lost, key=lambda loss: (places.get(loss.row_id or "", -1), kinds.index(loss.what))))
