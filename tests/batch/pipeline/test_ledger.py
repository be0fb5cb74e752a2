"""The run ledger: versions are never given twice, and a killed run is found out."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from batch.pipeline.ledger import AlreadyRunning, Ledger, RunStatus, StageReport, run_to_json
from domain.errors import NotFound
from domain.storage_names import RUNS

pytestmark = pytest.mark.stores

DAY = date(2026, 11, 20)


@pytest.fixture
def ledger(stores: Any) -> Ledger:
    stores.mongo[RUNS].delete_many({})
    return Ledger(stores.mongo)


def set_fields(stores: Any, run_id: str, **fields: Any) -> None:
    stores.mongo[RUNS].update_one({"_id": run_id}, {"$set": fields})


def dead_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_every_run_has_a_version_of_its_own_and_ids_sort_by_start(ledger: Ledger) -> None:
    runs = [ledger.start_run("nightly", DAY) for _ in range(3)]
    attempts = [int(run.version.removeprefix("20261120-")) for run in runs]
    assert attempts == list(range(attempts[0], attempts[0] + 3))
    assert sorted(run.id for run in runs) == [run.id for run in runs]
    assert [run.id for run in ledger.latest_runs(2)] == [runs[2].id, runs[1].id]


def test_a_run_tells_what_it_made_and_how_it_ended(ledger: Ledger) -> None:
    run = ledger.start_run("trending", DAY)
    ledger.add_stage(run.id, StageReport("trending", 1.5, {"lists": 9}))
    done = ledger.finish(run.id, RunStatus.FAILED, "It broke.")
    assert (done.status, done.error, done.published) == (RunStatus.FAILED, "It broke.", False)
    assert done.stages == (StageReport("trending", 1.5, {"lists": 9}),)
    told = {"name": "trending", "seconds": 1.5, "counts": {"lists": 9}, "startedAt": None, "attempt": 1}
    assert run_to_json(done)["stages"] == [{**told, "datasets": {}}]
    assert ledger.last_success("trending") is None


def test_the_last_success_of_a_job_is_found(ledger: Ledger) -> None:
    ids = [ledger.finish(ledger.start_run("nightly", DAY).id, RunStatus.SUCCEEDED).id for _ in range(2)]
    ledger.start_run("nightly", DAY)
    found = ledger.last_success("nightly")
    assert found is not None
    assert found.id == ids[-1]


def test_runs_of_a_sample_are_no_runs_of_all_accounts(ledger: Ledger, stores: Any) -> None:
    whole = ledger.finish(ledger.start_run("nightly", DAY).id, RunStatus.SUCCEEDED)
    sampled = ledger.start_run("nightly", DAY, facts={"parameters": {"sample": 0.01}})
    ledger.finish(sampled.id, RunStatus.SUCCEEDED)
    for sample, expected in ((1.0, [whole.id]), (0.01, [sampled.id]), (0.02, [])):
        assert [one.id for one in ledger.successes_of("nightly", str(DAY), sample)] == expected
        last, latest = ledger.last_success("nightly", sample), ledger.last_of("nightly", str(DAY), sample)
        assert [one.id for one in (last, latest) if one is not None] == expected * 2
    assert ledger.states_by_date("nightly") == {str(DAY): [RunStatus.SUCCEEDED]}


def test_a_living_run_keeps_others_out(ledger: Ledger) -> None:
    run = ledger.start_run("nightly", DAY)
    with pytest.raises(AlreadyRunning, match=f"Run {run.id} .* process {os.getpid()}"):
        ledger.ensure_not_running(datetime.now(UTC))


def test_a_run_whose_process_is_gone_is_settled_as_failed(ledger: Ledger, stores: Any) -> None:
    run = ledger.start_run("nightly", DAY)
    set_fields(stores, run.id, pid=dead_process())
    assert [one.id for one in ledger.fail_abandoned_runs(datetime.now(UTC))] == [run.id]
    assert ledger.get(run.id).status == RunStatus.FAILED
    ledger.ensure_not_running(datetime.now(UTC))


def test_a_run_on_another_machine_is_judged_by_its_beat(ledger: Ledger, stores: Any) -> None:
    run = ledger.start_run("nightly", DAY)
    set_fields(stores, run.id, host="elsewhere", machine="elsewhere", pid=dead_process())
    now = datetime.now(UTC)
    assert [one.id for one in ledger.alive_runs(now)] == [run.id]
    assert ledger.alive_runs(now + timedelta(seconds=90)) == []
    ledger.record_heartbeat(run.id)
    assert ledger.fail_abandoned_runs(datetime.now(UTC)) == []


def test_a_settled_run_cannot_come_back(ledger: Ledger, stores: Any) -> None:
    run = ledger.start_run("nightly", DAY)
    set_fields(stores, run.id, pid=dead_process())
    ledger.fail_abandoned_runs(datetime.now(UTC))
    assert ledger.finish(run.id, RunStatus.SUCCEEDED).status == RunStatus.FAILED


def test_an_unknown_run_is_a_sentence(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="There is no run 42"):
        ledger.get("42")
