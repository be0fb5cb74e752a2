"""A run goes on from its last good stage, if all that it stands on is still there."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from batch.jobs.context import NOT_MEASURED, NOT_REACHED, StageCounts, version_folder
from batch.pipeline.code_revision import code_fingerprint
from batch.pipeline.inputs import archive_report, store_reports
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus
from batch.pipeline.progress import RunProgress
from batch.pipeline.resume import TAKEN_OVER, find_resumable, finished_stages, why_not
from batch.pipeline.run import settle_abandoned
from batch.pipeline.run_lock import LockLost, RunLock
from batch.pipeline.run_record import StageReport
from batch.pipeline.stage_runner import StageRunner
from batch.storage.event_archive import EventArchive
from domain.recommendations.documents import data_version_to_document
from domain.recommendations.lists import DataVersion
from domain.storage_names import LIVE_POINTER, LOCKS, POINTERS, RUNS, TITLES

pytestmark = pytest.mark.stores

DAY = date(2026, 11, 20)
STAGES = ("interactions", "similar_titles", "top_picks")


@pytest.fixture(autouse=True)
def world(stores: Any) -> None:
    for name in (RUNS, LOCKS, POINTERS, TITLES):
        stores.mongo[name].delete_many({})
    stores.mongo[TITLES].insert_many([{"_id": name, "kind": "movie"} for name in ("t1", "t2")])
    with EventArchive(stores.settings.lake, "world") as archive:
        archive.add([{"id": "e", "occurred_at": 1_700_000_000_000}])


class Killed(BaseException):
    """As if the process ended here: nobody catches it."""


def begin(stores: Any, token: int) -> RunRecord:
    ledger = Ledger(stores.mongo)
    run = ledger.start_run("nightly", DAY, token, {"code_fingerprint": code_fingerprint()})
    inputs = (archive_report(stores.settings.lake, DAY), *store_reports(stores.mongo))
    ledger.set_inputs(run.id, inputs, datetime(2026, 11, 20, tzinfo=UTC), "fresh")
    return run


def carry_out(
    stores: Any, run: RunRecord, lock: Any, work: dict[str, Callable[[], StageCounts]]
) -> StageRunner:
    ledger, folder = Ledger(stores.mongo), version_folder(stores.settings, run.version)
    progress = RunProgress(STAGES, {}, io.StringIO(), lambda: None)
    runner = StageRunner(run, ledger, progress, lock, folder, finished_stages(run))
    for name in STAGES:
        runner.do(name, work[name])
    return runner


def writes(stores: Any, run: RunRecord, name: str, done: list[str], kill: bool = False) -> Any:
    """A stage that leaves a dataset and counts 3; killed right before its end, it leaves half of one."""

    def work() -> StageCounts:
        done.append(name)
        folder = version_folder(stores.settings, run.version) / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "part").write_text("rows" if not kill else "ro")
        if kill:
            raise Killed
        (folder / "_SUCCESS").touch()
        return {name: 3}

    return work


def killed_run(stores: Any, killed_in: str) -> RunRecord:
    """What a run left that was killed in a stage and then settled by the next start."""
    lock = RunLock(stores.mongo).take("nightly", str(DAY))
    run = begin(stores, lock.token)
    work = {name: writes(stores, run, name, [], kill=name == killed_in) for name in STAGES}
    with pytest.raises(Killed):
        carry_out(stores, run, lock, work)
    lock.release()
    ledger = Ledger(stores.mongo)
    ledger.finish(run.id, RunStatus.FAILED, "killed")
    return ledger.get(run.id)


@pytest.mark.parametrize("killed_in", STAGES)
def test_killed_at_any_stage_the_finished_ones_are_kept_and_the_rest_done_once(
    stores: Any, killed_in: str
) -> None:
    killed = killed_run(stores, killed_in)
    found = find_resumable(stores, "nightly", DAY, datetime.now(UTC))
    before = STAGES[: STAGES.index(killed_in)]
    if not before:
        assert (found.run, found.reason) == (None, "")
        return
    assert found.run is not None
    lock = RunLock(stores.mongo).take("nightly", str(DAY))
    run, done = Ledger(stores.mongo).resume_run(found.run, lock.token), []
    assert (run.id, run.version, run.attempt, run.status) == (
        killed.id,
        killed.version,
        2,
        RunStatus.RUNNING,
    )
    runner = carry_out(stores, run, lock, {name: writes(stores, run, name, done) for name in STAGES})
    assert tuple(done) == STAGES[len(before) :]
    assert runner.counts == dict.fromkeys(STAGES, 3)
    stages = Ledger(stores.mongo).get(run.id).stages
    assert [(stage.name, stage.attempt) for stage in stages] == [
        (name, 1 if name in before else 2) for name in STAGES
    ]
    assert {name: size for stage in stages for name, size in stage.datasets.items()} == dict.fromkeys(
        STAGES, 4
    )


def import_title(stores: Any, run: RunRecord) -> None:
    stores.mongo[TITLES].insert_one({"_id": "t3", "kind": "movie"})


def change_title(stores: Any, run: RunRecord) -> None:
    stores.mongo[TITLES].update_one({"_id": "t1"}, {"$set": {"kind": "series"}})


def import_events(stores: Any, run: RunRecord) -> None:
    with EventArchive(stores.settings.lake, "late") as archive:
        archive.add([{"id": "late", "occurred_at": 1_700_000_000_000}])


def lose_dataset(stores: Any, run: RunRecord) -> None:
    (version_folder(stores.settings, run.version) / "interactions" / "part").unlink()


def cut_dataset(stores: Any, run: RunRecord) -> None:
    (version_folder(stores.settings, run.version) / "interactions" / "part").write_text("r")


def set_field(**fields: Any) -> Callable[[Any, RunRecord], None]:
    return lambda stores, run: stores.mongo[RUNS].update_one({"_id": run.id}, {"$set": fields})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (import_title, "the catalogue has changed"),
        (change_title, "the catalogue has changed"),
        (import_events, "the event archive has changed"),
        (lose_dataset, "interactions in .* is not as it was written"),
        (cut_dataset, "interactions in .* is not as it was written"),
        (set_field(code_fingerprint="other"), "the code has changed"),
        (set_field(swept=True), "its data has been removed"),
        (set_field(error=TAKEN_OVER), "another run took its lock away"),
        (set_field(as_of=None), "it ended before it had read its inputs"),
    ],
)
def test_what_has_changed_is_named_and_the_run_starts_anew(stores: Any, change: Any, reason: str) -> None:
    killed = killed_run(stores, "top_picks")
    assert why_not(stores, killed) == ""
    change(stores, killed)
    found = find_resumable(stores, "nightly", DAY, datetime.now(UTC))
    assert found.run is None
    assert re.fullmatch(f"run {killed.id} cannot go on: {reason}", found.reason)


def test_events_of_later_months_change_nothing(stores: Any) -> None:
    killed_run(stores, "top_picks")
    with EventArchive(stores.settings.lake, "december") as archive:
        archive.add([{"id": "later", "occurred_at": 1_798_000_000_000}])
    assert find_resumable(stores, "nightly", DAY, datetime.now(UTC)).run is not None


def test_after_a_day_a_start_begins_anew(stores: Any) -> None:
    killed = killed_run(stores, "top_picks")
    found = find_resumable(stores, "nightly", DAY, datetime.now(UTC) + timedelta(hours=25))
    assert (found.run, found.reason) == (None, f"run {killed.id} is older than 24 h")
    assert why_not(stores, killed) == ""


@pytest.mark.parametrize("count", [NOT_REACHED, NOT_MEASURED])
def test_a_stage_that_was_cut_short_or_measured_nothing_is_done_again(count: str) -> None:
    run = RunRecord("r", "nightly", str(DAY), "v", RunStatus.FAILED, datetime.now(UTC))
    whole, partial = StageReport("a", 1.0, {"n": 1}), StageReport("b", 1.0, {count: 7})
    assert list(finished_stages(replace(run, stages=(whole, partial)))) == ["a"]


def test_a_run_that_lost_the_lock_records_nothing_more(stores: Any) -> None:
    lock = RunLock(stores.mongo).take("nightly", str(DAY))
    run, done = begin(stores, lock.token), []
    work = {name: writes(stores, run, name, done) for name in STAGES}

    def robbed() -> StageCounts:
        RunLock(stores.mongo).take("nightly", str(DAY), steal=True)
        return {}

    with pytest.raises(LockLost):
        carry_out(stores, run, lock, {**work, "similar_titles": robbed})
    assert done == ["interactions"]
    assert [stage.name for stage in Ledger(stores.mongo).get(run.id).stages] == ["interactions"]
    Ledger(stores.mongo).resume_run(run, lock.token + 1)
    assert Ledger(stores.mongo).finish(run.id, RunStatus.FAILED, "x", lock.token).status is RunStatus.RUNNING


def test_a_run_killed_after_the_pointer_had_moved_has_published(stores: Any) -> None:
    ledger = Ledger(stores.mongo)
    run = begin(stores, 1)
    version = DataVersion(run.version, "index", run.id, run.logical_date, datetime.now(UTC), None)
    stores.mongo[POINTERS].insert_one({"_id": LIVE_POINTER, **data_version_to_document(version)})
    settle_abandoned(stores, ledger)
    assert ledger.get(run.id).status is RunStatus.RUNNING
    stores.mongo[RUNS].update_one({"_id": run.id}, {"$set": {"process_start": "1"}})
    settle_abandoned(stores, ledger)
    settled = ledger.get(run.id)
    assert (settled.status, settled.published) == (RunStatus.SUCCEEDED, True)
    assert settled.notes == ("Killed after publication: old versions may not have been swept.",)
