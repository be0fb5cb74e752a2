"""Exposures of a page that was served: found out and noted behind the answer, never in its way.

What another variant would have shown is composed from the same loaders, so rows that both have cost no store call;
only a row that this variant lacks is asked for. It happens once for a viewer, experiment and phase, and again now
and then while it made no difference.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.experiments.counterfactuals import ExperimentImpact
from domain.experiments.exposures import differs, exposure, id_of
from domain.resilience.degradation_levels import ServiceLevel
from resolvers.home.compose import ComposedPage, recompose_rows
from resolvers.request.context import Context


def expose_later(context: Context, made: ComposedPage) -> None:
    """Have the page's exposures noted once its answer is on its way.

    Nothing is noted of a page with a forced arm, of one without rows, and while the service is overloaded: overload
    is no matter of variants, and the viewer's next page is noted instead.
    """
    if made.dealt.assignments.forced or not made.page.rows or made.page.level != ServiceLevel.FULL:
        return
    exposures = context.stores.exposures
    wanted = [
        say for say in made.dealt.says if exposures.wants(id_of(say.assignment), say.assignment.variant.key)
    ]
    if wanted:
        context.afterwards.append(lambda: expose(context, made, wanted))


async def expose(context: Context, made: ComposedPage, says: Sequence[ExperimentImpact]) -> None:
    """Note these exposures now, each with the variants that would have shown something else."""
    page, profile = made.page, made.viewer.profile
    for say in says:
        others = [
            other.variant
            for other in say.others
            if differs(page.rows, await recompose_rows(context, made, other))
        ]
        noted = exposure(say.assignment, page, profile.id, profile.account_id, others)
        if context.stores.exposures.note(noted):
            context.process.observer.exposed(noted.experiment, noted.variant)
