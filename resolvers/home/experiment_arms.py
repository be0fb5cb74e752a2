"""The arms of one page: which experiments it takes part in, and the layout that comes of it.

Everything is worked out from what the first wave read anyway: the experiments (kept by the process), the layouts,
and the account, which remembers what was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.experiments.assignment import Assignments, Units, assign_variants, parse_arms
from domain.experiments.counterfactuals import ExperimentImpact, deciding_arms, impacts
from domain.experiments.model import ExperimentBook
from domain.layouts.request_context import Situation
from domain.layouts.resolution import PublishedLayouts, Resolved, resolve
from domain.page.model import Page
from domain.recommendations.lists import DataVersion
from domain.viewers.profiles import Role
from resolvers.request.authorization import require
from resolvers.request.context import Context
from resolvers.request.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Known:
    """The experiments that can run now. `versions` are the data versions that can be read, if any is named."""

    book: ExperimentBook
    versions: Mapping[str, DataVersion] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExperimentArms:
    """`situation` has the arms in it, `resolved` was made with them. `version`: read it instead of the live one;
    `versions` are those that other variants may read."""

    assignments: Assignments
    says: tuple[ExperimentImpact, ...]
    situation: Situation
    resolved: Resolved
    version: DataVersion | None = None
    versions: Mapping[str, DataVersion] = field(default_factory=dict)


async def known_experiments(context: Context) -> Known:
    """Without those whose data nobody can read any more. Never fails: a page can do without experiments."""
    book = await context.stores.experiments.book()
    if not book.data_versions:
        return Known(book)
    versions = await context.stores.live.versions()
    return Known(book.reading(versions.keys()), versions)


def assign_arms(
    context: Context, viewer: Viewer, situation: Situation, layouts: PublishedLayouts, known: Known
) -> ExperimentArms:
    """Raises BadInput for a forced arm that does not exist, Forbidden for one that this token may not force.

    A guest takes part in nothing: who it is and what was shown before cannot be read.
    """
    forced = forced_arms(context)
    book = known.book.joined(layouts.experiments)
    if viewer.guest or not (book or forced):
        return ExperimentArms(Assignments(), (), situation, resolve(layouts, situation))
    units = Units(viewer.profile.id, viewer.profile.account_id)
    assignments = assign_variants(book, units, situation, forced, viewer.sticky)
    situation = replace(situation, arms=assignments.arms)
    resolved = resolve(layouts, situation)
    says = impacts(layouts, situation, resolved.layout, assignments)
    version = known.versions.get(assignments.data_version or "")
    return ExperimentArms(assignments, says, situation, resolved, version, known.versions)


def forced_arms(context: Context) -> dict[str, str]:
    """The arms that a designer chose for this request, or anybody in the demo. Raises BadInput and Forbidden."""
    arms = parse_arms(context.asked_arms)
    if arms and not context.process.demo:
        require(context, Role.DESIGNER)
    return arms


def with_arms(page: Page, dealt: ExperimentArms) -> Page:
    """The page with the experiments that had a say in it, and those that were forced."""
    forced = tuple(one.experiment.key for one in dealt.assignments.all if one.forced)
    named = {*forced, *(say.assignment.experiment.key for say in dealt.says)}
    arms = {key: variant for key, variant in dealt.assignments.arms.items() if key in named}
    return replace(page, arms=arms, forced=forced, decided=deciding_arms(dealt.says))
