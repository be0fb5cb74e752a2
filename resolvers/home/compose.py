"""Composes a home page in three waves.

    wave 1   the viewer, the layouts, the profile's picks and the experiments
    wave 2   the sources of all rows with an open gate, in parallel, each within its budget
    wave 3   all titles of the page in one catalogue call, then pure composition

The number of store calls does not grow with rows or cards. A store that fails costs only what it alone has, and the
page names the loss in `degradations`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.candidates.eligibility import Refusal
from domain.candidates.trace import Trace
from domain.catalog.titles import Title
from domain.errors import NotFound, StoreUnavailable
from domain.experiments.counterfactuals import CounterfactualPage
from domain.ids import ProfileId, TitleId
from domain.layouts.client_compatibility import compatible_layout
from domain.layouts.model import Layout, RowSpec
from domain.layouts.request_context import PageRequest, TargetingContext
from domain.layouts.resolution import NO_LAYOUTS, PublishedLayouts
from domain.layouts.row_kinds import is_open
from domain.layouts.rule_reach import RuleReach
from domain.page.inputs import CompositionInput
from domain.page.model import Degradation, DegradationKind, Page, Row
from domain.page.row_filters import build_row_filter
from domain.ranking.page_ranking import Ranking
from domain.recommendations.lists import DataVersion, TopPicks
from domain.resilience.degradation_levels import ServiceLevel, level_at
from domain.snapshots.snapshot import snapshot_id
from resolvers.home.assemble import AssembledRows, assemble_rows
from resolvers.home.degradation_levels import UNRANKED, gather_at_level, layout_at_level
from resolvers.home.experiment_arms import ExperimentArms, assign_arms, load_experiments, with_arms
from resolvers.home.gather import Failure, SourceResults, read_on
from resolvers.home.ranking_inputs import (
    Neighbours,
    neighbours_of_dislikes,
    ranked_composition_input,
    taste_title_ids,
)
from resolvers.request.context import Context
from resolvers.request.loaders import LIVE, TitleLoader
from resolvers.request.viewer import Viewer, guest_viewer, load_viewer
from resolvers.rows.source import Sources


@dataclass(slots=True)
class ComposedPage:
    """A page with everything that it was composed from, for explanations and exposures.

    `closed_rows` are those whose gate is closed for this profile. `trace` is None unless requested, `version` None
    while no data version is known, `rule_reach` empty unless the page is a preview.
    """

    viewer: Viewer
    page: Page
    layout: Layout
    arms: ExperimentArms
    closed_rows: tuple[RowSpec, ...] = ()
    source_results: SourceResults = field(default_factory=SourceResults)
    titles: Mapping[TitleId, Title] = field(default_factory=dict)
    refusals: Mapping[TitleId, Refusal] = field(default_factory=dict)
    trace: Trace | None = None
    ranking: Ranking | None = None
    version: DataVersion | None = None
    rule_reach: Mapping[str, RuleReach] = field(default_factory=dict)


async def compose_page(
    context: Context,
    profile_id: ProfileId,
    request: PageRequest,
    trace: Trace | None = None,
    any_account: bool = False,
) -> ComposedPage:
    """Compose the page. `any_account` is for staff: the profile may belong to another account.

    Raises NotFound as `load_viewer`, BadInput and Forbidden for forced arms; never StoreUnavailable.
    """
    degradations: list[Degradation] = []
    # Fallbacks may come before anything is read.
    context.process.last_known.changes = context.stores.changes
    viewer, layouts, picks, experiments = await asyncio.gather(
        _load_viewer(context, profile_id, any_account, degradations),
        _load_layouts(context, degradations),
        _load_picks(context, profile_id, degradations),
        load_experiments(context),
    )
    if isinstance(viewer, NotFound):
        raise viewer
    arms = assign_arms(context, viewer, request_situation(viewer, request), layouts, experiments)
    level = level_at(context.process.load, context.process.clock())
    layout = layout_at_level(compatible_layout(arms.resolved.layout, request.schema), level)
    composed = ComposedPage(viewer, _empty_page(context, layout, request, level), layout, arms, trace=trace)
    if arms.data_version is not None:
        picks = await _load_picks(context, profile_id, degradations, arms.data_version)
    picks_lost = any(loss.what == DegradationKind.RECOMMENDATIONS_UNAVAILABLE for loss in degradations)
    sources = await _open_sources(context, viewer, layout, picks, picks_lost, arms.data_version)
    assembled = await _assemble(context, composed, sources)
    composed.titles, composed.refusals = assembled.titles, assembled.refusals
    composed.version = sources.loaders.version if sources else None
    degradations += assembled.degradations
    composed.page = replace(
        composed.page,
        data_version=composed.version.version if composed.version else None,
        rows=assembled.rows,
        degradations=_in_page_order(context.process.with_outage_start(degradations, context.now), layout),
        dropped_rows=_dropped_rows(composed, assembled.rows),
        changes_at=assembled.changes_at,
    )
    composed.page = with_arms(composed.page, arms)
    composed.page = replace(composed.page, snapshot_id=snapshot_id(viewer.profile.id, composed.page))
    return composed


async def recompose_rows(
    context: Context, composed: ComposedPage, other: CounterfactualPage
) -> Sequence[Row]:
    """The rows that another variant would have shown in this page's place."""
    viewer, degradations = composed.viewer, list[Degradation]()
    version = composed.arms.data_versions.get(other.data_version or "")
    picks = await _load_picks(context, viewer.profile.id, degradations, version)
    sources = await _open_sources(context, viewer, other.layout, picks, bool(degradations), version)
    page = replace(composed.page, layout_id=other.layout.id, layout_version=other.layout.version)
    return (await _assemble(context, ComposedPage(viewer, page, other.layout, composed.arms), sources)).rows


def _empty_page(context: Context, layout: Layout, request: PageRequest, level: ServiceLevel) -> Page:
    return Page("", layout.id, layout.version, None, context.now, (), request=request, level=level)


def request_situation(viewer: Viewer, request: PageRequest) -> TargetingContext:
    """What conditions of layouts and experiments can test."""
    profile, activity = viewer.profile, viewer.activity
    return TargetingContext(
        device=request.device,
        market=viewer.region,
        kids=profile.kids,
        maturity_limit=viewer.audience.maturity_limit,
        plan=viewer.plan,
        tenure_days=max(0, (viewer.audience.now - profile.created_at).days),
        history=len(activity.watched) + len(activity.rated),
        now=viewer.audience.now,
        client=request.client,
    )


async def _open_sources(
    context: Context,
    viewer: Viewer,
    layout: Layout,
    picks: TopPicks | None,
    picks_lost: bool,
    version: DataVersion | None,
) -> Sources | None:
    """The sources of `version`, by default the live one; None while no data version is known."""
    try:
        loaders = context.loaders_for(version) if version else await context.version_loaders()
    except StoreUnavailable:
        return None
    shelf, known = TitleLoader(loaders, viewer.audience), None if viewer.is_guest else picks
    row_sources = frozenset(spec.source for spec in layout.rows)
    return Sources(loaders, shelf, known, context.now, viewer.is_guest or picks_lost, row_sources)


async def _assemble(context: Context, composed: ComposedPage, sources: Sources | None) -> AssembledRows:
    """Waves 2 and 3."""
    layout, viewer, process = composed.layout, composed.viewer, context.process
    specs = (*layout.rows, *layout.stand_ins)
    composed.closed_rows = tuple(spec for spec in specs if not is_open(spec.source, viewer.activity))
    tried = [spec for spec in specs if spec not in composed.closed_rows]
    neighbours: Neighbours = {}
    if sources is None:
        composed.source_results = SourceResults(failures={spec.id: Failure.UNAVAILABLE for spec in tried})
    else:
        composed.source_results, neighbours = await asyncio.gather(
            gather_at_level(composed.page.level, tried, layout, viewer, sources, process),
            neighbours_of_dislikes(viewer, None if composed.page.level in UNRANKED else sources),
        )

    def input_for(titles: Mapping[TitleId, Title]) -> CompositionInput:
        if composed.page.level in UNRANKED:
            refuse = build_row_filter(viewer.activity, titles, context.now, viewer.region)
            rows = composed.source_results.row_candidates
            return CompositionInput(layout, rows, titles, refusals=refuse, plans_screen=False)
        request = composed.page.request
        composition_input, composed.ranking = ranked_composition_input(
            layout, request, viewer, sources, composed.source_results, neighbours, titles
        )
        return composition_input

    async def further(cut: Collection[str]) -> bool:
        if sources is None or composed.page.level != ServiceLevel.FULL:
            return False
        return await read_on(cut, composed.source_results, layout, viewer, sources, process.background)

    taste = taste_title_ids(viewer)
    return await assemble_rows(
        tried, composed.source_results, taste, viewer, sources, process, input_for, further, composed.trace
    )


async def _load_viewer(
    context: Context, profile_id: ProfileId, any_account: bool, degradations: list[Degradation]
) -> Viewer | NotFound:
    """Returns NotFound rather than raising it: raised, it would leave the rest of the wave running."""
    try:
        return await load_viewer(context, profile_id, any_account)
    except NotFound as error:
        return error
    except StoreUnavailable:
        what = DegradationKind.PROFILE_UNAVAILABLE
        degradations.append(Degradation(what, "rows that suit everybody, without anything personal"))
        return guest_viewer(context, profile_id)


async def _load_layouts(context: Context, degradations: list[Degradation]) -> PublishedLayouts:
    try:
        return await context.loaders.published_layouts.load(LIVE) or NO_LAYOUTS
    except StoreUnavailable:
        degradations.append(
            Degradation(DegradationKind.LAYOUT_UNAVAILABLE, "the layout that ships with Marquee")
        )
        return NO_LAYOUTS


async def _load_picks(
    context: Context,
    profile_id: ProfileId,
    degradations: list[Degradation],
    version: DataVersion | None = None,
) -> TopPicks | None:
    try:
        loaders = context.loaders_for(version) if version else await context.version_loaders()
        return await loaders.top_picks.load(profile_id)
    except StoreUnavailable:
        what = DegradationKind.RECOMMENDATIONS_UNAVAILABLE
        degradations.append(Degradation(what, "what is popular"))
        return None


def _dropped_rows(composed: ComposedPage, rows: Sequence[Row]) -> tuple[RowSpec, ...]:
    """Rows of the layout that were tried and did not make it onto the page."""
    there = {row.candidates.spec.id for row in rows}
    return tuple(
        spec for spec in composed.layout.rows if spec.id not in there and spec not in composed.closed_rows
    )


def _in_page_order(degradations: Sequence[Degradation], layout: Layout) -> tuple[Degradation, ...]:
    """Losses of the whole page first, then those of rows from top to bottom: the same order for the same losses."""
    kinds = list(DegradationKind)
    places = {spec.id: place for place, spec in enumerate(layout.rows)}
    return tuple(
        sorted(degradations, key=lambda loss: (places.get(loss.row_id or "", -1), kinds.index(loss.what)))
    )
