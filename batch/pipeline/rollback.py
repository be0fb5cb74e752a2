"""Returns readers to a version that was live before. Nothing is computed: the pointer moves.

Nights are held after it, or the next one would publish what the rollback left: `release` ends that.
"""

from __future__ import annotations

from dataclasses import dataclass

from pymongo.database import Database

from batch.pipeline.failpoints import hit
from batch.pipeline.history import record_act, settle
from batch.pipeline.pointer import Act, ChangeAuthor, Hold, Pointer, move_pointer, set_hold
from batch.pipeline.staged import StagedRun, claim, find_run, version_counts, version_of_run
from batch.storage.clients import BatchStores
from domain.errors import Conflict, NotFound
from domain.recommendations.lists import DataVersion
from domain.serialization import Document
from domain.storage_names import RUNS


@dataclass(frozen=True, slots=True)
class RollbackPlan:
    """What a rollback would do. `counts`: of the target, in the stores."""

    pointer: Pointer
    live: DataVersion
    run: StagedRun
    target: DataVersion
    counts: dict[str, int]


def plan_rollback(stores: BatchStores, to: str | None = None) -> RollbackPlan:
    """`to`: a run id or a version; None: the version before. Raises Conflict and NotFound."""
    pointer = settle(stores.mongo)
    live = pointer.live
    if live is None or (to is None and live.previous is None):
        raise Conflict("There is no version to go back to.")
    try:
        run = find_run(stores.mongo, to or live.previous or "")
    except NotFound as error:
        if to is not None:
            raise
        raise Conflict(f"Nothing is known of version {live.previous}: choose one with --to.") from error
    if run.version == live.version:
        raise Conflict(f"Version {live.version} is live already.")
    if run.swept:
        raise Conflict(f"Version {run.version} has been swept, so the pointer stays at {live.version}.")
    if not run.published:
        raise Conflict(f"Version {run.version} was never live. To publish it: marquee data publish {run.id}.")
    target = version_of_run(stores.mongo, run.id)
    counts = version_counts(stores, target)
    empty = [name for name, count in counts.items() if count == 0]
    if empty:
        raise Conflict(
            f"Version {run.version} has no {', '.join(empty)} any more, so the pointer stays at {live.version}."
        )
    return RollbackPlan(pointer, live, run, target, counts)


def rollback(stores: BatchStores, actor: ChangeAuthor, plan: RollbackPlan) -> DataVersion:
    """A second one, without a target, undoes the first. Raises Conflict when its data or the pointer has gone."""
    claim(stores.mongo, plan.run, actor.at)
    hit("rollback.chosen")
    back = DataVersion(
        version=plan.target.version,
        index=plan.target.index,
        run_id=plan.target.run_id,
        logical_date=plan.target.logical_date,
        published_at=actor.at,
        previous=plan.live.version,
        parts=plan.target.parts,
    )
    hold = Hold(Act.ROLLBACK, actor.by, actor.at, actor.why)
    move_pointer(stores.mongo, plan.pointer, back, Act.ROLLBACK, actor, hold)
    hit("rollback.pointed")
    settle(stores.mongo)
    return back


def hold(database: Database[Document], actor: ChangeAuthor, act: Act = Act.HOLD) -> None:
    """Nights stage their versions and leave the pointer. Raises Conflict when nothing is published."""
    set_hold(database, settle(database), Hold(act, actor.by, actor.at, actor.why))
    record_act(database, Act.HOLD, actor, None)


def release(database: Database[Document], actor: ChangeAuthor) -> bool:
    """False when nights were not held."""
    pointer = settle(database)
    if pointer.hold is None:
        return False
    set_hold(database, pointer, None)
    record_act(database, Act.RELEASE, actor, None)
    return True


def pin(database: Database[Document], name: str, actor: ChangeAuthor, is_pinned: bool) -> StagedRun:
    """A pinned version is never swept. Raises NotFound, and Conflict for one that has been."""
    run = find_run(database, name)
    changed = database[RUNS].update_one({"_id": run.id, "swept": False}, {"$set": {"pinned": is_pinned}})
    if changed.matched_count == 0:
        raise Conflict(f"Version {run.version} has been swept.")
    record_act(database, Act.PIN if is_pinned else Act.UNPIN, actor, run.version, run.id)
    return run
