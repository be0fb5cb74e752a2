"""Experiments through the API, for designers and staff: list, start, stop.

Each resolver asks for the role before it reads anything. The two types here are parts of the roots.
"""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.errors import BadInput, Conflict, NotFound, StoreUnavailable
from domain.viewers.profiles import Role
from resolvers.publishing.experiment_lifecycle import (
    Actor,
    ExperimentAdmin,
    ExperimentRequest,
    open_desk,
    start,
    stop,
)
from resolvers.request.authorization import require
from resolvers.request.context import Context, ContextInfo
from resolvers.types.arguments import First
from resolvers.types.connection import check_first
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

RETRY_AFTER_MS = 1000
UNSURE = "A store did not answer. Look at the experiment, then send the same again."
MOST_WORDS = 500

ToStart = Annotated[ExperimentStartInput, strawberry.argument(description="What to start, from which draft.")]
ToStop = Annotated[ExperimentStopInput, strawberry.argument(description="What to stop, and what ships.")]


@strawberry.type(description="What designers can read of experiments.")
class ExperimentQueries:
    @strawberry.field(
        description="Every experiment, by name, those that layouts declare among them. For designers and staff."
    )
    async def experiments(self, info: ContextInfo, first: First = 50) -> list[Experiment]:
        require(info.context, Role.DESIGNER)
        check_first(first)
        desk = await open_desk(info.context.stores)
        return [_node(desk, key) for key in list(desk.book.experiments)[:first]]


@strawberry.type(description="What designers can do with experiments.")
class ExperimentMutations:
    @strawberry.mutation(
        description="Deal viewers to an experiment; with a draft, its change becomes a variant in one step. One "
        "that ran before begins another phase. For designers and staff."
    )
    async def experiment_start(self, info: ContextInfo, input: ToStart) -> ExperimentStartResult:
        require(info.context, Role.DESIGNER)
        stores = info.context.stores
        try:
            started = await start(stores, _plan(input), _hand(info.context, input.reason))
            desk = await open_desk(stores)
        except (BadInput, NotFound, Conflict) as error:
            return ExperimentRefused(message=str(error), code=error.code)
        except StoreUnavailable:
            return TryLater(message=UNSURE, retry_after_ms=RETRY_AFTER_MS)
        return ExperimentStarted(
            experiment=_node(desk, input.key),
            patch=LayoutDocument(started.patch) if started.patch else None,
            layout_version=started.layout_version,
        )

    @strawberry.mutation(
        description="Deal nobody to an experiment any more; every page is the control's within seconds. For "
        "designers and staff."
    )
    async def experiment_stop(self, info: ContextInfo, input: ToStop) -> ExperimentStopResult:
        require(info.context, Role.DESIGNER)
        hand = _hand(info.context, input.reason)
        try:
            version = await stop(info.context.stores, input.key, hand, input.ship)
        except (BadInput, NotFound, Conflict) as error:
            return ExperimentRefused(message=str(error), code=error.code)
        except StoreUnavailable:
            return TryLater(message=UNSURE, retry_after_ms=RETRY_AFTER_MS)
        return ExperimentStopped(layout_version=version)


def _node(desk: ExperimentAdmin, key: str) -> Experiment:
    notes = desk.known(key).get("notes", [])
    return experiment_node(desk.book.experiments[key], notes, desk.findings)


def _plan(given: ExperimentStartInput) -> ExperimentRequest:
    """Raises BadInput for a share or a draft beside data; the rest is the schema's to check."""
    if not 0 <= given.share <= 1:
        raise BadInput(f"share: from 0 to 1, not {given.share:g}.")
    if given.draft_id and given.data_version:
        raise BadInput(
            "draftId, dataVersion: a variant is one of the two; start two variants, one after the other."
        )
    settings: dict[str, Any] = {
        name: value
        for name in ("layer", "coverage", "hypothesis")
        if (value := getattr(given, name)) is not None
    }
    if given.unit is not None:
        settings["unit"] = given.unit.value
    if given.segments_from is not None or given.segments_to is not None:
        settings["segments"] = {"from": given.segments_from or 0.0, "to": given.segments_to or 1.0}
    if given.data_version:
        settings["variants"] = {
            "A": {"weight": 1 - given.share},
            given.variant: {"weight": given.share, "data_version": given.data_version},
        }
    return ExperimentRequest(given.key, given.draft_id, given.variant, given.share, settings)


def _hand(context: Context, why: str) -> Actor:
    """Raises BadInput for a reason that nobody would read."""
    if len(why) > MOST_WORDS:
        raise BadInput(f"reason: at most {MOST_WORDS} characters, not {len(why)}.")
    return Actor(context.principal.account_id, context.now, why)
