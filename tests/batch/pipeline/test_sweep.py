"""Sweeping deletes what nothing reads, wholly, and nothing that is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from batch.jobs.context import version_folder
from batch.pipeline import sweep
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus
from batch.pipeline.pointer import live_version
from batch.pipeline.publish import publish_staged
from batch.pipeline.retention import NIGHTLY_RULE, KeepRule
from batch.pipeline.rollback import pin, plan_rollback, rollback
from batch.pipeline.staged import stored_counts
from domain.errors import Conflict
from domain.ids import Region
from domain.recommendations.keys import trend_key
from domain.recommendations.lists import TrendKey, TrendWindow
from domain.storage_names import EXPERIMENTS, RUNS, TITLES
from tests.batch.pipeline import staged_world as world

pytestmark = pytest.mark.stores


@pytest.fixture(autouse=True)
def service(stores: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches smaller than the data."""
    monkeypatch.setattr(sweep, "DELETE_BATCH", 7)
    monkeypatch.setattr(sweep, "UNLINK_BATCH", 3)
    world.empty(stores)
    world.fill(stores)


def left(stores: Any, version: str) -> dict[str, int]:
    """How much of a version is anywhere."""
    counts = stored_counts(stores, version)
    key = trend_key(version, TrendKey(Region("DE"), TrendWindow.DAY))
    return {name: counts[name] for name in counts if name != TITLES} | {
        "list": int(stores.redis.exists(key)),
        "folder": int(version_folder(stores.settings, version).exists()),
    }


ONE = KeepRule(published=1)


def swept(stores: Any, rule: KeepRule = ONE) -> list[str]:
    return sweep.sweep_versions(stores, datetime.now(UTC), rule)


def test_the_last_three_versions_stay_and_older_ones_leave_no_trace(stores: Any) -> None:
    runs = [world.publish_night(stores) for _ in range(4)]
    assert swept(stores, NIGHTLY_RULE) == [runs[0].version]
    assert set(left(stores, runs[0].version).values()) == {0}
    assert 0 not in left(stores, runs[1].version).values()
    assert swept(stores, NIGHTLY_RULE) == []


def test_what_a_running_experiment_compares_stays(stores: Any) -> None:
    runs = [world.publish_night(stores) for _ in range(4)]
    for number, status in enumerate(("running", "stopped")):
        variants = {"A": {"weight": 1}, "B": {"weight": 1, "data_version": runs[number].version}}
        stores.mongo[EXPERIMENTS].insert_one(
            {"_id": status, "experiment": status, "status": status, "variants": variants}
        )
    stores.mongo[EXPERIMENTS].insert_one({"_id": "rotten", "status": "running", "variants": 7})
    assert swept(stores) == [runs[1].version]
    assert 0 not in left(stores, runs[0].version).values()


def test_half_written_data_of_dead_runs_is_swept_but_not_that_of_living_ones(stores: Any) -> None:
    world.publish_night(stores)
    dead, living = world.begin(stores), world.begin(stores)
    world.stage(stores, dead)
    world.stage(stores, living)
    stores.mongo[RUNS].update_one({"_id": dead.id}, {"$set": {"machine": "elsewhere", "beat_at": 0}})
    assert swept(stores) == [dead.version]
    assert set(left(stores, dead.version).values()) == {0}
    assert 0 not in left(stores, living.version).values()


def test_a_pinned_version_stays(stores: Any) -> None:
    runs = [world.publish_night(stores) for _ in range(4)]
    pin(stores.mongo, runs[0].id, world.MINA, True)
    assert swept(stores) == [runs[1].version]
    pin(stores.mongo, runs[0].version, world.MINA, False)
    assert swept(stores) == [runs[0].version]


def test_the_night_behind_published_charts_stays_however_many_charts_come(stores: Any) -> None:
    night = world.publish_night(stores)
    for _ in range(4):
        publish_staged(stores, world.stage_charts(stores).id, world.MINA)
    assert len(swept(stores)) == 2
    live = live_version(stores.mongo)
    assert live is not None
    assert live.version_of("top_picks") == night.version
    assert 0 not in left(stores, night.version).values()


def test_a_blocked_version_stays_for_two_days(stores: Any) -> None:
    run = world.stage(stores, world.begin(stores))
    Ledger(stores.mongo).finish(run.id, RunStatus.BLOCKED, "a gate")
    stores.mongo[RUNS].update_one({"_id": run.id}, {"$set": {"staged": True}})
    world.publish_night(stores)
    now = datetime.now(UTC)
    assert sweep.sweep_versions(stores, now + timedelta(days=1.9)) == []
    assert sweep.sweep_versions(stores, now + timedelta(days=2.1)) == [run.version]


def test_nobody_returns_to_a_version_that_is_going(stores: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep stopped half-way; the next one finishes it."""
    runs = [world.publish_night(stores) for _ in range(3)]

    def stop(name: str) -> None:
        if name == "sweep.documents":
            raise RuntimeError(name)

    monkeypatch.setattr(sweep, "hit", stop)
    with pytest.raises(RuntimeError):
        swept(stores)
    with pytest.raises(Conflict, match="has been swept"):
        plan_rollback(stores, runs[0].id)
    assert left(stores, runs[0].version)["folder"] == 1
    monkeypatch.undo()
    swept(stores)
    assert set(left(stores, runs[0].version).values()) == {0}


def test_a_version_that_readers_are_being_sent_to_is_not_swept(stores: Any) -> None:
    """The sweep chose it before the rollback claimed it."""
    runs = [world.publish_night(stores) for _ in range(3)]
    plan = plan_rollback(stores, runs[0].version)
    rollback(stores, world.MINA, plan)
    chosen = sweep.unswept_runs(stores.mongo)[0]
    assert chosen.version == runs[0].version
    assert sweep._condemn(stores.mongo, chosen, world.NOW + timedelta(minutes=9)) is False
    assert sweep._condemn(stores.mongo, chosen, world.NOW + timedelta(minutes=11)) is True


def test_collecting_by_hand_keeps_the_live_version_and_the_one_before(stores: Any) -> None:
    runs: list[RunRecord] = [world.publish_night(stores) for _ in range(3)]
    rule = KeepRule(published=0, staged_days=0, days=0)
    obsolete, kept = sweep.sweep_plan(stores.mongo, datetime.now(UTC), rule)
    assert [run.version for run in obsolete] == [runs[0].version]
    assert set(kept) == {runs[1].version, runs[2].version}
    assert swept(stores, KeepRule(published=0, staged_days=0, days=7)) == []
    assert swept(stores, rule) == [runs[0].version]
