"""`marquee jobs` and `marquee runs`: plans, exit codes, and what they say and write. Nothing here starts Spark."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from batch.commands.jobs import jobs
from batch.commands.runs import runs
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus, StageReport
from batch.pipeline.plan import WouldNotFit, ensure_fits
from batch.pipeline.process_identity import ProcessIdentity
from batch.pipeline.run_lock import RUN_LOCK, RunLock
from batch.pipeline.run_record import InputReport
from batch.storage.event_archive import EventArchive
from domain.storage_names import LOCKS, POINTERS, RUNS
from domain.timestamps import to_millis

pytestmark = pytest.mark.stores

DAY = date(2026, 11, 20)
OTHER = ProcessIdentity("night-host", 4242, "night-host/boot/pid:[1]", "7")


@pytest.fixture(autouse=True)
def environment(batch_settings: Any, stores: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("mongo_url", "elasticsearch_url", "redis_url"):
        monkeypatch.setenv(f"MARQUEE_{name.upper()}", getattr(batch_settings, name))
    monkeypatch.setenv("MARQUEE_HOME", str(batch_settings.home))
    for name in (RUNS, LOCKS, POINTERS):
        stores.mongo[name].delete_many({})


def call(*arguments: str, group: Any = jobs) -> Result:
    return CliRunner().invoke(group, list(arguments))


def succeeded(stores: Any, events: int = 2000, disk: int = 1_000_000) -> RunRecord:
    ledger = Ledger(stores.mongo)
    run = ledger.start_run("nightly", DAY)
    ledger.set_inputs(run.id, [InputReport("events", events)], datetime(2026, 11, 20, tzinfo=UTC), "fresh")
    for stage in (
        StageReport("spark", 30.0, {}),
        StageReport("top_picks", 60.0, {}, datasets={"top_picks": disk}),
        StageReport("publish", 10.0, {}),
    ):
        ledger.add_stage(run.id, stage)
    return ledger.finish(run.id, RunStatus.SUCCEEDED)


def bring_events(home: Path, days: int, a_day: int) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with EventArchive(home / "lake", "world") as archive:
        archive.add(
            {"id": f"{back}-{number}", "occurred_at": to_millis(noon - timedelta(days=back))}
            for back in range(days)
            for number in range(a_day)
        )


def test_a_plan_tells_inputs_missing_dates_time_and_pointer(stores: Any, batch_settings: Any) -> None:
    bring_events(batch_settings.home, days=4, a_day=1000)
    run = succeeded(stores, events=2000)
    result = call("plan", "--date", "2026-11-21", "--from", "2026-11-18", "--json")
    assert result.exit_code == 0, result.stderr
    plan = json.loads(result.stdout)
    assert plan["dates"] == ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"]
    assert plan["missingDates"] == ["2026-11-21"]
    assert (plan["inputs"]["events"], plan["inputs"]["files"]) == (4000, 1)
    assert plan["estimate"]["stages"] == {"spark": 30.0, "top_picks": 120.0, "publish": 10.0}
    assert (plan["estimate"]["secondsPerDate"], plan["estimate"]["diskBytesPerDate"]) == (160.0, 2_000_000)
    assert plan["estimate"]["basedOn"] == f"run {run.id}"
    assert plan["pointer"] == "stays unset: staged only"
    assert (plan["fits"], plan["problems"]) == (True, [])
    text = call("plan", "--date", "2026-11-21", "--from", "2026-11-18").stdout
    assert "missing    2026-11-21: no events" in text
    assert f"time       about 3 min, as run {run.id} took; 11 min for 4 dates" in text


def test_a_plan_of_a_sample_scales_the_last_run_and_moves_no_pointer(
    stores: Any, batch_settings: Any
) -> None:
    bring_events(batch_settings.home, days=2, a_day=1000)
    whole = succeeded(stores, events=2000)
    plan = json.loads(call("plan", "--date", "2026-11-20", "--sample", "10%", "--json").stdout)
    assert (plan["sample"], plan["estimate"]["basedOn"]) == (0.1, f"run {whole.id}")
    assert plan["estimate"]["stages"] == {"spark": 30.0, "top_picks": 6.0, "publish": 10.0}
    assert plan["estimate"]["diskBytesPerDate"] == 100_000
    assert "staged only" in plan["pointer"]
    dry = call("run", "nightly", "--date", "2026-11-20", "--sample", "10%", "--dry-run")
    assert dry.stdout.startswith("nightly for 2026-11-20, 0.1 of the accounts\n")

    sampled = succeeded(stores, events=2000, disk=90_000)
    stores.mongo[RUNS].update_one({"_id": sampled.id}, {"$set": {"parameters": {"sample": 0.1}}})
    plan = json.loads(call("plan", "--date", "2026-11-20", "--sample", "10%", "--json").stdout)
    assert (plan["estimate"]["basedOn"], plan["estimate"]["diskBytesPerDate"]) == (
        f"run {sampled.id}",
        90_000,
    )
    plan = json.loads(call("plan", "--date", "2026-11-20", "--json").stdout)
    assert (plan["estimate"]["basedOn"], plan["estimate"]["diskBytesPerDate"]) == (
        f"run {whole.id}",
        1_000_000,
    )


def test_before_the_first_run_nothing_is_estimated(batch_settings: Any) -> None:
    bring_events(batch_settings.home, days=1, a_day=10)
    result = call("run", "nightly", "--date", str(DAY), "--dry-run")
    assert "time       not known: no run of this job has succeeded yet" in result.stdout
    assert "pointer    moves to a new version of 2026-11-20 when the checks pass" in result.stdout
    assert (result.exit_code, result.stderr) == (0, "")


def test_what_would_not_fit_is_refused_with_both_numbers(stores: Any, batch_settings: Any) -> None:
    bring_events(batch_settings.home, days=1, a_day=10)
    succeeded(stores, events=10, disk=10**18)
    result = call("plan", "--date", str(DAY), "--redis-limit", "1B")
    assert result.exit_code == 1
    assert "refused    disk: 1 versions need about 1,250,000 TB" in result.stdout
    assert "refused    redis: " in result.stdout
    assert "more than its limit of 1 B" in result.stdout
    assert result.stderr == "Error: it would not fit. Make room, or raise the limit.\n"
    with pytest.raises(WouldNotFit, match="Not started, because it would not fit: disk: 1 versions need"):
        ensure_fits(stores, "nightly")
    assert call("run", "nightly", "--date", str(DAY)).exit_code == 1
    assert stores.mongo[RUNS].count_documents({}) == 1


def test_a_held_lock_ends_with_5_names_its_holder_and_writes_nothing(stores: Any) -> None:
    held = RunLock(stores.mongo, OTHER).take("nightly", "2026-11-19")
    held.name_run("r1")
    result = call("run", "nightly", "--date", str(DAY), "--json")
    assert result.exit_code == 5
    assert result.stderr.startswith(
        "Error: Run r1 (nightly of 2026-11-19) on host night-host, process 4242, since "
    )
    assert json.loads(result.stdout)["exitCode"] == 5
    assert stores.mongo[RUNS].count_documents({}) == 0
    stolen = call("run", "nightly", "--date", str(DAY), "--steal", "--no-input")
    assert stolen.exit_code == 2
    assert "It lives: it stops at its next step" in stolen.stderr
    assert "confirm with --yes" in stolen.stderr
    held.ensure_held()


def test_cancel_asks_the_run_that_runs_and_says_when_there_is_none(stores: Any) -> None:
    run = Ledger(stores.mongo).start_run("nightly", DAY)
    assert "is not under way (running): nothing to cancel." in call("cancel", run.id).stdout
    RunLock(stores.mongo, OTHER).take("nightly", str(DAY)).name_run(run.id)
    result = call("cancel", run.id, "--yes")
    assert (result.exit_code, "was asked to stop" in result.stdout) == (0, True)
    assert stores.mongo[LOCKS].find_one({"_id": RUN_LOCK})["is_cancelled"] is True
    assert call("cancel", "r404").exit_code == 2


def test_backfill_says_what_it_would_do_and_asks(stores: Any, batch_settings: Any) -> None:
    bring_events(batch_settings.home, days=1, a_day=10)
    succeeded(stores)
    span = ("backfill", "nightly", "--from", "2026-11-19", "--to", "2026-11-20")
    done = call("backfill", "nightly", "--from", str(DAY), "--to", str(DAY))
    assert done.stdout == "Nothing to do: every date from 2026-11-20 to 2026-11-20 has a good run.\n"
    plan = json.loads(call(*span, "--dry-run", "--json").stdout)
    assert (plan["dates"], plan["skipped"]) == (["2026-11-19"], ["2026-11-20"])
    asked = call(*span, "--no-input")
    assert asked.exit_code == 2
    assert "Run 1 dates? Nobody can answer here: confirm with --yes." in asked.stderr
    assert call("backfill", "nightly", "--from", "2026-11-20", "--to", "2026-11-19").exit_code == 2
    assert "2 is not" in call(*span, "--max-active", "2").stderr


def test_a_run_that_cannot_go_on_says_why_and_what_to_type(stores: Any) -> None:
    done = succeeded(stores)
    result = call("retry", done.id, group=runs)
    assert result.exit_code == 1
    assert result.stderr.startswith(
        f"Error: Run {done.id} cannot go on: it is succeeded. `marquee jobs run nightly --date 2026-11-20` "
        "starts anew."
    )
    assert call("retry", "r404", group=runs).exit_code == 2


def test_runs_show_what_was_read_and_by_which_code(stores: Any, batch_settings: Any) -> None:
    run = succeeded(stores)
    stores.mongo[RUNS].update_one(
        {"_id": run.id}, {"$set": {"git_revision": "8036bb6", "code_fingerprint": "ab"}}
    )
    text = call("show", run.id, group=runs).stdout
    assert "  read events     2,000 rows, fingerprint -\n" in text
    assert "  code 8036bb6, fingerprint ab\n" in text
    told = json.loads(call("show", run.id, "--json", group=runs).stdout)
    assert (told["gitRevision"], told["inputs"][0]["rows"], told["freshness"]) == ("8036bb6", 2000, "fresh")
    missing = call("logs", run.id, group=runs)
    assert (missing.exit_code, "The run was on host" in missing.stderr) == (1, True)
    log = batch_settings.home / "runs" / run.id / "log.txt"
    log.parent.mkdir(parents=True)
    log.write_text("2026-11-20T03:00:00Z archive: step 1 of 11\n")
    assert call("logs", run.id, group=runs).stdout == log.read_text()


def test_a_ledger_of_an_earlier_release_is_read(stores: Any) -> None:
    old = {
        "_id": "20261101T030000000",
        "job": "nightly",
        "logical_date": "2026-11-01",
        "version": "20261101-1",
    }
    state = {"status": "succeeded", "published": True, "swept": False, "host": "h", "pid": 7, "beat_at": 1000}
    stage = {"name": "spark", "seconds": 30.5, "counts": {"events": 9}}
    stores.mongo[RUNS].insert_one({**old, **state, "started_at": 0, "ended_at": 1000, "stages": [stage]})
    run = Ledger(stores.mongo).get(old["_id"])
    assert run.stages == (StageReport("spark", 30.5, {"events": 9}),)
    assert (run.seconds, run.attempt, run.inputs, run.as_of) == (1.0, 1, (), None)
    assert replace(run, attempt=2, resumed_at=run.started_at).seconds == 31.5
    assert old["_id"] in call("list", group=runs).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "nightli"), "There is no job 'nightli'"),
        (("run", "nightly", "--date", "2999-01-01"), "lies in the future"),
        (("run", "nightly", "--window", "soon"), "'soon' is not a duration; write it like 4h, 90m or 1h30m."),
        (("run", "nightly", "--sample", "2"), "'2' is not a share; write it like 1% or 0.25%, at most 100%."),
        (("plan", "--sample", "101%"), "'101%' is not a share"),
        (("plan", "nightly", "--redis-limit", "20"), "'20' is not a size; write it like 20GB or 512MB."),
    ],
)
def test_wrong_usage_ends_with_2_and_the_right_form(arguments: tuple[str, ...], message: str) -> None:
    result = call(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
