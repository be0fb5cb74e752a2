"""Killed at every failpoint: readers see whole versions throughout, and the next run needs no hand work.

test_random_kills.py has kills at any moment.
"""

from __future__ import annotations

import ast
import importlib
import multiprocessing
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from batch.pipeline import canary, failpoints, sweep
from batch.pipeline.failpoints import FAILPOINT_VARIABLE, FAILPOINTS
from batch.pipeline.history import latest_entries, settle
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus
from batch.pipeline.pointer import live_version
from batch.pipeline.rollback import release
from bff.local_stack.record import StoreUrls
from domain.storage_names import EXPERIMENTS, RUNS
from tests.batch.pipeline import staged_world as world
from tests.batch.pipeline.killed_publication import ONE, run
from tests.batch.pipeline.page_readers import Readers

pytestmark = [pytest.mark.stores, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def service(stores: Any) -> None:
    world.empty(stores)
    world.fill(stores)
    world.publish_marked(stores)
    world.publish_marked(stores)


@pytest.fixture
def readers(service: None, batch_settings: Any) -> Iterator[Readers]:
    settings = batch_settings
    started = Readers(StoreUrls(settings.mongo_url, settings.elasticsearch_url, settings.redis_url))
    started.start()
    yield started
    started.stop()


def kill_at(failpoint: str, staged: RunRecord, settings: Any) -> int | None:
    """The exit code of the process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.batch.pipeline.killed_publication"])
    urls = (settings.mongo_url, settings.elasticsearch_url, settings.redis_url)
    action = failpoint.partition(".")[0]
    process = context.Process(target=run, args=(action, staged.id, failpoint, str(settings.home), urls))
    process.start()
    process.join(120)
    return process.exitcode


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_a_kill_leaves_whole_versions_and_the_next_run_needs_no_hand_work(
    failpoint: str, stores: Any, batch_settings: Any, readers: Readers
) -> None:
    staged = world.stage_marked(stores, world.begin(stores))
    if failpoint.startswith("canary"):
        Ledger(stores.mongo).finish(staged.id, RunStatus.SUCCEEDED)
    elif failpoint.startswith(("sweep", "rollback")):
        stores.mongo[RUNS].update_one({"_id": staged.id}, {"$set": {"machine": "elsewhere", "beat_at": 0}})
    pages_before = readers.count
    assert kill_at(failpoint, staged, batch_settings) == -signal.SIGKILL
    moved_to = settle(stores.mongo).live
    stores.mongo[RUNS].update_many(
        {"_id": staged.id, "status": "running"}, {"$set": {"machine": "elsewhere", "beat_at": 0}}
    )
    if failpoint.startswith(("rollback", "canary")):
        release(stores.mongo, world.MINA)

    after = world.publish_marked(stores)
    # Past the claims of a rollback and a canary.
    swept = sweep.sweep_versions(stores, datetime.now(UTC) + timedelta(minutes=11), ONE)
    readers.stop()
    live = live_version(stores.mongo)
    assert live is not None
    assert live.version == after.version
    assert moved_to is not None
    assert {moved_to.version, after.version} >= {entry.after for entry in latest_entries(stores.mongo, 1)}
    assert readers.errors == []
    assert readers.count > pages_before
    assert readers.mixed == []
    left = {one.version for one in sweep.unswept_runs(stores.mongo)}
    in_use = {live.version, live.previous, *sweep.experiment_versions(stores.mongo)}
    assert left <= in_use, swept
    if failpoint.startswith("canary"):
        stores.mongo[EXPERIMENTS].delete_many({})
        stores.mongo["pointers"].delete_one({"_id": canary.CANARY_POINTER})


def test_every_failpoint_is_named_once_and_every_name_is_hit() -> None:
    calls = [
        node.args[0].value
        for file in (ROOT / "batch").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "hit"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert set(calls) == set(FAILPOINTS)
    assert len(FAILPOINTS) >= 10


def test_a_failpoint_is_set_by_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FAILPOINTS:
        failpoints.hit(name)
    monkeypatch.setenv(FAILPOINT_VARIABLE, "publish.gated=error")
    importlib.reload(failpoints)
    failpoints.hit("publish.checked")
    with pytest.raises(Exception, match=r"Stopped at failpoint publish\.gated"):
        failpoints.hit("publish.gated")
    monkeypatch.delenv(FAILPOINT_VARIABLE)
    importlib.reload(failpoints)
    failpoints.hit("publish.gated")


@pytest.mark.parametrize("text", ["publish", "publish.gated=die", "nowhere"])
def test_a_failpoint_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write one of stage\.staged, "):
        failpoints.parse_failpoint(text)
