"""Nightly runs of a small service: what is published, that a rerun is equal, and that a killed run is harmless."""

from __future__ import annotations

import io
import json
import os
import signal
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from batch.commands.data import repair_index
from batch.pipeline.failures import ExitCode
from batch.pipeline.input_freshness import StaleInput
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus
from batch.pipeline.pointer import ChangeAuthor, live_version
from batch.pipeline.publish import publish_staged, stored_counts
from batch.pipeline.rollback import plan_rollback, release, rollback
from batch.pipeline.run import run_job
from batch.pipeline.run_options import DEFAULT_OPTIONS, RunOptions
from batch.reports.files import PAGE, read_results, report_folder
from domain.ids import GLOBAL, Region, TitleId
from domain.recommendations.documents import (
    neighbours_from_document,
    ranked_list_from_document,
    top_picks_from_document,
)
from domain.recommendations.keys import index_name, trend_key
from domain.recommendations.lists import TrendKey, TrendWindow
from domain.storage_names import POPULAR, SIMILAR, TOP_PICKS
from search import indexing
from tests.batch import nightly_world as world
from tests.batch.run_process import start, wait_for
from tests.batch.standalone_cluster import standalone_cluster
from tests.batch.version_content import content

MINA = ChangeAuthor("mina", world.NOW)

pytestmark = [pytest.mark.spark, pytest.mark.stores, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def nightly(spark: Any, batch_settings: Any, stores: Any) -> Any:
    """nightly(name) runs a job of the small service in the tests' session and returns its ledger record."""
    world.fill(stores.mongo, batch_settings.lake)
    world.record_live(stores.mongo)

    def run(name: str = "nightly", options: RunOptions = DEFAULT_OPTIONS) -> RunRecord:
        session = nullcontext(spark)
        return run_job(name, world.DAY, batch_settings, io.StringIO(), lambda *_: session, options)

    return run


@pytest.fixture(scope="module")
def first(nightly: Any) -> RunRecord:
    return nightly()


@pytest.fixture(scope="module")
def second(nightly: Any, first: RunRecord) -> RunRecord:
    return nightly(options=RunOptions(force=True))


def test_a_nightly_run_publishes_every_dataset(first: RunRecord, stores: Any) -> None:
    live = live_version(stores.mongo)
    assert live is not None
    assert (live.version, live.run_id, live.previous) == (first.version, first.id, None)
    assert (first.status, first.published) == (RunStatus.SUCCEEDED, True)
    assert [stage.name for stage in first.stages] == [
        "archive",
        "spark",
        "snapshot",
        "interactions",
        "histories",
        "similar_titles",
        "item_model",
        "popularity",
        "top_picks",
        "trending",
        "catalog_index",
        "evaluate",
        "publish",
        "static_pages",
    ]
    counts = {name: count for stage in first.stages for name, count in stage.counts.items()}
    assert counts["viewers"] == counts["top_picks"] == world.PROFILES_IN_ALL
    assert {"live_events": 1, "titles_indexed": world.TITLES_IN_ALL, "scores": 0}.items() <= counts.items()
    assert counts["similar_lists"] == stored_counts(stores, first.version)[SIMILAR] == 27


def test_picks_follow_taste_and_leave_out_what_was_seen(first: RunRecord, stores: Any) -> None:
    document = stores.mongo[TOP_PICKS].find_one({"_id": f"{first.version}:western-0"})
    picks = top_picks_from_document(document)
    assert {pick.title_id for pick in picks.picks[:2]} == {"western-0", "western-1"}
    assert {pick.seed for pick in picks.picks[:2]} <= {f"western-{n}" for n in range(2, 8)} | {"saga", None}
    assert "saga" not in {pick.title_id for pick in picks.picks}
    assert "saga-1" not in {pick.title_id for pick in picks.picks}
    assert picks.genres[0] == "Western"


def test_a_live_event_counts_in_the_next_run(first: RunRecord, stores: Any) -> None:
    document = stores.mongo[TOP_PICKS].find_one({"_id": f"{first.version}:horror-0"})
    picks = top_picks_from_document(document)
    assert "western-7" not in {pick.title_id for pick in picks.picks}
    assert set(picks.genres) == {"Horror", "Western"}


def test_a_kid_is_offered_only_what_suits_and_a_newcomer_what_is_popular(
    first: RunRecord, stores: Any
) -> None:
    def picks_of(profile: str) -> Any:
        return top_picks_from_document(
            stores.mongo[TOP_PICKS].find_one({"_id": f"{first.version}:{profile}"})
        ).picks

    assert {pick.title_id for pick in picks_of("kid")} == {"saga"}
    assert {pick.source.value for pick in picks_of("new")} == {"popular"}
    assert len(picks_of("new")) == len(world.TASTES) * world.FILMS + 3


def test_readers_understand_every_list(first: RunRecord, stores: Any) -> None:
    near = neighbours_from_document(stores.mongo[SIMILAR].find_one({"_id": f"{first.version}:horror-3"}))
    assert {one.title_id.partition("-")[0] for one in near[:7]} == {"horror"}
    assert all(0 < one.score <= 1 and (one.support == 0 or one.support >= 3) for one in near)
    assert near[0].support >= 3
    popular = ranked_list_from_document(stores.mongo[POPULAR].find_one({"_id": f"{first.version}:US:all"}))
    assert popular.entries[0].score == 1.0
    key = trend_key(first.version, TrendKey(GLOBAL, TrendWindow.WEEK, "Western"))
    trending = ranked_list_from_document(json.loads(stores.redis.get(key)))
    assert len(trending.entries) == world.FILMS + 1
    assert Region("DE") not in {entry.title_id for entry in trending.entries}


def test_the_same_date_again_gives_the_same_content(first: RunRecord, second: RunRecord, stores: Any) -> None:
    assert second.version != first.version
    live = live_version(stores.mongo)
    assert live is not None
    assert (live.version, live.previous) == (second.version, first.version)
    assert content(stores, second.version) == content(stores, first.version)


def test_a_run_leaves_a_report_with_what_spark_and_the_stores_say(
    first: RunRecord, second: RunRecord, batch_settings: Any
) -> None:
    results = read_results(batch_settings, second.id)
    assert (results["publish"]["is_live"], results["delta_vs_live"]["before"]) == (True, first.version)
    assert (results["delta_vs_live"]["overlap_at_10"], results["delta_vs_live"]["kendall"]) == (1.0, 1.0)
    assert results["metrics"]["coverage"] == 1.0
    assert results["spark"]["tasks"] > results["spark"]["stages"] > 10
    assert results["as_of"]["utc"] == "2026-11-20T20:00:00Z"
    before = read_results(batch_settings, first.id)
    assert results["inputs"][0]["fingerprint"] == before["inputs"][0]["fingerprint"]
    assert (report_folder(batch_settings, second.id) / PAGE).stat().st_size > 20_000


def test_rollback_serves_the_first_night_again(first: RunRecord, second: RunRecord, stores: Any) -> None:
    for expected in (first, second):
        assert rollback(stores, MINA, plan_rollback(stores)).version == expected.version
    assert release(stores.mongo, MINA) is True


def test_a_single_job_stages_what_it_makes_and_publishes_nothing(
    second: RunRecord, nightly: Any, stores: Any
) -> None:
    alone = nightly("trending")
    assert [stage.name for stage in alone.stages] == ["archive", "spark", "snapshot", "trending"]
    assert (alone.status, alone.published) == (RunStatus.SUCCEEDED, False)
    assert stored_counts(stores, alone.version)["trending"] > 0
    live = live_version(stores.mongo)
    assert live is not None
    assert live.version == second.version

    published = publish_staged(stores, alone.id, MINA)
    assert live_version(stores.mongo) == published
    assert (published.version_of("trending"), published.index) == (alone.version, live.index)
    back = rollback(stores, MINA, plan_rollback(stores))
    assert (back.version, back.parts, back.index) == (second.version, {}, live.index)
    release(stores.mongo, MINA)


def test_a_lost_index_is_filled_again_and_equal(second: RunRecord, stores: Any) -> None:
    before = content(stores, second.version)["catalog"]
    assert (
        repair_index(stores)
        == f"The index of version {second.version} is complete: {world.TITLES_IN_ALL} titles."
    )
    indexing.drop(stores.elasticsearch, index_name(second.version))
    assert f"held 0 of {world.TITLES_IN_ALL} titles; now it has {world.TITLES_IN_ALL}" in repair_index(stores)
    assert content(stores, second.version)["catalog"] == before
    assert before["saga"]["popularity"] > before[TitleId("saga-1")]["popularity"] == 0.0


def test_the_same_date_and_inputs_again_is_nothing_to_do(
    second: RunRecord, nightly: Any, stores: Any
) -> None:
    before = live_version(stores.mongo)
    again = nightly()
    assert (again.status, again.published, again.swept) == (RunStatus.SKIPPED, False, True)
    assert [stage.name for stage in again.stages] == ["archive"]
    assert again.notes == (
        f"2026-11-20 is already live (run {second.id}, version {second.version}) with the same inputs and code: "
        "nothing to do. --force computes it again.",
    )
    assert live_version(stores.mongo) == before


def test_a_week_without_events_is_not_published_as_news(
    second: RunRecord, nightly: Any, batch_settings: Any, stores: Any, spark: Any
) -> None:
    before, later = live_version(stores.mongo), world.DAY + timedelta(days=7)
    with pytest.raises(
        StaleInput, match=r"of 2026-11-20 20:00 UTC, 7 days old.*The lists of 2026-11-20 stay live"
    ):
        run_job("nightly", later, batch_settings, io.StringIO(), lambda *_: nullcontext(spark))
    stale = Ledger(stores.mongo).latest_runs(1)[0]
    assert (stale.status, [stage.name for stage in stale.stages]) == (RunStatus.STALE, ["archive", "spark"])
    assert live_version(stores.mongo) == before


def test_a_killed_run_leaves_the_last_version_serving_and_the_next_goes_on_from_its_last_stage(
    second: RunRecord, nightly: Any, batch_settings: Any, stores: Any
) -> None:
    process = start(batch_settings, "run", "nightly", "--force")
    wait_for(process, "popularity done")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    killed = Ledger(stores.mongo).latest_runs(1)[0]
    assert killed.status == RunStatus.RUNNING
    assert stored_counts(stores, killed.version)[POPULAR] > 0
    live = live_version(stores.mongo)
    assert live is not None
    assert live.version == second.version

    after = nightly()
    assert (after.id, after.version, after.attempt) == (killed.id, killed.version, 2)
    assert (after.status, after.published) == (RunStatus.SUCCEEDED, True)
    attempts = {stage.name: stage.attempt for stage in after.stages}
    assert {attempts[name] for name in ("similar_titles", "item_model", "popularity")} == {1}
    assert {attempts[name] for name in ("top_picks", "trending", "publish")} == {2}
    assert len(attempts) == len(after.stages)
    assert content(stores, after.version) == content(stores, second.version)


def test_ctrl_c_publishes_nothing_and_says_so(second: RunRecord, batch_settings: Any, stores: Any) -> None:
    before = live_version(stores.mongo)
    process = start(batch_settings, "run", "nightly", "--force")
    wait_for(process, "spark: ")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=300)
    assert "Error: Interrupted: nothing published." in errors
    assert process.returncode == ExitCode.INTERRUPTED
    assert Ledger(stores.mongo).latest_runs(1)[0].status == RunStatus.INTERRUPTED
    assert live_version(stores.mongo) == before
    assert "Traceback" not in errors


def test_spark_submit_on_a_cluster_publishes_the_same_version_from_shuffled_events(
    second: RunRecord, batch_settings: Any, stores: Any, tmp_path: Path
) -> None:
    world.shuffle_archive(batch_settings.lake)
    properties = tmp_path / "spark.conf"
    properties.write_text("spark.executor.memory 512m\nspark.sql.shuffle.partitions 2\n")
    own = ("spark.driver.host=127.0.0.1", "spark.driver.bindAddress=127.0.0.1", "spark.ui.enabled=false")
    options = ["--properties-file", str(properties)]
    options += [word for pair in own for word in ("--conf", pair)]
    with standalone_cluster(tmp_path) as master:
        words = ("submit", "nightly", "--master", master, *options)
        process = start(batch_settings, *words, options=("--force",))
        output, errors = process.communicate(timeout=600)
    assert process.returncode == ExitCode.DONE, errors
    run = Ledger(stores.mongo).latest_runs(1)[0]
    assert (run.job, run.status, run.published) == ("nightly", RunStatus.SUCCEEDED, True)
    assert f"Version {run.version} is live" in output
    assert read_results(batch_settings, run.id)["spark"]["master"] == master
    assert content(stores, run.version) == content(stores, second.version)
