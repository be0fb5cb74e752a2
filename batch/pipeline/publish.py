"""Making a version live: check what was staged, move one pointer, sweep what nobody reads any more.

Until the pointer moves no reader can see the new version; the moment it has moved every reader does, in all
three stores. Nothing here changes what lies under a version: a crash at any line leaves the last one serving.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from batch.jobs.context import version_folder
from batch.pipeline.ledger import Ledger, RunRecord
from batch.storage.clients import BatchStores
from domain.errors import Conflict, MarqueeError
from domain.experiments.documents import book_of
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

KEPT_VERSIONS = 3
_UNLINK_BATCH = 1000


class Blocked(MarqueeError):
    """The staged data is not fit to be published: the pointer has not moved."""

    code = "BLOCKED"


def live_version(database: Database[Document]) -> DataVersion | None:
    found = database[POINTERS].find_one({"_id": LIVE_POINTER})
    return data_version_from_document(found) if found else None


def publish(stores: BatchStores, run: RunRecord, counts: Mapping[str, int]) -> DataVersion:
    """Check the staged version and move the pointer to it.

    Raises Blocked when the stores do not hold what the stages say they wrote, Conflict when another run
    published in the meantime.
    """
    before = live_version(stores.mongo)
    problems = find_problems(counts, stored_counts(stores, run.version))
    if problems:
        raise Blocked(f"Version {run.version} was not published: {'; '.join(problems)}.")
    if Ledger(stores.mongo).get(run.id).status != run.status:
        raise Conflict(
            f"Run {run.id} was taken for dead by another one. Nothing was published; run it again."
        )
    after = DataVersion(
        version=run.version,
        index=index_name(run.version),
        run_id=run.id,
        logical_date=run.logical_date,
        published_at=datetime.now(UTC),
        previous=before.version if before else None,
    )
    move_pointer(stores.mongo, before, after)
    return after


def stored_counts(stores: BatchStores, version: str) -> dict[str, int]:
    """What the stores hold of a version, counted in the stores."""
    of_version = {"version": version}
    return {
        TOP_PICKS: stores.mongo[TOP_PICKS].count_documents(of_version),
        SIMILAR: stores.mongo[SIMILAR].count_documents(of_version),
        POPULAR: stores.mongo[POPULAR].count_documents(of_version),
        "trending": int(stores.redis.scard(trend_index_key(version))),
        "catalog": indexing.count(stores.elasticsearch, index_name(version)) or 0,
        TITLES: stores.mongo[TITLES].estimated_document_count(),
    }


def find_problems(made: Mapping[str, int], stored: Mapping[str, int]) -> list[str]:
    """Why this version must not go live, each in a few words; empty when it may."""
    expected = {
        TOP_PICKS: made.get("top_picks", 0),
        SIMILAR: made.get("similar_lists", 0),
        POPULAR: made.get("popular_lists", 0) + made.get("score_parts", 0),
        "trending": made.get("trending_lists", 0),
        "catalog": made.get("titles_indexed", 0),
    }
    problems = []
    for name, wanted in expected.items():
        if wanted == 0:
            problems.append(f"{name} is empty")
        elif stored[name] != wanted:
            problems.append(f"{name} holds {stored[name]} of {wanted}")
    if stored["catalog"] and stored["catalog"] != stored[TITLES]:
        problems.append(f"the catalog index has {stored['catalog']} titles, MongoDB has {stored[TITLES]}")
    return problems


def move_pointer(database: Database[Document], before: DataVersion | None, after: DataVersion) -> None:
    """Compare and set: only if `before` is still live. Raises Conflict otherwise."""
    content = data_version_to_document(after)
    pointers = database[POINTERS]
    if before is None:
        try:
            pointers.insert_one({"_id": LIVE_POINTER, **content})
        except DuplicateKeyError as error:
            raise Conflict(_MOVED) from error
        return
    moved = pointers.update_one({"_id": LIVE_POINTER, "version": before.version}, {"$set": content})
    if moved.matched_count == 0:
        raise Conflict(_MOVED)


_MOVED = "Another version was published in the meantime. The pointer was left alone; look at `marquee data status`."


def sweep(stores: BatchStores, now: datetime) -> list[str]:
    """Remove the data of versions nobody reads: all but the last three published ones.

    The live version, the one before it, what a running experiment compares, and whatever a living run is writing
    are never touched.
    """
    ledger = Ledger(stores.mongo)
    ledger.settle_abandoned(now)
    runs = ledger.unswept()
    live = live_version(stores.mongo)
    kept = {run.version for run in [run for run in runs if run.published][-KEPT_VERSIONS:]}
    kept |= {run.version for run in ledger.alive(now)} | compared_versions(stores.mongo)
    if live is not None:
        kept |= {live.version, live.previous or live.version}
    doomed = [run.version for run in runs if run.version not in kept]
    for version in doomed:
        remove_version(stores, version)
        ledger.mark_swept(version)
    return doomed


def compared_versions(database: Database[Document]) -> set[str]:
    """The versions that a variant of a running experiment reads. What is no experiment names none."""
    book, _ = book_of(database[EXPERIMENTS].find())
    return set(book.data_versions)


def remove_version(stores: BatchStores, version: str) -> None:
    """Everything stored under a version, in all three stores and the lake."""
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
    """Move the pointer back to the version before the live one; rolling back again returns.

    Raises Conflict when there is no such version or its data has been swept.
    """
    live = live_version(stores.mongo)
    if live is None or live.previous is None:
        raise Conflict("There is no version to go back to.")
    target = Ledger(stores.mongo).of_version(live.previous)
    if target is None or target.swept:
        raise Conflict(f"Version {live.previous} has been swept, so the pointer stays at {live.version}.")
    back = DataVersion(
        version=target.version,
        index=index_name(target.version),
        run_id=target.id,
        logical_date=target.logical_date,
        published_at=datetime.now(UTC),
        previous=live.version,
    )
    move_pointer(stores.mongo, live, back)
    return back
