"""The experiments that a page takes part in, and the layout that results. Reads no store of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.experiments.assignment import Assignments, UnitIds, assign_variants, parse_arms
from domain.experiments.counterfactuals import ExperimentImpact, deciding_arms, impacts
from domain.experiments.model import ExperimentSet
from domain.layouts.request_context import TargetingContext
from domain.layouts.resolution import PublishedLayouts, ResolvedLayout, resolve
from domain.page.model import Page
from domain.recommendations.lists import DataVersion
from domain.viewers.profiles import Role
from resolvers.request.authorization import require_role
from resolvers.request.context import Context
from resolvers.request.viewer import Viewer


@dataclass(frozen=True, slots=True)
class AvailableExperiments:
    """The experiments that can run now. `versions` are the readable data versions, if an experiment names one."""

    experiments: ExperimentSet
    data_versions: Mapping[str, DataVersion] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExperimentArms:
    """`data_version`: read it instead of the live one. `data_versions`: those that the other variants would read."""

    assignments: Assignments
    impacts: tuple[ExperimentImpact, ...]
    resolved: ResolvedLayout
    data_version: DataVersion | None = None
    data_versions: Mapping[str, DataVersion] = field(default_factory=dict)


async def load_experiments(context: Context) -> AvailableExperiments:
    """The experiments whose data can be read. Never raises: a page works without experiments."""
    experiments = await context.stores.experiments.live_experiments()
    if not experiments.data_versions:
        return AvailableExperiments(experiments)
    versions = await context.stores.data_versions.readable()
    return AvailableExperiments(experiments.with_readable_data(versions.keys()), versions)


def assign_arms(
    context: Context,
    viewer: Viewer,
    targeting: TargetingContext,
    layouts: PublishedLayouts,
    available: AvailableExperiments,
) -> ExperimentArms:
    """Raises BadInput for a forced arm that does not exist, Forbidden for one that this token may not force.

    A guest takes part in no experiment: its earlier assignments cannot be read.
    """
    forced = forced_arms(context)
    experiments = available.experiments.with_declared(layouts.experiments)
    if viewer.is_guest or not (experiments or forced):
        return ExperimentArms(Assignments(), (), resolve(layouts, targeting))
    unit_ids = UnitIds(viewer.profile.id, viewer.profile.account_id)
    assignments = assign_variants(experiments, unit_ids, targeting, forced, viewer.sticky)
    targeting = replace(targeting, arms=assignments.arms)
    resolved = resolve(layouts, targeting)
    found_impacts = impacts(layouts, targeting, resolved.layout, assignments)
    version = available.data_versions.get(assignments.data_version or "")
    return ExperimentArms(assignments, found_impacts, resolved, version, available.data_versions)


def forced_arms(context: Context) -> dict[str, str]:
    """The arms that a designer (in the demo: anyone) forced for this request. Raises BadInput and Forbidden."""
    arms = parse_arms(context.requested_arms)
    if arms and not context.process.demo:
        require_role(context, Role.DESIGNER)
    return arms


def with_arms(page: Page, arms: ExperimentArms) -> Page:
    """The page with the experiments that can change it and those that were forced."""
    forced = tuple(one.experiment.key for one in arms.assignments.all if one.is_forced)
    named = {*forced, *(impact.assignment.experiment.key for impact in arms.impacts)}
    shown = {key: variant for key, variant in arms.assignments.arms.items() if key in named}
    return replace(page, arms=shown, forced_experiments=forced, deciding_arms=deciding_arms(arms.impacts))
