"""Publishing: checked, all at once, never over another run's version; sweeping deletes nothing that is read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from batch.jobs.context import version_folder
from batch.pipeline import publish as job
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus
from domain.errors import Conflict
from domain.recommendations.keys import index_name, trend_index_key
from domain.storage_names import EXPERIMENTS, POINTERS, POPULAR, RUNS, SIMILAR, TITLES, TOP_PICKS, VERSIONED
from search import indexing

pytestmark = pytest.mark.stores

COUNTS = {
    "top_picks": 2,
    "similar_lists": 1,
    "popular_lists": 1,
    "score_parts": 1,
    "trending_lists": 1,
    "titles_indexed": 1,
}


@pytest.fixture(autouse=True)
def empty(stores: Any) -> None:
    for run in Ledger(stores.mongo).unswept_runs():
        job.remove_version(stores, run.version)
    for name in (RUNS, POINTERS, TITLES, EXPERIMENTS, *VERSIONED):
        stores.mongo[name].delete_many({})
    stores.mongo[TITLES].insert_one({"_id": "t1", "kind": "movie", "name": "One"})


def begin(stores: Any) -> RunRecord:
    return Ledger(stores.mongo).start_run("nightly", date(2026, 11, 20))


def stage(stores: Any, run: RunRecord) -> None:
    """Data of a version as the stages would have written it, counted by COUNTS."""
    version = run.version
    for collection, keys in ((TOP_PICKS, "pq"), (SIMILAR, "t"), (POPULAR, "ab")):
        documents = [{"_id": f"{version}:{key}", "version": version} for key in keys]
        stores.mongo[collection].insert_many(documents)
    stores.redis.set(f"list-of-{version}", "{}")
    stores.redis.sadd(trend_index_key(version), f"list-of-{version}")
    indexing.build(stores.elasticsearch, index_name(version), stores.mongo[TITLES].find())
    folder = version_folder(stores.settings, version)
    folder.mkdir(parents=True)
    (folder / "part").write_text("rows")


def publish_one(stores: Any) -> RunRecord:
    run = begin(stores)
    stage(stores, run)
    job.publish(stores, run, COUNTS)
    Ledger(stores.mongo).mark_published(run.id)
    return Ledger(stores.mongo).finish(run.id, RunStatus.SUCCEEDED)


def left(stores: Any, version: str) -> dict[str, int]:
    """How much of a version is anywhere."""
    counts = job.stored_counts(stores, version)
    return {name: counts[name] for name in counts if name != TITLES} | {
        "list": int(stores.redis.exists(f"list-of-{version}")),
        "folder": int(version_folder(stores.settings, version).exists()),
    }


def live(stores: Any) -> str | None:
    found = job.live_version(stores.mongo)
    return found.version if found else None


def test_a_checked_version_goes_live_and_remembers_the_one_before(stores: Any) -> None:
    first, second = publish_one(stores), publish_one(stores)
    pointer = job.live_version(stores.mongo)
    assert pointer is not None
    assert (pointer.version, pointer.previous) == (second.version, first.version)
    assert (pointer.index, pointer.run_id) == (index_name(second.version), second.id)
    assert pointer.logical_date == "2026-11-20"


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        (TOP_PICKS, "top_picks holds 1 of 2"),
        (SIMILAR, "similar_titles holds 0 of 1"),
        (POPULAR, "popular_titles holds 1 of 2"),
        ("trending", "trending holds 0 of 1"),
        ("catalog", "catalog holds 0 of 1"),
    ],
)
def test_a_loss_blocks_and_the_pointer_stays(stores: Any, lost: str, reason: str) -> None:
    before = publish_one(stores)
    run = begin(stores)
    stage(stores, run)
    if lost == "trending":
        stores.redis.delete(trend_index_key(run.version))
    elif lost == "catalog":
        indexing.drop(stores.elasticsearch, index_name(run.version))
    else:
        one = stores.mongo[lost].find_one({"version": run.version})
        stores.mongo[lost].delete_one({"_id": one["_id"]})
    with pytest.raises(job.PublicationBlocked, match=reason):
        job.publish(stores, run, COUNTS)
    assert live(stores) == before.version


@pytest.mark.parametrize("name", ["top_picks", "similar_lists", "trending_lists", "titles_indexed"])
def test_an_empty_dataset_blocks(stores: Any, name: str) -> None:
    run = begin(stores)
    stage(stores, run)
    with pytest.raises(job.PublicationBlocked, match="is empty"):
        job.publish(stores, run, {**COUNTS, name: 0})
    assert live(stores) is None


def test_a_catalogue_that_grew_meanwhile_blocks(stores: Any) -> None:
    run = begin(stores)
    stage(stores, run)
    stores.mongo[TITLES].insert_one({"_id": "t2", "kind": "movie", "name": "Two"})
    with pytest.raises(job.PublicationBlocked, match="the catalog index has 1 titles, MongoDB has 2"):
        job.publish(stores, run, COUNTS)


def test_the_pointer_moves_only_from_where_it_was_seen(stores: Any) -> None:
    first = publish_one(stores)
    seen = job.live_version(stores.mongo)
    second = publish_one(stores)
    assert seen is not None
    with pytest.raises(Conflict, match="Another version was published"):
        job.move_pointer(stores.mongo, seen, seen)
    with pytest.raises(Conflict, match="Another version was published"):
        job.move_pointer(stores.mongo, None, seen)
    assert (first.version, live(stores)) == (seen.version, second.version)


def test_a_run_taken_for_dead_cannot_publish(stores: Any) -> None:
    run = begin(stores)
    stage(stores, run)
    Ledger(stores.mongo).finish(run.id, RunStatus.FAILED, "The run was killed.")
    with pytest.raises(Conflict, match="as abandoned"):
        job.publish(stores, run, COUNTS)
    assert live(stores) is None


def test_the_last_three_versions_stay_and_older_ones_leave_no_trace(stores: Any) -> None:
    runs = [publish_one(stores) for _ in range(5)]
    assert job.sweep_versions(stores, datetime.now(UTC)) == [run.version for run in runs[:2]]
    assert set(left(stores, runs[0].version).values()) == {0}
    assert 0 not in left(stores, runs[2].version).values()
    assert job.sweep_versions(stores, datetime.now(UTC)) == []


def test_what_a_running_experiment_compares_stays(stores: Any) -> None:
    runs = [publish_one(stores) for _ in range(5)]
    for number, status in enumerate(("running", "stopped")):
        variants = {"A": {"weight": 1}, "B": {"weight": 1, "data_version": runs[number].version}}
        stores.mongo[EXPERIMENTS].insert_one(
            {"_id": status, "experiment": status, "status": status, "variants": variants}
        )
    stores.mongo[EXPERIMENTS].insert_one({"_id": "rotten", "status": "running", "variants": 7})
    assert job.sweep_versions(stores, datetime.now(UTC)) == [runs[1].version]
    assert 0 not in left(stores, runs[0].version).values()


def test_half_written_data_of_dead_runs_is_swept_but_not_that_of_living_ones(stores: Any) -> None:
    publish_one(stores)
    dead, living = begin(stores), begin(stores)
    stage(stores, dead)
    stage(stores, living)
    stores.mongo[RUNS].update_one({"_id": dead.id}, {"$set": {"beat_at": 0}})
    assert job.sweep_versions(stores, datetime.now(UTC)) == [dead.version]
    assert set(left(stores, dead.version).values()) == {0}
    assert 0 not in left(stores, living.version).values()


def test_rollback_returns_to_the_version_before_and_back_again(stores: Any) -> None:
    first, second = publish_one(stores), publish_one(stores)
    assert job.rollback(stores).version == first.version
    assert live(stores) == first.version
    assert job.rollback(stores).version == second.version


def test_rollback_keeps_what_it_left_from_being_swept(stores: Any) -> None:
    runs = [publish_one(stores) for _ in range(4)]
    job.rollback(stores)
    assert job.sweep_versions(stores, datetime.now(UTC)) == [runs[0].version]
    assert live(stores) == runs[2].version


def test_rollback_to_swept_data_is_refused(stores: Any) -> None:
    first, second = publish_one(stores), publish_one(stores)
    job.remove_version(stores, first.version)
    Ledger(stores.mongo).mark_swept(first.version)
    with pytest.raises(Conflict, match=f"{first.version} has been swept"):
        job.rollback(stores)
    assert live(stores) == second.version


def test_rollback_without_a_version_before_is_refused(stores: Any) -> None:
    publish_one(stores)
    with pytest.raises(Conflict, match="no version to go back to"):
        job.rollback(stores)
