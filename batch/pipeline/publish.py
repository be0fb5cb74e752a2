"""Publishes a version: checks the staged data, judges it by the gates, moves the live pointer.

Readers switch all three stores when the pointer moves. Version data never changes here, so after a crash at any line
the previous version serves or the new one does, whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from batch.pipeline.failpoints import hit
from batch.pipeline.gates.model import GateResult, blocking
from batch.pipeline.gates.records import check_version, describe_blocking
from batch.pipeline.history import settle
from batch.pipeline.ledger import Ledger, RunRecord
from batch.pipeline.pointer import Act, ChangeAuthor, Pointer, live_version, move_pointer, scheduled
from batch.pipeline.purge import departed_during, remove_departed_picks
from batch.pipeline.staged import (
    CAN_BE_PUBLISHED,
    COUNT_NAMES,
    StagedRun,
    brought_datasets,
    claim,
    find_run,
    planned_version,
    stored_counts,
)
from batch.storage.clients import BatchStores
from domain.errors import Conflict, MarqueeError
from domain.recommendations.lists import DataVersion
from domain.storage_names import CATALOG, DATASETS, RUNS, TITLES, TOP_PICKS
from domain.timestamps import from_millis, to_millis

__all__ = [
    "PublicationBlocked",
    "PublicationHeld",
    "live_version",
    "publish",
    "publish_staged",
    "stored_counts",
]


class PublicationBlocked(MarqueeError):
    """The staged data failed its checks."""

    code = "BLOCKED"


class PublicationHeld(PublicationBlocked):
    """The staged data is good, and nights are held."""


def ensure_evaluated(not_measured: Sequence[str]) -> None:
    """Raises PublicationBlocked; `not_measured`: stages that failed to measure or were cut short."""
    if not_measured:
        raise PublicationBlocked(
            f"The version was not evaluated ({', '.join(not_measured)}), and --require-evaluation publishes no such "
            "version. The data is kept; the next start of this date tries again, from this stage."
        )


def publish(
    stores: BatchStores,
    run: RunRecord,
    counts: Mapping[str, int],
    ensure_held: Callable[[], None] = lambda: None,
    allow_older: bool = False,
) -> DataVersion:
    """Of a nightly run; `allow_older`: also over a newer date, because somebody asked for it.

    Raises PublicationBlocked when the stores lack what the stages wrote, a gate blocks, a newer date is live or
    nights are held; Conflict when another run published meanwhile; whatever `ensure_held` raises when the run has
    lost its lease.
    """
    hit("stage.staged")
    pointer = settle(stores.mongo)
    staged = _check_staged(stores, run, counts, pointer, DATASETS)
    results = check_version(stores, staged, pointer.live, datetime.now(UTC))
    hit("publish.gated")
    _refuse_bad(staged, results)
    if not allow_older:
        _refuse_older(staged, pointer)
    if pointer.hold is not None:
        raise PublicationHeld(
            f"{pointer.hold}. Version {staged.version} is staged and passed its gates; the pointer stays. To "
            f"publish it and let nights publish again: marquee data publish {run.id} --resume. To let the next "
            "night publish: marquee data release."
        )
    if Ledger(stores.mongo).get(run.id).status != run.status:
        raise Conflict(f"Another run recorded {run.id} as abandoned. Nothing was published; run it again.")
    ensure_held()
    return _move(stores, pointer, staged, scheduled(), resume=False)


def publish_staged(stores: BatchStores, name: str, actor: ChangeAuthor, resume: bool = False) -> DataVersion:
    """Of any staged run, as an operator asks for it; `resume` ends a hold. Returns the live version when it is that.

    Raises NotFound, and as `publish`.
    """
    pointer = settle(stores.mongo)
    run = find_run(stores.mongo, name)
    if pointer.live is not None and pointer.live.run_id == run.id:
        return pointer.live
    if pointer.hold is not None and not resume:
        raise PublicationHeld(
            f"{pointer.hold}. To publish {run.version} all the same: marquee data publish {run.id} --resume."
        )
    return _move(stores, pointer, _prepared(stores, run, actor, pointer), actor, resume=True)


def prepare_staged(stores: BatchStores, name: str, actor: ChangeAuthor) -> DataVersion:
    """Checks a staged run as for its publication, so that an experiment can send readers there. Raises as
    `publish_staged`.
    """
    pointer = settle(stores.mongo)
    run = find_run(stores.mongo, name)
    if pointer.live is not None and pointer.live.run_id == run.id:
        raise Conflict(f"Version {run.version} is live already.")
    return _prepared(stores, run, actor, pointer)


def _prepared(stores: BatchStores, run: StagedRun, actor: ChangeAuthor, pointer: Pointer) -> DataVersion:
    refuse_unusable(run)
    claim(stores.mongo, run, actor.at)
    record = Ledger(stores.mongo).get(run.id)
    staged = _check_staged(stores, record, run.counts, pointer, brought_datasets(run.counts))
    results = check_version(stores, staged, pointer.live, datetime.now(UTC))
    hit("publish.gated")
    _refuse_bad(staged, results)
    _refuse_older(staged, pointer)
    return staged


def refuse_unusable(run: StagedRun) -> None:
    """Raises Conflict."""
    if run.swept:
        raise Conflict(f"Version {run.version} has been swept: run `marquee jobs run {run.job}` again.")
    if run.status not in CAN_BE_PUBLISHED and not run.is_whole:
        raise Conflict(
            f"Run {run.id} is {run.status}, so its data is not whole. `marquee runs show {run.id}` says why."
        )


def _move(
    stores: BatchStores, pointer: Pointer, staged: DataVersion, actor: ChangeAuthor, resume: bool
) -> DataVersion:
    move_pointer(stores.mongo, pointer, staged, Act.PUBLISH, actor, None if resume else pointer.hold)
    hit("publish.pointed")
    settle(stores.mongo)
    return staged


def _check_staged(
    stores: BatchStores, run: RunRecord, counts: Mapping[str, int], pointer: Pointer, brought: Sequence[str]
) -> DataVersion:
    """The version as it would be published. Its run is marked as staged: its data is whole and can be looked at."""
    remove_departed_picks(stores.mongo, run)
    missing = departed_during(stores.mongo, run)
    problems = find_problems(counts, stored_counts(stores, run.version), missing, brought)
    if problems:
        raise PublicationBlocked(f"Version {run.version} was not published: {'; '.join(problems)}.")
    staged = planned_version(find_run(stores.mongo, run.id), pointer.live, brought)
    staged = replace(staged, published_at=from_millis(to_millis(datetime.now(UTC))))
    stores.mongo[RUNS].update_one({"_id": run.id}, {"$set": {"staged": True, "parts": dict(staged.parts)}})
    hit("publish.checked")
    return staged


def find_problems(
    expected_counts: Mapping[str, int],
    stored: Mapping[str, int],
    departed: int = 0,
    brought: Sequence[str] = DATASETS,
) -> list[str]:
    """Reasons not to publish; empty when the version may go live.

    `departed` profiles have left during the run: as many picks may be missing. `brought`: the datasets of the run.
    """
    problems = [] if brought else ["it brings no dataset that readers use"]
    for name in brought:
        count = sum(expected_counts.get(one, 0) for one in COUNT_NAMES[name])
        if count == 0:
            problems.append(f"{name} is empty")
        elif stored[name] != count and not (name == TOP_PICKS and 0 <= count - stored[name] <= departed):
            problems.append(f"{name} holds {stored[name]} of {count}")
    if CATALOG in brought and stored["catalog"] and stored["catalog"] != stored[TITLES]:
        problems.append(f"the catalog index has {stored['catalog']} titles, MongoDB has {stored[TITLES]}")
    return problems


def _refuse_bad(staged: DataVersion, results: Sequence[GateResult]) -> None:
    if blocking(results):
        reasons = describe_blocking(results, staged.run_id)
        raise PublicationBlocked(f"Version {staged.version} was not published: {reasons}")


def _refuse_older(staged: DataVersion, pointer: Pointer) -> None:
    """The fence: an older logical date, or an older run of the same date, never replaces a newer one."""
    live = pointer.live
    if live is None or (staged.logical_date, staged.run_id) >= (live.logical_date, live.run_id):
        return
    raise PublicationBlocked(
        f"Version {staged.version} of {staged.logical_date} was not published: {live.version} of {live.logical_date} "
        "is live, and what is older never replaces it. The data is kept. To return to a version that was live: "
        "marquee data rollback --to VERSION."
    )
