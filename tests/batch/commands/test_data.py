"""`marquee data` and `marquee gates`: what they print, their exit codes, and what is live after them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from batch.commands.data import data
from batch.commands.gates import gates
from batch.pipeline.ledger import Ledger, RunRecord
from batch.pipeline.pointer import live_version
from batch.pipeline.publish import PublicationBlocked
from domain.storage_names import POPULAR, TOP_PICKS
from tests.batch.pipeline import staged_world as world

pytestmark = pytest.mark.stores


@pytest.fixture(autouse=True)
def environment(stores: Any, batch_settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("mongo_url", "elasticsearch_url", "redis_url"):
        monkeypatch.setenv(f"MARQUEE_{name.upper()}", getattr(batch_settings, name))
    monkeypatch.setenv("MARQUEE_HOME", str(batch_settings.home))
    world.empty(stores)
    world.fill(stores)


def call(command: str, *words: str) -> Result:
    return CliRunner().invoke({"data": data, "gates": gates}[command], list(words))


def live(stores: Any) -> str:
    found = live_version(stores.mongo)
    assert found is not None
    return found.version


def broken(name: str, document: dict[str, Any]) -> dict[str, Any]:
    if name == TOP_PICKS and document["profile_id"] == "p5":
        document["items"][1] = document["items"][0]
    return document


@pytest.fixture
def blocked(stores: Any) -> RunRecord:
    """One night is live, the next was blocked."""
    world.publish_night(stores)
    with pytest.raises(PublicationBlocked):
        world.publish_night(stores, broken)
    return Ledger(stores.mongo).latest_runs(1)[0]


def test_a_blocked_night_is_looked_at_waived_and_published(stores: Any, blocked: RunRecord) -> None:
    seen = call("gates", "check", blocked.id)
    assert (seen.exit_code, "block integrity        1 of 40 lists are broken" in seen.stdout) == (3, True)
    judged = json.loads(call("gates", "check", blocked.version, "--json").stdout)["gates"]
    assert [one["id"] for one in judged if not one["passed"]] == ["integrity"]
    shown = call("data", "status", "--version", blocked.id)
    assert shown.stdout.startswith(f"staged     {blocked.version} ")
    assert "block  integrity: " in shown.stdout
    refused = call("data", "publish", blocked.id)
    assert (refused.exit_code, live(stores) != blocked.version) == (3, True)
    assert f"marquee gates waive integrity --run {blocked.id}" in refused.stderr
    waived = call("gates", "waive", "integrity", "--run", blocked.id, "--reason", "known", "--by", "mina")
    assert waived.stdout.endswith(f"Next: marquee data publish {blocked.id}\n")
    again = ("waive", "integrity", "--run", blocked.id, "--reason", "known", "--by", "mina", "--json")
    printed = json.loads(call("gates", *again).stdout)
    assert (printed["gate"], printed["run"], printed["version"]) == ("integrity", blocked.id, blocked.version)
    assert call("data", "publish", blocked.id, "--by", "mina").exit_code == 0
    assert live(stores) == blocked.version
    again = call("data", "publish", blocked.id)
    assert (again.exit_code, "is live already: nothing to do" in again.stdout) == (0, True)
    history = json.loads(call("data", "history", "--json").stdout)
    assert [(one["act"], one["by"]) for one in history[:2]] == [("publish", "mina"), ("waive", "mina")]


def test_kids_safety_is_not_waived_and_unknown_names_are_wrong_usage(blocked: RunRecord) -> None:
    words = ("--run", blocked.id, "--reason", "known")
    for refused, says in (
        (call("gates", "waive", "kids_maturity", *words), "cannot be waived"),
        (call("gates", "waive", "integrity", *words, "--expires", "8d"), "at most 7 days"),
        (call("gates", "check", "20990101-1"), "There is no run or version 20990101-1"),
        (call("data", "publish", "20990101-1"), "There is no run or version 20990101-1"),
        (call("data", "rollback", "--to", "20990101-1", "--yes"), "There is no run or version 20990101-1"),
    ):
        assert (refused.exit_code, says in refused.stderr) == (2, True), refused.stderr


def test_rollback_tells_its_effect_asks_holds_and_is_released(stores: Any) -> None:
    first, second = world.publish_night(stores), world.publish_night(stores)
    plan = call("data", "rollback", "--dry-run")
    assert plan.stdout.startswith(
        f"Readers return from {second.version} (2026-11-20) to {first.version} (2026-11-20): "
    )
    assert "40 top_picks" in plan.stdout
    assert call("data", "rollback").exit_code == 2
    assert live(stores) == second.version
    done = json.loads(call("data", "rollback", "--yes", "--by", "mina", "--reason", "odd", "--json").stdout)
    assert (done["from"], done["to"]) == (second.version, first.version)
    assert live(stores) == first.version
    assert "by a rollback of mina (odd)" in json.loads(call("data", "status", "--json").stdout)["held"]
    assert call("data", "release").stdout == "The next night publishes again.\n"
    assert call("data", "release").stdout == "Nights were not held: nothing to do.\n"
    assert call("data", "hold").exit_code == 0
    refused = call("data", "rollback", "--to", first.id, "--yes")
    assert (refused.exit_code, refused.stderr) == (1, f"Error: Version {first.version} is live already.\n")


def test_collecting_lists_first_and_deletes_with_yes(stores: Any) -> None:
    runs = [world.publish_night(stores) for _ in range(4)]
    assert call("data", "pin", runs[0].version).exit_code == 0
    listed = call("data", "gc", "--days", "0")
    assert f"delete  {runs[1].version}\n" in listed.stdout
    assert f"keep    {runs[0].version}     pinned\n" in listed.stdout
    assert stores.mongo[TOP_PICKS].count_documents({"version": runs[1].version}) == world.PROFILES_IN_ALL
    done = json.loads(call("data", "gc", "--days", "0", "--yes", "--json").stdout)
    assert done["deleted"] == [runs[1].version]
    assert stores.mongo[TOP_PICKS].count_documents({"version": runs[1].version}) == 0


def test_freshness_counts_from_the_events_and_ends_with_4_when_stale(stores: Any) -> None:
    world.publish_night(stores)
    stale = call("data", "freshness", "--json")
    assert stale.exit_code == 4
    assert {one["dataset"]: one["stale"] for one in json.loads(stale.stdout)}[POPULAR] is True
    fresh = round((world.later() - timedelta(hours=1)).timestamp() * 1000)
    for name in (TOP_PICKS, "similar_titles", POPULAR):
        stores.mongo[name].update_many({"computed_at": {"$exists": True}}, {"$set": {"computed_at": fresh}})
    stores.mongo[POPULAR].update_one({"region": "DE"}, {"$set": {"computed_at": fresh - 3_600_000}})
    found = {one["dataset"]: one for one in json.loads(call("data", "freshness", "--json").stdout)}
    assert (found[POPULAR]["stale"], found[POPULAR]["oldestRegions"]) == (False, ["DE"])
    assert found[POPULAR]["ageHours"] == pytest.approx(2.0, abs=0.1)


def test_a_canary_is_started_shown_and_ended(stores: Any) -> None:
    night = world.publish_night(stores)
    charts = world.stage_charts(stores)
    assert call("data", "canary").stdout.startswith("There has been no canary.")
    started = json.loads(call("data", "canary", charts.id, "--json").stdout)
    assert (started["version"], started["share"], started["status"]) == (charts.version, 0.01, "running")
    waits = call("data", "canary", charts.id)
    assert f"Version {charts.version} is read by 1% of viewers" in waits.stdout
    assert "0 of 50 viewers" in waits.stdout
    assert call("data", "canary", "--advance").exit_code == 0
    assert call("data", "canary", "--back").exit_code == 0
    assert call("data", "canary", "--advance").exit_code == 1
    assert live(stores) == night.version


def test_the_lists_of_gates_and_failpoints_are_whole() -> None:
    assert len(json.loads(call("gates", "list", "--json").stdout)) == 13
    assert call("gates", "list").stdout.count("catches") == 13
    assert len(json.loads(call("data", "failpoints", "--json").stdout)) >= 10
    assert call("data", "failpoints").stdout.startswith("stage.staged")


def test_a_dataset_leads_to_the_run_that_made_it(stores: Any) -> None:
    nothing = call("data", "lineage", "trending")
    assert (nothing.exit_code, nothing.stderr) == (
        2,
        "Error: Nothing is published yet: run `marquee jobs run nightly`.\n",
    )
    run = world.publish_night(stores)
    shown = call("data", "lineage", "trending")
    first, second, *_ = shown.stdout.splitlines()
    assert (shown.exit_code, first) == (0, f"trending, version {run.version}")
    assert second == f"  made by run {run.id}, nightly of {run.logical_date}: marquee runs show {run.id}"
    printed = json.loads(call("data", "lineage", "top_picks", "--json").stdout)
    assert (printed["dataset"], printed["version"], printed["run"]["run"]) == (
        "top_picks",
        run.version,
        run.id,
    )
    wrong = call("data", "lineage", "picks")
    assert wrong.exit_code == 2
    assert "'picks' is not one of 'top_picks', " in wrong.stderr
