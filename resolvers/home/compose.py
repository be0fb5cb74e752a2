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

from domain.candidates.eligibility import Refusal
from domain.candidates.row_gates import is_open
from domain.candidates.trace import Trace
from domain.catalog.titles import Title
from domain.errors import NotFound, StoreUnavailable
from domain.experiments.counterfactuals import CounterfactualPage
from domain.ids import ProfileId, TitleId, raw_id
from domain.layouts.client_compatibility import for_client
from domain.layouts.model import Layout, RowSpec
from domain.layouts.request_context import PageRequest, Situation
from domain.layouts.resolution import EMPTY_BOOK, PublishedLayouts
from domain.page.inputs import CompositionInput
from domain.page.model import Degradation, DegradationKind, Page, Row
from domain.page.row_filters import refuser
from domain.ranking.page_ranking import Ranking
from domain.recommendations.lists import DataVersion, TopPicks
from domain.resilience.degradation_levels import ServiceLevel, level_at
from domain.snapshots.snapshot import snapshot_id
from resolvers.home.assemble import AssembledRows, assemble_rows
from resolvers.home.degradation_levels import UNRANKED, at_level, gather_at
from resolvers.home.experiment_arms import ExperimentArms, assign_arms, known_experiments, with_arms
from resolvers.home.gather import Failure, SourceResults
from resolvers.home.ranking_inputs import (
    Neighbours,
    neighbours_of_dislikes,
    ranked_menu,
    shows_behind_the_taste,
)
from resolvers.home.serve_stats import with_outage_start
from resolvers.request.context import Context
from resolvers.request.loaders import LIVE, TitleLoader
from resolvers.request.viewer import Viewer, guest_of, viewer_of
from resolvers.rows.source import Sources


@dataclass(slots=True)
class ComposedPage:
    """A page, and what it was made from: what an explanation of it needs.

    `dealt` has the experiments it takes part in and the rows that the layout keeps from this request; `closed`
    specs whose gate was closed for this profile; `removed` the titles that the choke point withheld, with the rule;
    `trace` is there when asked for; `version` None: no data version was known.
    """

    viewer: Viewer
    page: Page
    layout: Layout
    dealt: ExperimentArms
    closed: tuple[RowSpec, ...] = ()
    gathered: SourceResults = field(default_factory=SourceResults)
    titles: Mapping[TitleId, Title] = field(default_factory=dict)
    removed: Mapping[TitleId, Refusal] = field(default_factory=dict)
    trace: Trace | None = None
    ranking: Ranking | None = None
    version: DataVersion | None = None


async def compose_page(
    context: Context,
    global_profile_id: str,
    request: PageRequest,
    trace: Trace | None = None,
    any_account: bool = False,
) -> ComposedPage:
    """The page with all it was made from; `any_account` is for staff.

    Raises NotFound and BadInput as `viewer_of`; never StoreUnavailable.
    """
    profile_id = ProfileId(raw_id("profile", global_profile_id))
    lost: list[Degradation] = []
    viewer, book, picks, experiments = await asyncio.gather(
        _viewer(context, global_profile_id, any_account, lost),
        _layouts(context, lost),
        _picks(context, profile_id, lost),
        known_experiments(context),
    )
    if isinstance(viewer, NotFound):
        raise viewer
    dealt = assign_arms(context, viewer, situation_of(viewer, request), book, experiments)
    level = level_at(context.process.load, context.process.clock())
    layout = at_level(for_client(dealt.resolved.layout, request.schema), level)
    made = ComposedPage(viewer, _empty_page(context, layout, request, level), layout, dealt, trace=trace)
    if dealt.version is not None:
        picks = await _picks(context, profile_id, lost, dealt.version)
    picks_lost = any(loss.what == DegradationKind.RECOMMENDATIONS_UNAVAILABLE for loss in lost)
    sources = await _sources(context, viewer, picks, picks_lost, dealt.version)
    finished = await _finished(context, made, sources)
    made.titles, made.removed = finished.titles, finished.removed
    made.version = sources.loaders.version if sources else None
    lost += finished.lost
    made.page = replace(
        made.page,
        data_version=made.version.version if made.version else None,
        rows=finished.rows,
        degradations=_in_page_order(with_outage_start(context.process, lost, context.now), layout),
        dropped=_dropped(made, finished.rows),
        changes_at=finished.until,
    )
    made.page = with_arms(made.page, dealt)
    made.page = replace(made.page, snapshot_id=snapshot_id(viewer.profile.id, made.page))
    return made


async def recompose_rows(context: Context, made: ComposedPage, other: CounterfactualPage) -> Sequence[Row]:
    """The rows that another variant would have shown in this page's place."""
    viewer, lost = made.viewer, list[Degradation]()
    version = made.dealt.versions.get(other.data_version or "")
    picks = await _picks(context, viewer.profile.id, lost, version)
    sources = await _sources(context, viewer, picks, bool(lost), version)
    page = replace(made.page, layout_id=other.layout.id, layout_version=other.layout.version)
    return (await _finished(context, ComposedPage(viewer, page, other.layout, made.dealt), sources)).rows


def _empty_page(context: Context, layout: Layout, request: PageRequest, level: ServiceLevel) -> Page:
    return Page("", layout.id, layout.version, None, context.now, (), request=request, level=level)


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


async def _sources(
    context: Context, viewer: Viewer, picks: TopPicks | None, picks_lost: bool, version: DataVersion | None
) -> Sources | None:
    """`version` None: the live one. None: no data version is known, so nothing can be looked up."""
    try:
        loaders = context.reading(version) if version else await context.pinned()
    except StoreUnavailable:
        return None
    shelf, known = TitleLoader(loaders, viewer.audience), None if viewer.guest else picks
    return Sources(loaders, shelf, known, context.now, viewer.guest or picks_lost)


async def _finished(context: Context, made: ComposedPage, sources: Sources | None) -> AssembledRows:
    """Waves 2 and 3."""
    layout, viewer, process = made.layout, made.viewer, context.process
    specs = (*layout.rows, *layout.stand_ins)
    made.closed = tuple(spec for spec in specs if not is_open(spec, viewer.activity))
    tried = [spec for spec in specs if spec not in made.closed]
    neighbours: Neighbours = {}
    if sources is None:
        made.gathered = SourceResults(failed={spec.id: Failure.UNAVAILABLE for spec in tried})
    else:
        made.gathered, neighbours = await asyncio.gather(
            gather_at(made.page.level, tried, layout, viewer, sources, process),
            neighbours_of_dislikes(viewer, None if made.page.level in UNRANKED else sources),
        )

    def menu_for(titles: Mapping[TitleId, Title]) -> CompositionInput:
        if made.page.level in UNRANKED:
            refuse = refuser(viewer.activity, titles, context.now, viewer.region)
            return CompositionInput(layout, made.gathered.proposals, titles, refuse=refuse)
        request = made.page.request
        menu, made.ranking = ranked_menu(layout, request, viewer, sources, made.gathered, neighbours, titles)
        return menu

    taste = shows_behind_the_taste(viewer)
    return await assemble_rows(tried, made.gathered, taste, viewer, sources, process, menu_for, made.trace)


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


async def _layouts(context: Context, lost: list[Degradation]) -> PublishedLayouts:
    try:
        return await context.loaders.layouts.load(LIVE) or EMPTY_BOOK
    except StoreUnavailable:
        lost.append(Degradation(DegradationKind.LAYOUT_UNAVAILABLE, "the layout that ships with Marquee"))
        return EMPTY_BOOK


async def _picks(
    context: Context, profile_id: ProfileId, lost: list[Degradation], version: DataVersion | None = None
) -> TopPicks | None:
    try:
        loaders = context.reading(version) if version else await context.pinned()
        return await loaders.top_picks.load(profile_id)
    except StoreUnavailable:
        what = DegradationKind.RECOMMENDATIONS_UNAVAILABLE
        lost.append(Degradation(what, "what is popular"))
        return None


def _dropped(made: ComposedPage, rows: Sequence[Row]) -> tuple[RowSpec, ...]:
    """Rows of the layout that were tried and are not on the page."""
    there = {row.proposal.spec.id for row in rows}
    return tuple(spec for spec in made.layout.rows if spec.id not in there and spec not in made.closed)


def _in_page_order(lost: Sequence[Degradation], layout: Layout) -> tuple[Degradation, ...]:
    """What concerns the whole page first, then rows from top to bottom: not as stores happened to fail."""
    kinds = list(DegradationKind)
    places = {spec.id: place for place, spec in enumerate(layout.rows)}
    return tuple(sorted(lost, key=lambda loss: (places.get(loss.row_id or "", -1), kinds.index(loss.what))))
