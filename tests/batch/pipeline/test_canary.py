"""A staged version is read by 1, 5, 25 and 100 % of viewers, goes back by itself, and nights are held meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from batch.pipeline import canary as job
from batch.pipeline.history import latest_entries
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus
from batch.pipeline.pointer import ChangeAuthor, live_version, read_pointer
from batch.pipeline.publish import PublicationBlocked, PublicationHeld
from batch.pipeline.sweep import sweep_versions
from domain.errors import Conflict
from domain.experiments.assignment import UnitIds, assign_variants
from domain.experiments.documents import experiments_from_documents
from domain.ids import AccountId, ProfileId, Region
from domain.layouts.request_context import TargetingContext
from domain.storage_names import EVENTS, EXPERIMENTS, EXPOSURES
from tests.batch.pipeline import staged_world as world

pytestmark = pytest.mark.stores

UNITS = [f"v{number}" for number in range(1500)]


@pytest.fixture(autouse=True)
def live_night(stores: Any) -> RunRecord:
    world.empty(stores)
    world.fill(stores)
    return world.publish_night(stores)


@pytest.fixture
def staged(stores: Any, live_night: RunRecord) -> RunRecord:
    """As a single job leaves it: not published."""
    run = world.stage(stores, world.begin(stores))
    return Ledger(stores.mongo).finish(run.id, RunStatus.SUCCEEDED)


def at(hours: float) -> ChangeAuthor:
    return replace(world.MINA, at=world.NOW + timedelta(hours=hours))


def viewers_of(stores: Any, units: Sequence[str] = UNITS) -> set[str]:
    """Who reads the staged version now, by the service's own assignment."""
    book, errors = experiments_from_documents(stores.mongo[EXPERIMENTS].find())
    assert errors == ()
    found = set()
    for unit in units:
        ids = UnitIds(ProfileId(unit), AccountId(f"account-{unit}"))
        assigned = assign_variants(book, ids, targeting(), {}, {})
        if assigned.data_version is not None:
            found.add(unit)
    return found


def targeting() -> TargetingContext:
    return TargetingContext("tv", Region("DE"), False, 18, "standard", 30, 12, world.NOW)


def expose(stores: Any, **candidate: int) -> None:
    """Everybody was served a page by now; those of the canary as told."""
    canary = viewers_of(stores)
    good = {"pages": 1, "rows": 12, "degraded": 0}
    documents = []
    for unit in UNITS:
        arm = "candidate" if unit in canary else "live"
        served = {**good, **candidate} if arm == "candidate" else good
        documents.append(
            {
                "_id": f"data-canary:1:profile:{unit}",
                "experiment": "data-canary",
                "phase": 1,
                "unit_id": unit,
                "profile_id": unit,
                "variants": [arm],
                "served": {arm: served},
            }
        )
    stores.mongo[EXPOSURES].delete_many({})
    stores.mongo[EXPOSURES].insert_many(documents)


def test_each_step_adds_viewers_and_the_last_publishes(stores: Any, staged: RunRecord) -> None:
    job.start_canary(stores, staged.id, at(0))
    steps = [viewers_of(stores)]
    for hour in (2, 4):
        expose(stores)
        canary, verdict = job.advance_canary(stores, at(hour), force=True)
        assert verdict.verdict in ("advance", "wait")
        steps.append(viewers_of(stores))
    assert steps[0] < steps[1] < steps[2]
    shares = [len(step) / len(UNITS) for step in steps]
    assert shares == pytest.approx([0.01, 0.05, 0.25], abs=0.015)
    expose(stores)
    canary, verdict = job.advance_canary(stores, at(6))
    assert (canary.status, verdict.verdict) == ("published", "advance")
    live = live_version(stores.mongo)
    assert live is not None
    assert live.version == staged.version
    assert viewers_of(stores) == set()
    assert read_pointer(stores.mongo).hold is None
    told = [entry.why for entry in latest_entries(stores.mongo, 20) if entry.act == "canary"]
    assert sorted(why.partition(" of")[0] for why in told) == ["1%", "100%", "25%", "5%"]


def test_a_harm_returns_everybody_and_nights_stay_held(
    stores: Any, staged: RunRecord, live_night: RunRecord
) -> None:
    job.start_canary(stores, staged.id, at(0))
    job.advance_canary(stores, at(1), force=True)
    expose(stores, rows=3, degraded=1)
    canary, verdict = job.advance_canary(stores, at(2))
    assert (canary.status, verdict.verdict) == ("returned", "return")
    assert "100.0% of its pages are degraded, 0.0% of the live version's" in verdict.says
    assert viewers_of(stores) == set()
    live = live_version(stores.mongo)
    assert live is not None
    assert live.version == live_night.version
    entry = latest_entries(stores.mongo, 20)
    assert "canary return" in {one.act for one in entry}
    with pytest.raises(PublicationHeld, match=f"by a canary of mina .canary of {staged.version}"):
        world.publish_night(stores)
    with pytest.raises(Conflict, match="No canary is running"):
        job.advance_canary(stores, at(3))


def test_fewer_viewers_who_play_something_are_a_harm(stores: Any, staged: RunRecord) -> None:
    job.start_canary(stores, staged.id, at(0))
    job.advance_canary(stores, at(1), force=True)
    expose(stores)
    canary = viewers_of(stores)
    played = [unit for number, unit in enumerate(UNITS) if unit not in canary and number % 2]
    when = round(at(1.5).at.timestamp() * 1000)
    stores.mongo[EVENTS].insert_many(
        [{"_id": unit, "profile_id": unit, "type": "play", "recorded_at": when} for unit in played]
    )
    _, verdict = job.advance_canary(stores, at(2))
    assert verdict.verdict == "return"
    assert verdict.says.startswith("0.0% of its viewers played something, ")


def test_without_enough_viewers_it_waits_and_is_swept_by_nobody(stores: Any, staged: RunRecord) -> None:
    job.start_canary(stores, staged.version, at(0))
    canary, verdict = job.advance_canary(stores, at(2))
    assert (canary.share, verdict.verdict, verdict.says) == (0.01, "wait", "0 of 50 viewers, 2.0 of 1 h")
    assert sweep_versions(stores, datetime.now(world.UTC) + timedelta(days=30)) == []
    assert job.return_canary(stores, at(3)).status == "returned"
    assert sweep_versions(stores, datetime.now(world.UTC) + timedelta(days=30)) == [staged.version]


def test_a_night_judges_the_canary_before_it_stages_its_own(stores: Any, staged: RunRecord) -> None:
    """A canary that nobody saw for three days has returned, and the night is held."""
    job.judge_running_canary(stores)
    job.start_canary(stores, staged.id, at(0))
    job.judge_running_canary(stores)
    with pytest.raises(PublicationHeld):
        world.publish_night(stores)
    canary = job.read_canary(stores.mongo)
    assert canary is not None
    assert (canary.status, canary.says.partition(" in ")[0]) == ("returned", "0 viewers")


def test_a_crash_before_the_experiment_was_written_is_repaired_by_the_next_step(
    stores: Any, staged: RunRecord
) -> None:
    job.start_canary(stores, staged.id, at(0))
    stores.mongo[EXPERIMENTS].delete_many({})
    job.advance_canary(stores, at(1))
    assert 0 < len(viewers_of(stores)) < 40


def test_charts_can_be_a_canary_with_the_night_s_other_lists(stores: Any, live_night: RunRecord) -> None:
    from batch.pipeline.staged import version_of_run

    charts = world.stage_charts(stores)
    job.start_canary(stores, charts.id, at(0))
    readable = version_of_run(stores.mongo, charts.id)
    assert (readable.version_of("trending"), readable.version_of("top_picks")) == (
        charts.version,
        live_night.version,
    )


def test_what_cannot_be_a_canary_is_refused(stores: Any, staged: RunRecord, live_night: RunRecord) -> None:
    with pytest.raises(Conflict, match="is live already"):
        job.start_canary(stores, live_night.id, at(0))
    variants = {"A": {"weight": 1}, "B": {"weight": 1, "data_version": live_night.version}}
    other = {"_id": "x", "experiment": "x", "status": "running", "variants": variants}
    stores.mongo[EXPERIMENTS].insert_one(other)
    with pytest.raises(Conflict, match="An experiment compares"):
        job.start_canary(stores, staged.id, at(0))
    stores.mongo[EXPERIMENTS].delete_many({})
    stores.mongo["top_picks"].update_many(
        {"version": staged.version}, {"$set": {"items": [["f55", 1.0, "popular", None, 0]]}}
    )
    with pytest.raises(PublicationBlocked, match="kids_maturity"):
        job.start_canary(stores, staged.id, at(0))
    stores.mongo["top_picks"].delete_many({"version": staged.version})
    with pytest.raises(PublicationBlocked, match="top_picks holds 0 of 40"):
        job.start_canary(stores, staged.id, at(0))
    assert job.read_canary(stores.mongo) is None
    assert read_pointer(stores.mongo).hold is None
