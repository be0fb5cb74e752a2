"""Rollback: to any kept version that was live, whole and byte-equal, never to what is gone or was never live."""

from __future__ import annotations

import json
from typing import Any

import pytest

from batch.pipeline.ledger import Ledger
from batch.pipeline.pointer import live_version
from batch.pipeline.publish import publish_staged
from batch.pipeline.rollback import plan_rollback, rollback
from domain.errors import Conflict, NotFound
from domain.recommendations.keys import trend_index_key
from domain.storage_names import RUNS, SIMILAR, VERSIONED
from tests.batch.pipeline import staged_world as world

pytestmark = pytest.mark.stores


@pytest.fixture(autouse=True)
def service(stores: Any) -> None:
    world.empty(stores)
    world.fill(stores)


def live_content(stores: Any) -> str:
    """Everything that readers can see of the live version, as one text."""
    live = live_version(stores.mongo)
    assert live is not None
    documents: dict[str, Any] = {
        name: list(stores.mongo[name].find({"version": live.version_of(name)}).sort("_id"))
        for name in VERSIONED
    }
    keys = sorted(stores.redis.smembers(trend_index_key(live.version_of("trending"))))
    hits = stores.elasticsearch.search(index=live.index, size=1000, sort="_doc")["hits"]["hits"]
    lists = {key: stores.redis.get(key) for key in keys}
    return json.dumps(
        [documents, lists, sorted((hit["_id"], hit["_source"]) for hit in hits)], sort_keys=True
    )


def back(stores: Any, to: str | None = None) -> str:
    return rollback(stores, world.MINA, plan_rollback(stores, to)).version


def test_rollback_returns_to_the_version_before_and_back_again_byte_by_byte(stores: Any) -> None:
    first = world.publish_night(stores)
    before = live_content(stores)
    second = world.publish_night(stores)
    after = live_content(stores)
    assert (back(stores), live_content(stores)) == (first.version, before)
    assert (back(stores), live_content(stores)) == (second.version, after)


def test_rollback_returns_to_any_kept_version_by_run_or_version(stores: Any) -> None:
    runs = [world.publish_night(stores) for _ in range(3)]
    assert back(stores, runs[0].id) == runs[0].version
    assert back(stores, runs[1].version) == runs[1].version


def test_rollback_to_charts_returns_to_the_parts_they_had(stores: Any) -> None:
    night = world.publish_night(stores)
    charts = publish_staged(stores, world.stage_charts(stores).id, world.MINA)
    world.publish_night(stores)
    back(stores)
    live = live_version(stores.mongo)
    assert live is not None
    assert (live.version, live.parts, live.index) == (charts.version, charts.parts, charts.index)
    assert live.version_of("top_picks") == night.version


def test_a_plan_says_the_effect_and_changes_nothing(stores: Any) -> None:
    first, second = world.publish_night(stores), world.publish_night(stores)
    plan = plan_rollback(stores)
    assert (plan.live.version, plan.target.version) == (second.version, first.version)
    assert plan.counts["top_picks"] == world.PROFILES_IN_ALL
    live = live_version(stores.mongo)
    assert live is not None
    assert live.version == second.version


@pytest.mark.parametrize("gone", ["swept", "lost"])
def test_rollback_to_data_that_is_gone_is_refused(stores: Any, gone: str) -> None:
    first, second = world.publish_night(stores), world.publish_night(stores)
    if gone == "swept":
        stores.mongo[RUNS].update_one({"_id": first.id}, {"$set": {"swept": True}})
    else:
        stores.mongo[SIMILAR].delete_many({"version": first.version})
    with pytest.raises(Conflict, match=f"stays at {second.version}"):
        back(stores)


def test_rollback_without_a_version_before_is_refused(stores: Any) -> None:
    with pytest.raises(Conflict, match="no version to go back to"):
        back(stores)
    run = world.publish_night(stores)
    with pytest.raises(Conflict, match="no version to go back to"):
        back(stores)
    with pytest.raises(Conflict, match="is live already"):
        back(stores, run.id)


def test_rollback_to_what_was_never_live_or_is_unknown_is_refused(stores: Any) -> None:
    world.publish_night(stores)
    staged = world.stage_charts(stores)
    with pytest.raises(Conflict, match=f"was never live. To publish it: marquee data publish {staged.id}"):
        back(stores, staged.version)
    with pytest.raises(NotFound, match="no run or version 20991231-1"):
        back(stores, "20991231-1")
    assert Ledger(stores.mongo).get(staged.id).published is False
