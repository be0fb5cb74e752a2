"""Whole runs over bad input and with unusual options: what is bad or left out is counted in record and report, and
nothing broken is published.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import resource
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from batch.jobs.account_sample import is_account_sampled
from batch.pipeline.failures import ExitCode, error_message, exit_code_for
from batch.pipeline.history import latest_entries
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus
from batch.pipeline.pointer import live_version
from batch.pipeline.publish import PublicationBlocked
from batch.pipeline.run import run_job
from batch.pipeline.run_options import DEFAULT_OPTIONS, RunOptions
from batch.pipeline.run_window import WindowClosed
from batch.reports.files import PAGE, read_results, report_folder
from domain.recommendations.documents import top_picks_from_document
from domain.storage_names import RUNS, TITLES, TOP_PICKS
from tests.batch import nightly_world as world

pytestmark = [pytest.mark.spark, pytest.mark.stores, pytest.mark.timeout(1800)]

AT = round(world.NOW.timestamp() * 1000)
HOUR = 3_600_000
MANY = 3_000


def line(number: int, **changes: Any) -> str:
    facts = {"id": f"bad{number}", "profile_id": "horror-1", "title_id": "horror-7", "type": "complete"}
    return json.dumps(facts | {"occurred_at": AT - HOUR, "region": "US", "kind": "movie"} | changes)


def write_archive(lake: Path, name: str, lines: list[str]) -> None:
    folder = lake / "events" / "month=2026-11"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress("".join(f"{one}\n" for one in lines).encode()))


def write_flawed_archive(lake: Path) -> None:
    """One of every flaw, an empty partition, an empty file, and one profile with most of all events."""
    (lake / "events" / "month=2026-09").mkdir(parents=True)
    write_archive(lake, "nothing", [])
    busy = [
        line(
            number,
            id=f"busy{number}",
            profile_id="horror-2",
            title_id=f"horror-{number % 6}",
            position_seconds=60,
        )
        for number in range(MANY)
    ]
    unknown = [
        line(number, id=f"gone{number}", title_id="gone" if number < 60 else "lost") for number in range(100)
    ]
    flaws = [
        "{broken",
        line(1, occurred_at=None),
        line(2, occurred_at=AT + 3 * 365 * 24 * HOUR),
        line(3, occurred_at=0),
        line(4, type="sneeze"),
        line(5, title_id=7, position_seconds="long"),
    ]
    write_archive(lake, "flawed", [*busy, *unknown, *flaws])


def record_damaged_version(stores: Any) -> None:
    """An older published version whose files the evaluation cannot read."""
    ledger = Ledger(stores.mongo)
    run = ledger.start_run("nightly", date(2026, 11, 1))
    ledger.finish(run.id, RunStatus.SUCCEEDED)
    ledger.mark_published(run.id)
    folder = stores.settings.lake / "versions" / run.version
    for name in ("top_picks", "title_numbers"):
        (folder / name).mkdir(parents=True)
        (folder / name / "part-0.parquet").write_bytes(b"this is no Parquet file")
        (folder / name / "_SUCCESS").touch()


@pytest.fixture(scope="module")
def start(spark: Any, batch_settings: Any, stores: Any) -> Any:
    world.fill(stores.mongo, batch_settings.lake)
    write_flawed_archive(batch_settings.lake)
    record_damaged_version(stores)

    def run(name: str = "nightly", options: RunOptions = DEFAULT_OPTIONS, day: date = world.DAY) -> RunRecord:
        session = nullcontext(spark)
        return run_job(name, day, batch_settings, io.StringIO(), lambda *_: session, options)

    return run


@pytest.fixture(scope="module")
def refused(start: Any) -> Exception:
    with pytest.raises(PublicationBlocked) as failure:
        start(options=RunOptions(require_evaluation=True))
    return failure.value


@pytest.fixture(scope="module")
def published(start: Any, refused: Exception) -> RunRecord:
    record: RunRecord = start()
    return record


def counts_of(run: RunRecord) -> dict[str, int]:
    return {name: count for stage in run.stages for name, count in stage.counts.items()}


def test_what_could_not_be_evaluated_is_not_published_when_the_run_was_told_so(
    refused: Exception, stores: Any
) -> None:
    assert "was not evaluated (evaluate), and --require-evaluation publishes no such version" in str(refused)
    assert exit_code_for(refused) is ExitCode.BLOCKED


def test_bad_input_is_counted_and_a_failed_evaluation_stops_no_night(
    published: RunRecord, stores: Any, batch_settings: Any
) -> None:
    assert (published.status, published.published, published.attempt) == (RunStatus.SUCCEEDED, True, 2)
    counts = counts_of(published)
    assert {
        "broken_lines": 2,
        "incomplete_events": 1,
        "unknown_event_types": 1,
        "impossible_dates": 1,
        "events_in_the_future": 1,
        "quarantined_lines": 3,
        "events_of_unknown_titles": 100,
        "not_measured": 1,
        "top_picks": world.PROFILES_IN_ALL,
    }.items() <= counts.items()
    assert counts["events"] == len(world.events()) + MANY + 100
    live = live_version(stores.mongo)
    assert live is not None
    assert live.version == published.version
    gates = {one["id"]: one for one in stores.mongo[RUNS].find_one({"_id": published.id})["gates"]}
    assert gates["evaluation"]["level"] == "warn"
    assert gates["evaluation"]["says"] == "not measured: the evaluation failed or was cut short"


def test_the_report_says_what_was_left_out(published: RunRecord, batch_settings: Any) -> None:
    results = read_results(batch_settings, published.id)
    notes = " ".join(results["notes"])
    total = len(world.events()) + MANY + 100
    assert (
        f"Warning: 100 of {total:,} events are of titles that the catalogue lacks: gone (60), lost (40)"
        in notes
    )
    assert "3 lines of the event archive are no events; they are in quarantine/" in notes
    damaged = (
        r"evaluate failed, and the run goes on without it: versions/20261101-1/\w+ cannot be read: it was dam"
    )
    assert len(re.findall(damaged, notes)) == 2
    assert results["params"] == {"job": "nightly", "date": "2026-11-20"}
    stages = {stage["name"]: stage["counts"] for stage in results["stages"]}
    assert stages["spark"]["events_of_unknown_titles"] == 100
    page = (report_folder(batch_settings, published.id) / PAGE).read_text("utf-8")
    assert "titles that the catalogue lacks: gone (60), lost (40)" in page


def test_a_profile_with_most_of_all_events_has_one_list_of_what_it_has_not_seen(
    published: RunRecord, stores: Any, spark: Any, batch_settings: Any
) -> None:
    picks = set(picks_of(stores, published.version, "horror-2"))
    assert picks
    assert not picks & {f"horror-{number}" for number in range(6)}
    folder = batch_settings.lake / "versions" / published.version / "interactions"
    rows = spark.read.parquet(folder.as_uri()).where("profile_id = 'horror-2'").count()
    assert rows == world.FILMS


def test_a_title_without_its_kind_stops_the_run_and_is_named(
    published: RunRecord, start: Any, stores: Any
) -> None:
    stores.mongo[TITLES].insert_one({"_id": "nameless", "name": "Nameless"})
    try:
        with pytest.raises(Exception) as failure:  # noqa: PT011 - Spark's
            start("snapshot")
    finally:
        stores.mongo[TITLES].delete_one({"_id": "nameless"})
    assert error_message(failure.value) == (
        "MongoDB, collection titles, document 'nameless': 'kind' is missing. Import it again, or delete it."
    )
    assert exit_code_for(failure.value) is ExitCode.FAILED


def test_a_full_disk_stops_the_run_and_the_next_succeeds(
    published: RunRecord, start: Any, spark: Any, stores: Any
) -> None:
    before = live_version(stores.mongo)
    java = spark._jvm.java.lang.ProcessHandle.current().pid()
    unlimited = resource.prlimit(java, resource.RLIMIT_FSIZE)
    resource.prlimit(java, resource.RLIMIT_FSIZE, (500, unlimited[1]))
    try:
        with pytest.raises(Exception) as failure:  # noqa: PT011 - Spark's or Java's
            start("snapshot", RunOptions(force=True))
    finally:
        resource.prlimit(java, resource.RLIMIT_FSIZE, unlimited)
    failed = Ledger(stores.mongo).latest_runs(1)[0]
    assert (failed.status, exit_code_for(failure.value)) == (RunStatus.FAILED, ExitCode.FAILED)
    assert failed.error == error_message(failure.value)
    assert failed.error.startswith(
        "A disk is full: the disk of MARQUEE_HOME or of Spark's temporary files. Nothing was"
    )
    assert live_version(stores.mongo) == before
    assert start("snapshot").status == RunStatus.SUCCEEDED


def test_events_of_another_catalogue_alone_are_refused(published: RunRecord, start: Any, stores: Any) -> None:
    others = list(stores.mongo[TITLES].find())
    stores.mongo[TITLES].delete_many({})
    stores.mongo[TITLES].insert_one({**others[0], "_id": "elsewhere"})
    try:
        with pytest.raises(
            Exception, match=r"events are of titles that the catalogue lacks: .* and others, so there is"
        ):
            start("snapshot", RunOptions(force=True))
    finally:
        stores.mongo[TITLES].delete_many({})
        stores.mongo[TITLES].insert_many(others)


def test_a_sample_is_reported_like_a_night_and_not_published(
    published: RunRecord, start: Any, stores: Any, batch_settings: Any
) -> None:
    before = live_version(stores.mongo)
    sampled = start(options=RunOptions(sample=0.5))
    expected = sum(is_account_sampled(account.id, 0.5) for account in world.accounts())
    assert 0 < expected < world.PROFILES_IN_ALL
    assert (sampled.status, sampled.published) == (RunStatus.SUCCEEDED, False)
    assert counts_of(sampled)["viewers"] == counts_of(sampled)["top_picks"] == expected
    assert "is of 0.5 of the accounts: it is staged and not published. --publish-sample" in sampled.notes[-1]
    assert live_version(stores.mongo) == before
    results = read_results(batch_settings, sampled.id)
    assert (results["metrics"]["profiles"], results["metrics"]["coverage"]) == (expected, 1.0)
    assert {stage["name"] for stage in results["stages"]} >= {"similar_titles", "trending", "evaluate"}


def test_what_the_run_window_did_not_reach_is_published_or_held_as_told(
    published: RunRecord, start: Any, stores: Any, batch_settings: Any
) -> None:
    before = live_version(stores.mongo)
    seconds = {stage.name: stage.seconds for stage in published.stages} | {"trending": 1e6}
    pretend_last_took(stores, published.id, seconds)
    late = line(0, id="later", profile_id="western-0", title_id="western-0")
    write_archive(batch_settings.lake, "later", [late])
    told = RunOptions(window=timedelta(hours=4), hold_partial=True)
    with pytest.raises(WindowClosed, match=f"with {world.PROFILES_IN_ALL} profiles not reached") as held:
        start(options=told)
    assert exit_code_for(held.value) is ExitCode.TRY_LATER
    assert live_version(stores.mongo) == before

    after = start(options=replace(told, hold_partial=False))
    assert (after.status, after.published, after.attempt) == (RunStatus.SUCCEEDED, True, 2)
    counts = counts_of(after)
    assert (counts["not_reached"], counts["learning_cut_short"]) == (world.PROFILES_IN_ALL, 1)
    missed = f"{world.PROFILES_IN_ALL} profiles not reached"
    assert after.notes[-1] == f"Partial: the run window ended with {missed}."
    old, new = (picks_of(stores, one.version, "western-0") for one in (published, after))
    assert "western-0" in old
    assert new == [one for one in old if one != "western-0"]
    folders = [batch_settings.lake / "versions" / one.version / "learned.json" for one in (published, after)]
    learned, kept = (json.loads(folder.read_bytes()) for folder in folders)
    assert kept["weights"] == learned["weights"]
    assert kept["how"] == f"as in version {published.version}: the run window ended too soon"


def test_an_older_date_is_published_when_asked(published: RunRecord, start: Any, stores: Any) -> None:
    older = start(options=RunOptions(publish_older=True), day=world.DAY - timedelta(days=1))
    live = live_version(stores.mongo)
    assert live is not None
    assert (older.published, live.version, live.logical_date) == (True, older.version, "2026-11-19")
    entry = latest_entries(stores.mongo, 1)[0]
    assert (entry.after, entry.run_id) == (older.version, older.id)


def pretend_last_took(stores: Any, run_id: str, seconds: dict[str, float]) -> None:
    stages = stores.mongo[RUNS].find_one({"_id": run_id})["stages"]
    changed = [{**stage, "seconds": seconds[stage["name"]]} for stage in stages]
    stores.mongo[RUNS].update_one({"_id": run_id}, {"$set": {"stages": changed}})


def picks_of(stores: Any, version: str, profile: str) -> list[str]:
    document = stores.mongo[TOP_PICKS].find_one({"_id": f"{version}:{profile}"})
    return [pick.title_id for pick in top_picks_from_document(document).picks]
