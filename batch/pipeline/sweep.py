"""Deletes versions that nothing reads any more.

A version is condemned in the ledger first and deleted then: nobody can return to data that is half deleted, and a
sweep that was killed is finished by the next. Deletions go in batches, so no store waits for a long one.
"""

from __future__ import annotations

import shutil
from datetime import datetime

import redis
from pymongo.collection import Collection
from pymongo.database import Database

from batch.jobs.context import version_folder
from batch.pipeline.failpoints import hit
from batch.pipeline.history import settle
from batch.pipeline.ledger import Ledger
from batch.pipeline.retention import CLAIM, NIGHTLY_RULE, InUse, KeepRule, kept_versions, obsolete_runs
from batch.pipeline.staged import StagedRun, staged_run
from batch.storage.batching import batched
from batch.storage.clients import BatchStores
from domain.experiments.documents import experiments_from_documents
from domain.recommendations.keys import index_name, trend_index_key
from domain.serialization import Document
from domain.storage_names import EXPERIMENTS, RUNS, VERSIONED
from domain.timestamps import to_millis
from search import indexing

DELETE_BATCH = 5000
UNLINK_BATCH = 1000


def sweep_versions(stores: BatchStores, now: datetime, rule: KeepRule = NIGHTLY_RULE) -> list[str]:
    """Remove old versions and return them. batch/pipeline/retention.py says which."""
    settle(stores.mongo)
    Ledger(stores.mongo).fail_abandoned_runs(now)
    for run in _half_removed(stores.mongo):
        _remove(stores, run)
    chosen = obsolete_runs(unswept_runs(stores.mongo), versions_in_use(stores.mongo, now), now, rule)
    hit("sweep.chosen")
    removed = []
    for run in chosen:
        if _condemn(stores.mongo, run, now):
            hit("sweep.condemned")
            _remove(stores, run)
            removed.append(run.version)
    return removed


def sweep_plan(
    database: Database[Document], now: datetime, rule: KeepRule
) -> tuple[list[StagedRun], dict[str, str]]:
    """(what would go, why the others stay)."""
    runs, in_use = unswept_runs(database), versions_in_use(database, now)
    return obsolete_runs(runs, in_use, now, rule), kept_versions(runs, in_use, now, rule)


def unswept_runs(database: Database[Document]) -> list[StagedRun]:
    """Oldest first."""
    return [staged_run(one) for one in database[RUNS].find({"swept": False}).sort("_id", 1)]


def versions_in_use(database: Database[Document], now: datetime) -> InUse:
    live = settle(database).live
    names = set() if live is None else {live.version, live.previous or live.version, *live.parts.values()}
    return InUse(
        frozenset(names),
        frozenset(experiment_versions(database)),
        frozenset(run.version for run in Ledger(database).alive_runs(now)),
    )


def experiment_versions(database: Database[Document]) -> set[str]:
    """Versions of running experiments."""
    book, _ = experiments_from_documents(database[EXPERIMENTS].find())
    return set(book.data_versions)


def remove_version(stores: BatchStores, version: str) -> None:
    for name in VERSIONED:
        _delete_in_batches(stores.mongo[name], version)
    hit("sweep.documents")
    indexing.drop(stores.elasticsearch, index_name(version))
    hit("sweep.index")
    remove_trends(stores.redis, version)
    hit("sweep.lists")
    shutil.rmtree(version_folder(stores.settings, version), ignore_errors=True)
    hit("sweep.files")


def remove_trends(client: redis.Redis, version: str) -> None:
    """One key a command: each may lie on another node of a cluster."""
    index = trend_index_key(version)
    for names in batched(client.sscan_iter(index, count=UNLINK_BATCH), UNLINK_BATCH):
        pipeline = client.pipeline(transaction=False)
        for name in names:
            pipeline.unlink(name)
        pipeline.execute()
    client.unlink(index)


def _delete_in_batches(collection: Collection[Document], version: str) -> None:
    while ids := [
        one["_id"] for one in collection.find({"version": version}, {"_id": 1}).limit(DELETE_BATCH)
    ]:
        collection.delete_many({"_id": {"$in": ids}})


def _condemn(database: Database[Document], run: StagedRun, now: datetime) -> bool:
    """False when somebody is about to send readers there, or has pinned it."""
    claims = [{"claimed_at": None}, {"claimed_at": {"$lt": to_millis(now - CLAIM)}}]
    wanted = {"_id": run.id, "swept": False, "pinned": {"$ne": True}, "$or": claims}
    gone = {"$set": {"swept": True, "is_removed": False}}
    return database[RUNS].update_one(wanted, gone).modified_count == 1


def _half_removed(database: Database[Document]) -> list[StagedRun]:
    return [staged_run(one) for one in database[RUNS].find({"swept": True, "is_removed": False})]


def _remove(stores: BatchStores, run: StagedRun) -> None:
    remove_version(stores, run.version)
    stores.mongo[RUNS].update_one({"_id": run.id}, {"$set": {"is_removed": True}})
