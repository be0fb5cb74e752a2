"""Publishes a version: checks the staged data, moves the live pointer, sweeps old versions.

Readers switch all three stores when the pointer moves. Version data never changes here, so after a crash at any line
the previous version serves.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from batch.jobs.context import version_folder
from batch.pipeline.ledger import Ledger, RunRecord
from batch.pipeline.purge import departed_during, remove_departed_picks
from batch.storage.clients import BatchStores
from domain.errors import Conflict, MarqueeError
from domain.experiments.documents import experiments_from_documents
from domain.recommendations.documents import data_version_from_document, data_version_to_document
from domain.recommendations.keys import index_name, trend_index_key
from domain.recommendations.lists import DataVersion
from domain.serialization import Document
from domain.storage_names import (
    EXPERIMENTS,
    LIVE_POINTER,
    POINTERS,
    POPULAR,
    SIMILAR,
    TITLES,
    TOP_PICKS,
    VERSIONED,
)
from search import indexing

RETAINED_VERSIONS = 3
_UNLINK_BATCH = 1000


class PublicationBlocked(MarqueeError):
    """The staged data failed its checks."""

    code = "BLOCKED"


def live_version(database: Database[Document]) -> DataVersion | None:
    document = database[POINTERS].find_one({"_id": LIVE_POINTER})
    return data_version_from_document(document) if document else None


def publish(stores: BatchStores, run: RunRecord, counts: Mapping[str, int]) -> DataVersion:
    """Raises PublicationBlocked when the stores lack what the stages wrote, Conflict when another run published
    meanwhile.
    """
    before = live_version(stores.mongo)
    remove_departed_picks(stores.mongo, run)
    missing = departed_during(stores.mongo, run)
    problems = find_problems(counts, stored_counts(stores, run.version), missing)
    if problems:
        raise PublicationBlocked(f"Version {run.version} was not published: {'; '.join(problems)}.")
    if Ledger(stores.mongo).get(run.id).status != run.status:
        raise Conflict(f"Another run recorded {run.id} as abandoned. Nothing was published; run it again.")
    after = _published_version(run, before)
    move_pointer(stores.mongo, before, after)
    return after


def stored_counts(stores: BatchStores, version: str) -> dict[str, int]:
    """Counted in the stores."""
    of_version = {"version": version}
    return {
        TOP_PICKS: stores.mongo[TOP_PICKS].count_documents(of_version),
        SIMILAR: stores.mongo[SIMILAR].count_documents(of_version),
        POPULAR: stores.mongo[POPULAR].count_documents(of_version),
        "trending": int(stores.redis.scard(trend_index_key(version))),
        "catalog": indexing.count(stores.elasticsearch, index_name(version)) or 0,
        TITLES: stores.mongo[TITLES].estimated_document_count(),
    }


def find_problems(
    expected_counts: Mapping[str, int], stored: Mapping[str, int], departed: int = 0
) -> list[str]:
    """Reasons not to publish; empty when the version may go live.

    `departed` profiles have left during the run: as many picks may be missing.
    """
    expected = {
        TOP_PICKS: expected_counts.get("top_picks", 0),
        SIMILAR: expected_counts.get("similar_lists", 0),
        POPULAR: expected_counts.get("popular_lists", 0) + expected_counts.get("score_parts", 0),
        "trending": expected_counts.get("trending_lists", 0),
        "catalog": expected_counts.get("titles_indexed", 0),
    }
    problems = []
    for name, count in expected.items():
        if count == 0:
            problems.append(f"{name} is empty")
        elif stored[name] != count and not (name == TOP_PICKS and 0 <= count - stored[name] <= departed):
            problems.append(f"{name} holds {stored[name]} of {count}")
    if stored["catalog"] and stored["catalog"] != stored[TITLES]:
        problems.append(f"the catalog index has {stored['catalog']} titles, MongoDB has {stored[TITLES]}")
    return problems


def move_pointer(database: Database[Document], before: DataVersion | None, after: DataVersion) -> None:
    """Raises Conflict when `before` is no longer live."""
    content = data_version_to_document(after)
    pointers = database[POINTERS]
    if before is None:
        try:
            pointers.insert_one({"_id": LIVE_POINTER, **content})
        except DuplicateKeyError as error:
            raise Conflict(_POINTER_MOVED) from error
        return
    result = pointers.update_one({"_id": LIVE_POINTER, "version": before.version}, {"$set": content})
    if result.matched_count == 0:
        raise Conflict(_POINTER_MOVED)


_POINTER_MOVED = (
    "Another version was published in the meantime. The pointer has not moved; run `marquee data status`."
)


def sweep_versions(stores: BatchStores, now: datetime) -> list[str]:
    """Remove old versions and return them.

    Kept are RETAINED_VERSIONS published ones, live and previous, those of running experiments and of alive runs.
    """
    ledger = Ledger(stores.mongo)
    ledger.fail_abandoned_runs(now)
    runs = ledger.unswept_runs()
    live = live_version(stores.mongo)
    retained = {run.version for run in [run for run in runs if run.published][-RETAINED_VERSIONS:]}
    retained |= {run.version for run in ledger.alive_runs(now)} | experiment_versions(stores.mongo)
    if live is not None:
        retained |= {live.version, live.previous or live.version}
    obsolete = [run.version for run in runs if run.version not in retained]
    for version in obsolete:
        remove_version(stores, version)
        ledger.mark_swept(version)
    return obsolete


def experiment_versions(database: Database[Document]) -> set[str]:
    """Versions of running experiments."""
    book, _ = experiments_from_documents(database[EXPERIMENTS].find())
    return set(book.data_versions)


def remove_version(stores: BatchStores, version: str) -> None:
    for collection in VERSIONED:
        stores.mongo[collection].delete_many({"version": version})
    indexing.drop(stores.elasticsearch, index_name(version))
    key = trend_index_key(version)
    names = list(stores.redis.sscan_iter(key, count=_UNLINK_BATCH))
    pipeline = stores.redis.pipeline(transaction=False)
    for name in [*names, key]:
        pipeline.unlink(name)
    pipeline.execute()
    shutil.rmtree(version_folder(stores.settings, version), ignore_errors=True)


def rollback(stores: BatchStores) -> DataVersion:
    """A second rollback undoes the first. Raises Conflict without a previous version or when it has been swept."""
    live = live_version(stores.mongo)
    if live is None or live.previous is None:
        raise Conflict("There is no version to go back to.")
    target = Ledger(stores.mongo).find_by_version(live.previous)
    if target is None or target.swept:
        raise Conflict(f"Version {live.previous} has been swept, so the pointer stays at {live.version}.")
    back = _published_version(target, live)
    move_pointer(stores.mongo, live, back)
    return back


def _published_version(run: RunRecord, before: DataVersion | None) -> DataVersion:
    return DataVersion(
        version=run.version,
        index=index_name(run.version),
        run_id=run.id,
        logical_date=run.logical_date,
        published_at=datetime.now(UTC),
        previous=before.version if before else None,
    )
