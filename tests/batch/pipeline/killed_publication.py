"""Work of the pipeline in a process of its own, which a failpoint kills."""

from __future__ import annotations

import importlib
import os
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path

from batch.pipeline import canary, failpoints
from batch.pipeline.ledger import Ledger, RunRecord
from batch.pipeline.pointer import ChangeAuthor
from batch.pipeline.publish import publish, publish_staged
from batch.pipeline.retention import KeepRule
from batch.pipeline.rollback import plan_rollback, rollback
from batch.pipeline.run import settle_abandoned
from batch.pipeline.run_lock import RunLock
from batch.pipeline.sweep import sweep_versions
from batch.storage.clients import BatchStores
from batch.storage.settings import BatchSettings
from tests.batch.pipeline.staged_world import ALL_COUNTS, DAY, publish_marked

ONE = KeepRule(published=1, staged_days=0)


def whole_night(stores: BatchStores) -> RunRecord:
    """Under the lock: settles what a kill has left, stages, publishes, sweeps."""
    lock = RunLock(stores.mongo).take("nightly", DAY.isoformat())
    settle_abandoned(stores, Ledger(stores.mongo))
    run = publish_marked(stores)
    sweep_versions(stores, datetime.now(UTC), ONE)
    lock.release()
    return run


def run_night(home: str, urls: tuple[str, str, str], begun: Event) -> None:
    """For a process that is killed at any moment after `begun`."""
    with BatchStores(BatchSettings(Path(home), *urls)) as stores:
        stores.mongo.command("ping")
        begun.set()
        whole_night(stores)


def run(action: str, run_id: str, failpoint: str, home: str, urls: tuple[str, str, str]) -> None:
    """The variable is read at import, as by a process that starts with it."""
    os.environ[failpoints.FAILPOINT_VARIABLE] = failpoint
    importlib.reload(failpoints)
    mina = ChangeAuthor("mina", datetime.now(UTC))
    with BatchStores(BatchSettings(Path(home), *urls)) as stores:
        if action in ("stage", "publish", "settle"):
            publish(stores, Ledger(stores.mongo).get(run_id), ALL_COUNTS)
        elif action == "sweep":
            sweep_versions(stores, datetime.now(UTC), ONE)
        elif action == "rollback":
            rollback(stores, mina, plan_rollback(stores))
        elif failpoint == "canary.begun":
            canary.start_canary(stores, run_id, mina)
        elif failpoint == "canary.returned":
            canary.start_canary(stores, run_id, mina)
            canary.return_canary(stores, mina)
        else:
            publish_staged(stores, run_id, mina)
