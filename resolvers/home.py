"""Composing a home page in three waves: the only place where rows are gathered.

    wave 1   who watches, which layout, the profile's picks
    wave 2   every row whose gate is open, in parallel, each within its budget
    wave 3   all titles of the page in one catalogue call, then pure composition

Each wave's store calls are fixed in number, whatever the rows and cards. A store that fails costs what only
it could give, and the page says so in `degradations`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.candidates import Proposal
from domain.composing import Menu, compose
from domain.errors import BadInput, NotFound, StoreUnavailable
from domain.filters import Filtered, Refusal
from domain.gates import is_open
from domain.ids import ProfileId, TitleId, raw_id
from domain.kept_pages import snapshot_id
from domain.layouts import DEFAULT_LAYOUT, HOME, Layout, RowSpec
from domain.pages import Degradation, DegradationKind, Page, Row
from domain.recommendations import TopPicks
from domain.situations import PageRequest, Situation
from domain.tracing import Trace
from domain.wanted import wanted_titles
from resolvers.context import Context
from resolvers.gathering import Gathered, gather
from resolvers.loaders import Shelf
from resolvers.rows.source import Sources
from resolvers.viewer import Viewer, guest_of, viewer_of


@dataclass(slots=True)
class Made:
    """A page, and what it was made from: what an explanation of it needs.

    `closed` names specs whose gate was closed for this profile; `removed` the titles that the choke point
    withheld, with the rule; `trace` is there when it was asked for.
    """

    viewer: Viewer
    page: Page
    layout: Layout
    closed: tuple[RowSpec, ...] = ()
    gathered: Gathered = field(default_factory=Gathered)
    removed: Mapping[TitleId, Refusal] = field(default_factory=dict)
    trace: Trace | None = None


async def build_home(
    context: Context, global_profile_id: str, request: PageRequest | None = None
) -> tuple[Viewer, Page]:
    """The page of a profile. Raises NotFound and BadInput as `viewer_of`; never StoreUnavailable."""
    made = await make_page(context, global_profile_id, request or PageRequest())
    return made.viewer, made.page


async def make_page(
    context: Context,
    global_profile_id: str,
    request: PageRequest,
    trace: Trace | None = None,
    any_account: bool = False,
) -> Made:
    """The page with all it was made from; `any_account` is for staff. Raises as `build_home`."""
    profile_id = ProfileId(raw_id("profile", global_profile_id))
    lost: list[Degradation] = []
    viewer, layout, picks = await asyncio.gather(
        _viewer(context, global_profile_id, any_account, lost),
        _layout(context, lost),
        _picks(context, profile_id, lost),
    )
    if isinstance(viewer, NotFound):
        raise viewer
    made = Made(viewer, _empty_page(context, layout, request), layout, trace=trace)
    try:
        loaders = await context.pinned()
    except StoreUnavailable:
        lost.append(Degradation(DegradationKind.CATALOG_UNAVAILABLE, "an empty page"))
    else:
        shelf = Shelf(loaders, viewer.audience)
        sources = Sources(loaders, shelf, None if viewer.guest else picks, context.now)
        rows = await _rows(context, made, sources, lost)
        made.page = replace(made.page, data_version=loaders.version.version, rows=rows)
    made.page = replace(made.page, degradations=_in_page_order(lost, layout))
    made.page = replace(made.page, snapshot_id=snapshot_id(viewer.profile.id, made.page))
    return made


def _empty_page(context: Context, layout: Layout, request: PageRequest) -> Page:
    return Page("", layout.id, layout.version, None, context.now, (), arms=layout.arms, request=request)


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


async def _rows(context: Context, made: Made, sources: Sources, lost: list[Degradation]) -> tuple[Row, ...]:
    """Waves 2 and 3."""
    layout, viewer = made.layout, made.viewer
    specs = (*layout.rows, *layout.stand_ins)
    made.closed = tuple(spec for spec in specs if not is_open(spec, viewer.activity))
    tried = [spec for spec in specs if spec not in made.closed]
    made.gathered = await gather(tried, layout, viewer, sources, context.process.background)
    for spec_id in made.gathered.failed:
        lost.append(Degradation(DegradationKind.ROW_UNAVAILABLE, "the row is left out", spec_id))
    found = await _titles(sources.shelf, made.gathered.proposals, lost)
    made.removed = found.removed
    titles = {title.id: title for title in found.kept}
    menu = Menu(layout, made.gathered.proposals, titles, failed=made.gathered.failed)
    return compose(menu, made.trace).rows


async def _viewer(
    context: Context, global_profile_id: str, any_account: bool, lost: list[Degradation]
) -> Viewer | NotFound:
    """NotFound is returned, not raised: raised, it would leave the rest of the wave running behind the answer."""
    try:
        return await viewer_of(context, global_profile_id, any_account)
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


async def _titles(shelf: Shelf, proposals: Sequence[Proposal], lost: list[Degradation]) -> Filtered:
    try:
        return await shelf.examined(wanted_titles(proposals))
    except StoreUnavailable:
        lost.append(Degradation(DegradationKind.CATALOG_UNAVAILABLE, "an empty page"))
        return Filtered((), {})


def _in_page_order(lost: list[Degradation], layout: Layout) -> tuple[Degradation, ...]:
    """What concerns the whole page first, then rows from top to bottom: not as stores happened to fail."""
    kinds = list(DegradationKind)
    places = {spec.id: place for place, spec in enumerate(layout.rows)}
    return tuple(sorted(lost, key=lambda loss: (places.get(loss.row_id or "", -1), kinds.index(loss.what))))
