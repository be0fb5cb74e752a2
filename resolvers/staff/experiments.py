"""Root fields for experiments. Each checks the role first."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.errors import BadInput, Conflict, NotFound, StoreUnavailable
from domain.viewers.profiles import Role
from resolvers.publishing.experiment_admin import ExperimentAdmin, load_experiment_admin
from resolvers.publishing.experiment_lifecycle import Actor, start, stop
from resolvers.request.authorization import require_role
from resolvers.request.context import Context, ContextInfo
from resolvers.types.arguments import First
from resolvers.types.connection import page_size
from resolvers.types.events import TryLater
from resolvers.types.experiments import (
    Experiment,
    ExperimentRefused,
    ExperimentStarted,
    ExperimentStartInput,
    ExperimentStartResult,
    ExperimentStopInput,
    ExperimentStopped,
    ExperimentStopResult,
    experiment_node,
)
from resolvers.types.scalars import LayoutDocument

UNSURE = "A store did not answer. Look at the experiment, then send the same again."
MAX_REASON = 500

ToStart = Annotated[ExperimentStartInput, strawberry.argument(description="What to start, from which draft.")]
ToStop = Annotated[ExperimentStopInput, strawberry.argument(description="What to stop, and what ships.")]


@strawberry.type(description="What designers can read of experiments.")
class ExperimentQueries:
    @strawberry.field(
        description="Every experiment, by name, those that layouts declare among them. For designers and staff."
    )
    async def experiments(self, info: ContextInfo, first: First = 50) -> list[Experiment]:
        require_role(info.context, Role.DESIGNER)
        size = page_size(first, 50)
        admin = await load_experiment_admin(info.context.stores)
        return [_node(admin, key) for key in list(admin.experiments.by_key)[:size]]


@strawberry.type(description="What designers can do with experiments.")
class ExperimentMutations:
    @strawberry.mutation(
        description="Deal viewers to an experiment; with a draft, its change becomes a variant in one step. One "
        "that ran before begins another phase. For designers and staff."
    )
    async def experiment_start(self, info: ContextInfo, input: ToStart) -> ExperimentStartResult:
        require_role(info.context, Role.DESIGNER)
        stores = info.context.stores
        try:
            started = await start(stores, input.to_domain(), _actor(info.context, input.reason))
            admin = await load_experiment_admin(stores)
        except (BadInput, NotFound, Conflict) as error:
            return ExperimentRefused(message=str(error), code=error.code)
        except StoreUnavailable:
            return TryLater(message=UNSURE)
        return ExperimentStarted(
            experiment=_node(admin, input.key),
            patch=LayoutDocument(started.patch) if started.patch else None,
            layout_version=started.layout_version,
        )

    @strawberry.mutation(
        description="Deal nobody to an experiment any more; every page is the control's within seconds. For "
        "designers and staff."
    )
    async def experiment_stop(self, info: ContextInfo, input: ToStop) -> ExperimentStopResult:
        require_role(info.context, Role.DESIGNER)
        actor = _actor(info.context, input.reason)
        try:
            version = await stop(info.context.stores, input.key, actor, input.ship)
        except (BadInput, NotFound, Conflict) as error:
            return ExperimentRefused(message=str(error), code=error.code)
        except StoreUnavailable:
            return TryLater(message=UNSURE)
        return ExperimentStopped(layout_version=version)


def _node(admin: ExperimentAdmin, key: str) -> Experiment:
    notes = admin.document(key).get("notes", [])
    return experiment_node(admin.experiments.by_key[key], notes, admin.findings)


def _actor(context: Context, reason: str) -> Actor:
    """Raises BadInput for a reason that is too long."""
    if len(reason) > MAX_REASON:
        raise BadInput(f"reason: at most {MAX_REASON} characters, not {len(reason)}.")
    return Actor(context.principal.author, context.now, reason)
