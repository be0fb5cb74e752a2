"""Publishing: checked, gated, all at once, never over another run's version or a newer date, never while held."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from batch.pipeline import pointer as pointers
from batch.pipeline import publish as job
from batch.pipeline.history import latest_entries, settle
from batch.pipeline.ledger import Ledger, RunStatus
from batch.pipeline.pointer import Act, live_version
from batch.pipeline.rollback import hold, plan_rollback, release, rollback
from domain.errors import BadInput, Conflict
from domain.recommendations.keys import index_name, trend_index_key
from domain.storage_names import (
    CATALOG,
    DATA_HISTORY,
    POPULAR,
    RUNS,
    SIMILAR,
    TITLES,
    TOP_PICKS,
    TRENDING,
)
from search import indexing
from tests.batch.pipeline import staged_world as world

pytestmark = pytest.mark.stores


@pytest.fixture(autouse=True)
def service(stores: Any) -> None:
    world.empty(stores)
    world.fill(stores)


def live(stores: Any) -> str | None:
    found = live_version(stores.mongo)
    return found.version if found else None


def test_a_checked_version_goes_live_and_remembers_the_one_before(stores: Any) -> None:
    first, second = world.publish_night(stores), world.publish_night(stores)
    pointer = live_version(stores.mongo)
    assert pointer is not None
    assert (pointer.version, pointer.previous) == (second.version, first.version)
    assert (pointer.index, pointer.run_id) == (index_name(second.version), second.id)
    assert (pointer.logical_date, pointer.parts) == ("2026-11-20", {})
    assert second.published is True


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        (TOP_PICKS, "top_picks holds 39 of 40"),
        (SIMILAR, "similar_titles holds 59 of 60"),
        (POPULAR, "popular_titles holds 4 of 5"),
        (TRENDING, "trending holds 0 of 4"),
        (CATALOG, "catalog holds 0 of 60"),
    ],
)
def test_a_loss_blocks_and_the_pointer_stays(stores: Any, lost: str, reason: str) -> None:
    run = world.stage(stores, world.begin(stores))
    if lost == TRENDING:
        stores.redis.delete(trend_index_key(run.version))
    elif lost == CATALOG:
        indexing.drop(stores.elasticsearch, index_name(run.version))
    else:
        stores.mongo[lost].delete_one({"version": run.version})
    with pytest.raises(job.PublicationBlocked, match=reason):
        job.publish(stores, run, world.ALL_COUNTS)
    assert live(stores) is None


@pytest.mark.parametrize("name", ["top_picks", "similar_lists", "trending_lists", "titles_indexed"])
def test_an_empty_dataset_blocks(name: str) -> None:
    stored = {
        TOP_PICKS: 40, SIMILAR: 60, POPULAR: 5, TRENDING: 4, CATALOG: 60, TITLES: 60,
    }  # fmt: skip
    problems = job.find_problems({**world.ALL_COUNTS, name: 0}, stored)
    assert [problem.partition(" ")[2] for problem in problems] == ["is empty"]


def test_a_catalogue_that_grew_meanwhile_blocks(stores: Any) -> None:
    run = world.stage(stores, world.begin(stores))
    stores.mongo[TITLES].insert_one({"_id": "t2", "kind": "movie", "name": "Two"})
    with pytest.raises(job.PublicationBlocked, match="the catalog index has 60 titles, MongoDB has 61"):
        job.publish(stores, run, world.ALL_COUNTS)


def test_the_pointer_moves_only_from_where_it_was_seen(stores: Any) -> None:
    world.publish_night(stores)
    seen = pointers.read_pointer(stores.mongo)
    second = world.publish_night(stores)
    assert seen.live is not None
    for before in (seen, pointers.Pointer()):
        with pytest.raises(Conflict, match="Another version was published"):
            pointers.move_pointer(stores.mongo, before, seen.live, Act.PUBLISH, world.MINA, None)
    assert live(stores) == second.version


def test_a_pointer_that_went_and_came_back_has_moved(stores: Any) -> None:
    """Its version is the one that was seen, and its number is not."""
    world.publish_night(stores)
    world.publish_night(stores)
    seen = pointers.read_pointer(stores.mongo)
    for _ in range(2):
        rollback(stores, world.MINA, plan_rollback(stores))
    assert seen.live is not None
    assert live(stores) == seen.live.version
    with pytest.raises(Conflict, match="Another version was published"):
        pointers.move_pointer(stores.mongo, seen, seen.live, Act.PUBLISH, world.MINA, None)


def test_a_run_taken_for_dead_cannot_publish(stores: Any) -> None:
    run = world.stage(stores, world.begin(stores))
    Ledger(stores.mongo).finish(run.id, RunStatus.FAILED, "The run was killed.")
    with pytest.raises(Conflict, match="as abandoned"):
        job.publish(stores, run, world.ALL_COUNTS)
    assert live(stores) is None


def test_a_run_that_lost_its_lease_cannot_publish(stores: Any) -> None:
    def lost() -> None:
        raise Conflict("the lease is another's")

    run = world.stage(stores, world.begin(stores))
    with pytest.raises(Conflict, match="the lease is another's"):
        job.publish(stores, run, world.ALL_COUNTS, lost)
    assert live(stores) is None


def test_an_older_date_and_an_older_run_never_replace_what_is_newer(stores: Any) -> None:
    late = world.stage(stores, world.begin(stores))
    newer = world.publish_night(stores)
    with pytest.raises(job.PublicationBlocked, match="what is older never replaces it"):
        job.publish(stores, late, world.ALL_COUNTS)
    with pytest.raises(job.PublicationBlocked, match=f"of 2026-11-19 was not published: {newer.version}"):
        world.publish_night(stores, day=date(2026, 11, 19))
    assert live(stores) == newer.version


def test_the_next_night_does_not_undo_a_rollback_until_it_is_released(stores: Any) -> None:
    first, _ = world.publish_night(stores), world.publish_night(stores)
    rollback(stores, world.MINA, plan_rollback(stores))
    with pytest.raises(
        job.PublicationHeld, match=r"by a rollback of mina .because.*data publish .* --resume"
    ):
        world.publish_night(stores)
    assert live(stores) == first.version
    held = Ledger(stores.mongo).latest_runs(1)[0]
    assert held.status == RunStatus.BLOCKED
    assert release(stores.mongo, world.MINA) is True
    assert release(stores.mongo, world.MINA) is False
    after = world.publish_night(stores)
    assert live(stores) == after.version


def test_a_held_night_is_published_by_hand_with_resume_alone(stores: Any) -> None:
    world.publish_night(stores)
    hold(stores.mongo, world.MINA)
    with pytest.raises(job.PublicationHeld):
        world.publish_night(stores)
    held = Ledger(stores.mongo).latest_runs(1)[0]
    with pytest.raises(job.PublicationHeld, match="--resume"):
        job.publish_staged(stores, held.id, world.MINA)
    assert job.publish_staged(stores, held.version, world.MINA, resume=True).version == held.version
    assert job.publish_staged(stores, held.id, world.MINA).version == held.version
    assert pointers.read_pointer(stores.mongo).hold is None


def test_charts_of_one_job_go_live_beside_what_the_night_published(stores: Any) -> None:
    night, charts = world.publish_night(stores), world.stage_charts(stores)
    after = job.publish_staged(stores, charts.id, world.MINA)
    assert after.version_of(TRENDING) == after.version == charts.version
    assert {after.version_of(name) for name in (TOP_PICKS, SIMILAR, POPULAR, CATALOG)} == {night.version}
    assert after.index == index_name(night.version)
    assert live_version(stores.mongo) == after
    again = job.publish_staged(stores, world.stage_charts(stores).id, world.MINA)
    assert again.version_of(TOP_PICKS) == night.version


def test_charts_alone_are_no_first_publication(stores: Any) -> None:
    charts = world.stage_charts(stores)
    with pytest.raises(BadInput, match=r"brings no top_picks, .* run `marquee jobs run nightly` first"):
        job.publish_staged(stores, charts.id, world.MINA)
    assert live(stores) is None


def test_a_failed_run_is_never_published_by_hand(stores: Any) -> None:
    world.publish_night(stores)
    run = world.stage(stores, world.begin(stores))
    Ledger(stores.mongo).finish(run.id, RunStatus.FAILED, "killed")
    with pytest.raises(Conflict, match="is failed, so its data is not whole"):
        job.publish_staged(stores, run.id, world.MINA)


def test_every_act_stands_in_the_history_with_who_when_and_why(stores: Any) -> None:
    first, second = world.publish_night(stores), world.publish_night(stores)
    rollback(stores, world.MINA, plan_rollback(stores))
    acts = [(one.act, one.by, one.before, one.after) for one in latest_entries(stores.mongo, 9)]
    assert len(acts) == 3
    assert set(acts) == {
        ("publish", "nightly", None, first.version),
        ("publish", "nightly", first.version, second.version),
        ("rollback", "mina", second.version, first.version),
    }
    rolled_back = next(one for one in latest_entries(stores.mongo, 9) if one.act == Act.ROLLBACK)
    assert (rolled_back.at, rolled_back.why, rolled_back.run_id) == (world.NOW, "because", first.id)


def test_an_entry_that_a_crash_left_out_is_written_by_whoever_comes_next(stores: Any) -> None:
    run = world.publish_night(stores)
    stores.mongo[DATA_HISTORY].delete_many({})
    stores.mongo[RUNS].update_one({"_id": run.id}, {"$set": {"published": False}})
    settle(stores.mongo)
    assert [one.after for one in latest_entries(stores.mongo, 9)] == [run.version]
    assert Ledger(stores.mongo).get(run.id).published is True
