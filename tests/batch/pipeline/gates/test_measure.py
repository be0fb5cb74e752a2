"""Bad outputs in real stores: measured, blocked with the pointer unmoved, waived, published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from batch.pipeline.gates.records import parse_length, recorded_results, waive
from batch.pipeline.history import latest_entries
from batch.pipeline.ledger import Ledger, RunStatus
from batch.pipeline.pointer import live_version
from batch.pipeline.publish import PublicationBlocked, publish_staged
from batch.pipeline.staged import find_run
from domain.errors import BadInput
from domain.storage_names import POPULAR, TOP_PICKS
from tests.batch.pipeline import staged_world as world

pytestmark = pytest.mark.stores


@pytest.fixture(scope="module", autouse=True)
def first(stores: Any) -> Any:
    """What is live in every test."""
    world.empty(stores)
    world.fill(stores)
    return world.publish_night(stores)


def adult_for_kids(name: str, document: dict[str, Any]) -> dict[str, Any]:
    if name == TOP_PICKS and document["profile_id"] == "p3":
        document["items"][-1][0] = "f55"
    return document


def adult_in_kids_lists(name: str, document: dict[str, Any]) -> dict[str, Any]:
    if name == POPULAR and document.get("audience") == "kids":
        document["items"][0][0] = "f55"
    return document


def one_title(name: str, document: dict[str, Any]) -> dict[str, Any]:
    if name == TOP_PICKS:
        document["items"] = document["items"][:1]
        document["items"][0][0] = "f1"
    return document


def twice(name: str, document: dict[str, Any]) -> dict[str, Any]:
    if name == TOP_PICKS and document["profile_id"] == "p5":
        document["items"][1] = document["items"][0]
    return document


def withdrawn(name: str, document: dict[str, Any]) -> dict[str, Any]:
    if name == TOP_PICKS:
        document["items"][0][0] = "gone"
    return document


@pytest.mark.parametrize(
    ("change", "gates"),
    [
        (adult_for_kids, {"kids_maturity"}),
        (adult_in_kids_lists, {"kids_maturity"}),
        (one_title, {"first_title", "median_items", "catalogue_share", "overlap"}),
        (twice, {"integrity"}),
        (withdrawn, {"unavailable", "first_title"}),
    ],
)
def test_a_bad_output_blocks_and_its_data_stays(
    stores: Any, first: Any, change: Any, gates: set[str]
) -> None:
    with pytest.raises(PublicationBlocked, match="The data is kept and the pointer has not moved"):
        world.publish_night(stores, change)
    live = live_version(stores.mongo)
    assert live is not None
    assert live.version == first.version
    run = Ledger(stores.mongo).latest_runs(1)[0]
    assert run.status == RunStatus.BLOCKED
    assert find_run(stores.mongo, run.id).staged is True
    assert {one.id.value for one in recorded_results(stores.mongo, run.id) if one.blocks} == gates
    assert stores.mongo[TOP_PICKS].count_documents({"version": run.version}) == world.PROFILES_IN_ALL


def test_a_profile_that_signs_up_during_a_run_is_not_missing(stores: Any, first: Any) -> None:
    run = world.stage(stores, world.begin(stores))
    late = {**stores.mongo["profiles"].find_one({"_id": "p0"}), "created_at": 4_000_000_000_000}
    stores.mongo["profiles"].insert_many([{**late, "_id": f"late-{number}"} for number in range(20)])
    Ledger(stores.mongo).finish(run.id, RunStatus.SUCCEEDED)
    assert publish_staged(stores, run.id, world.MINA).version == run.version
    coverage = next(one for one in recorded_results(stores.mongo, run.id) if one.id == "coverage")
    assert (coverage.value, coverage.says.partition(",")[0]) == (0.0, "0 of 40 profiles have no list")
    stores.mongo["profiles"].delete_many({"_id": {"$regex": "^late"}})


def test_waivers_let_a_blocked_version_be_published_and_stand_in_the_history(stores: Any) -> None:
    with pytest.raises(PublicationBlocked):
        world.publish_night(stores, twice)
    run = find_run(stores.mongo, Ledger(stores.mongo).latest_runs(1)[0].id)
    with pytest.raises(PublicationBlocked, match="integrity"):
        publish_staged(stores, run.id, world.MINA)
    actor = world.ChangeAuthor("mina", world.later(), "the importer wrote it twice")
    waive(stores.mongo, "integrity", run, actor, timedelta(hours=24))
    assert publish_staged(stores, run.id, actor).version == run.version
    entry = next(one for one in latest_entries(stores.mongo, 9) if one.act == "waive")
    assert (entry.by, entry.after, entry.run_id) == ("mina", run.version, run.id)
    assert entry.why.startswith("integrity, until ")
    assert entry.why.endswith("the importer wrote it twice")


def test_kids_safety_cannot_be_waived_and_a_waiver_needs_a_gate_and_a_reason(stores: Any) -> None:
    run = find_run(stores.mongo, Ledger(stores.mongo).latest_runs(1)[0].id)
    for gate, why, says in (
        ("kids_maturity", "known", "cannot be waived: adult titles for kids are never published"),
        ("overlaps", "known", "There is no gate overlaps. There are: row_count, coverage"),
        ("overlap", " ", "A waiver needs a reason"),
    ):
        with pytest.raises(BadInput, match=says):
            waive(stores.mongo, gate, run, world.ChangeAuthor("mina", world.NOW, why), timedelta(hours=1))


def test_lengths_of_waivers() -> None:
    assert (parse_length("24h"), parse_length("3d")) == (timedelta(hours=24), timedelta(days=3))
    for text in ("", "h", "0h", "1w", "-1h", "8d", "169h"):
        with pytest.raises(BadInput):
            parse_length(text)
