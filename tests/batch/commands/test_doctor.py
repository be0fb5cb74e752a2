"""`marquee doctor` finds what is wrong, says how to mend it, changes nothing, and shows no password."""

from __future__ import annotations

import gzip
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from batch.commands.doctor import doctor
from batch.pipeline.doctor import Finding, Severity, fail, ok, run_checks, warn, worst
from batch.pipeline.doctor_archive import archive_checks
from batch.pipeline.doctor_machine import check_memory, check_python
from batch.pipeline.doctor_stores import check_clock, check_index, check_live, check_lock, check_orphans
from batch.pipeline.ledger import Ledger, RunStatus
from batch.pipeline.process_identity import this_process
from batch.pipeline.run_lock import RunLock
from batch.storage.event_archive import EventArchive
from domain.recommendations.documents import data_version_to_document
from domain.recommendations.keys import index_name
from domain.recommendations.lists import DataVersion
from domain.storage_names import LIVE_POINTER, LOCKS, POINTERS, RUNS, TITLES, TOP_PICKS
from domain.timestamps import to_millis
from search import indexing

NOW = datetime(2026, 12, 1, 6, tzinfo=UTC)


@pytest.fixture
def clean(stores: Any) -> Any:
    for name in (RUNS, LOCKS, POINTERS, TITLES, TOP_PICKS):
        stores.mongo[name].delete_many({})
    return stores


def event(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": f"e{number}",
        "profile_id": "p",
        "title_id": "t",
        "type": "play",
        "occurred_at": to_millis(at),
    }


def levels(lake: Path) -> dict[str, tuple[Severity, str]]:
    return {one.check: (one.level, one.detail) for one in run_checks(archive_checks(lake, NOW))}


def test_an_archive_in_order_is_counted(tmp_path: Path) -> None:
    assert levels(tmp_path)["event archive"][0] is Severity.FAIL
    with EventArchive(tmp_path, "world") as archive:
        archive.add(event(number, NOW - timedelta(days=number)) for number in range(3))
    found = levels(tmp_path)
    assert {level for level, _ in found.values()} == {Severity.OK}
    assert found["event archive"][1] == f"3 events in 2 files of {tmp_path / 'events'}"


def test_future_dates_duplicates_broken_lines_and_files_are_named_with_their_place(tmp_path: Path) -> None:
    with EventArchive(tmp_path, "world") as archive:
        archive.add([event(1, NOW - timedelta(days=1)), event(2, NOW + timedelta(days=2))])
    with EventArchive(tmp_path, "again") as archive:
        archive.add([event(1, NOW - timedelta(days=1))])
        archive.add_line(to_millis(NOW), "{no event\n")
    found = levels(tmp_path)
    assert found["dates of events"] == (
        Severity.WARN,
        "1 events lie in the future, the first: month=2026-12/world.jsonl.gz, line 1",
    )
    assert found["duplicate events"] == (Severity.WARN, "1 events are there twice")
    assert found["event archive"] == (
        Severity.WARN,
        "1 lines are no events, the first: month=2026-12/again.jsonl.gz, line 1",
    )
    cut = tmp_path / "events" / "month=2026-11" / "world.jsonl.gz"
    cut.write_bytes(gzip.compress(b"x" * 1000)[:-9])
    assert levels(tmp_path)["event archive"] == (
        Severity.WARN,
        "cannot be read to the end: month=2026-11/world.jsonl.gz",
    )


def test_a_check_that_fails_is_a_finding_without_passwords() -> None:
    def broken() -> Finding:
        raise ConnectionError("mongodb://ann:s3cret@host:1 refused\nmore")

    assert list(run_checks([("mongodb", broken)])) == [
        Finding(
            "mongodb",
            Severity.FAIL,
            "could not be checked: ConnectionError: mongodb://ann:***@host:1 refused",
        )
    ]
    assert worst([ok("a", ""), fail("b", "", ""), warn("c", "", "")]) is Severity.FAIL
    assert worst([]) is Severity.OK


def test_the_machine_is_measured_against_what_a_run_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_memory(2_000_000_000).level is Severity.WARN
    assert check_memory(8_000_000_000) == ok("memory", "8.0 GB available")
    monkeypatch.setenv("PYSPARK_PYTHON", "/no/such/python")
    assert check_python().level is Severity.FAIL
    assert check_clock(NOW, NOW + timedelta(seconds=61)).level is Severity.WARN
    assert check_clock(NOW, NOW - timedelta(seconds=59)).level is Severity.OK


@pytest.mark.stores
def test_what_is_left_in_stores_is_found(clean: Any) -> None:
    ledger = Ledger(clean.mongo)
    assert check_live(clean, NOW).level is Severity.WARN
    run = ledger.finish(ledger.start_run("nightly", date(2026, 11, 20)).id, RunStatus.SUCCEEDED)
    live = DataVersion(run.version, index_name(run.version), run.id, run.logical_date, NOW, None)
    clean.mongo[POINTERS].insert_one({"_id": LIVE_POINTER, **data_version_to_document(live)})
    clean.mongo[TITLES].insert_many([{"_id": name, "kind": "movie", "name": name} for name in ("t1", "t2")])
    indexing.build(clean.elasticsearch, live.index, clean.mongo[TITLES].find({"_id": "t1"}))
    assert check_index(clean) == warn("catalog index", "lags: 1 of 2 titles", "marquee data ensure-index")
    assert "246 h old, stale but serving" in check_live(clean, NOW).detail
    assert check_live(clean, datetime(2026, 11, 21, 12, tzinfo=UTC)).level is Severity.OK
    clean.mongo[TOP_PICKS].insert_one({"_id": "lost:p", "version": "20260101-1"})
    orphans = check_orphans(clean)
    assert orphans.level is Severity.WARN
    assert "20260101-1 in top_picks" in orphans.detail
    assert run.version not in orphans.detail
    RunLock(clean.mongo, replace(this_process(), started="1")).take("nightly", "2026-11-20")
    stale = check_lock(clean)
    assert (stale.level, "left by a dead run" in stale.detail) == (Severity.WARN, True)
    indexing.drop(clean.elasticsearch, live.index)
    clean.mongo[TOP_PICKS].delete_many({})


def call(settings: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str, **urls: str) -> Result:
    for name in ("mongo_url", "elasticsearch_url", "redis_url"):
        monkeypatch.setenv(f"MARQUEE_{name.upper()}", urls.get(name, getattr(settings, name)))
    monkeypatch.setenv("MARQUEE_HOME", str(settings.home))
    return CliRunner().invoke(doctor, list(arguments))


@pytest.mark.stores
def test_every_finding_has_a_fix_and_the_bundle_holds_no_password(
    clean: Any, batch_settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dead = "redis://:s3cret@127.0.0.1:1/0"
    bundle = tmp_path / "doctor.zip"
    run = Ledger(clean.mongo).start_run("nightly", date(2026, 11, 20))
    Ledger(clean.mongo).finish(run.id, RunStatus.FAILED, f"Redis at {dead}")
    log = batch_settings.home / "runs" / run.id / "log.txt"
    log.parent.mkdir(parents=True)
    log.write_text(f"spark: {dead}")
    result = call(batch_settings, monkeypatch, "--json", "--bundle", str(bundle), redis_url=dead)
    assert result.exit_code == 1
    rows = {row["check"]: row for row in json.loads(result.stdout)}
    assert rows["redis"]["level"] == "fail"
    assert rows["mongodb"]["level"] == rows["elasticsearch"]["level"] == "ok"
    assert all(row["fix"] for row in rows.values() if row["level"] == "warn")
    with zipfile.ZipFile(bundle) as file:
        assert sorted(file.namelist()) == ["doctor.json", f"logs/{run.id}.txt", "runs.json"]
        everything = "".join(file.read(name).decode() for name in file.namelist())
    assert "s3cret" not in everything + result.output
    assert "redis://:***@127.0.0.1:1/0" in everything
