"""Experiments as designers handle them, in the real stores: started from a draft in one step, stopped, shipped."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from bff.stores.mongo.experiments import MAX_AGE_SECONDS, ExperimentStore
from bff.stores.mongo.viewers_and_lists import MongoStore
from bff.stores.open_stores import open_stores
from domain.errors import BadInput, Conflict, NotFound
from domain.experiments.model import ExperimentStatus, Holdout
from domain.layouts.versions import Draft, LayoutVersion
from domain.serialization import Document
from resolvers.publishing.experiment_admin import load_experiment_admin
from resolvers.publishing.experiment_lifecycle import Actor, ExperimentRequest, set_holdout, start, stop
from resolvers.runtime.stores import Stores
from tests.domain.made import HOUR, NOW
from tests.domain.made_layouts import a_document, a_layout_version

pytestmark = pytest.mark.stores

MINA = Actor("mina", NOW, "what is new sells")
FIRST = ["trending", "continue", "picks", "because", "new"]
MOVED = {"move": {"trending": {"to": 1}}}


@pytest.fixture
async def stores(stack: StoreUrls, mongo_database: str) -> AsyncIterator[Stores]:
    opened = open_stores(StoreUrls(mongo_database, stack.elasticsearch_url, stack.redis_url))
    await opened.ports.layout_admin.publish(a_layout_version(a_document()), 0)
    yield opened.ports
    await opened.close()


async def draft(stores: Stores, name: str = "bold", base: int = 1, **changes: Any) -> None:
    document = a_document(**changes) if changes else a_document(order=FIRST)
    await stores.layout_admin.save_draft(Draft(name, document, base, NOW, "mina"))


async def live(stores: Stores) -> LayoutVersion:
    return (await stores.layout_admin.live_versions())["home"]


async def known(stores: Stores, key: str = "row-order") -> Document:
    return dict((await stores.experiment_admin.documents())[key])


async def test_a_draft_becomes_an_arm_in_one_step(stores: Stores) -> None:
    await draft(stores)
    settings = {"layer": "rows", "segments": {"from": 0, "to": 0.5}, "hypothesis": "News first."}
    started = await start(stores, ExperimentRequest("row-order", "bold", settings=settings), MINA)
    assert (started.patch, started.layout_version, started.findings) == (MOVED, 2, ())
    live_version = await live(stores)
    assert (live_version.number, live_version.published_by) == (2, "mina")
    assert live_version.reason == "Variant B of experiment row-order: what is new sells"
    assert live_version.document == a_document(
        variants={"row-order": {"weights": {"A": 0.5, "B": 0.5}, "B": [MOVED]}}
    )
    assert await known(stores) == {
        "_id": "row-order",
        "revision": 2,
        "experiment": "row-order",
        "status": "running",
        "layout": "home",
        "layer": "rows",
        "segments": {"from": 0, "to": 0.5},
        "hypothesis": "News first.",
        "variants": {"A": {"weight": 0.5}, "B": {"weight": 0.5}},
        "notes": [
            {
                "at": "2026-11-22T20:00:00.000Z",
                "by": "mina",
                "what": "started phase 1",
                "why": "what is new sells",
            }
        ],
    }
    book = await stores.experiments.live_experiments()
    assert list(book.by_key) == ["row-order"]


async def test_a_second_draft_joins_as_another_variant(stores: Stores) -> None:
    await draft(stores)
    await start(stores, ExperimentRequest("row-order", "bold"), MINA)
    await stop(stores, "row-order", MINA)
    await draft(
        stores,
        "bolder",
        base=2,
        order=["new", *FIRST[:-1]],
        variants=(await live(stores)).document["variants"],
    )
    started = await start(stores, ExperimentRequest("row-order", "bolder", variant="C", share=0.2), MINA)
    assert started.experiment.phase == 2
    assert {one.key: one.weight for one in started.experiment.variants} == {"A": 0.4, "B": 0.4, "C": 0.2}
    assert (await live(stores)).document["variants"]["row-order"]["weights"] == {"A": 0.4, "B": 0.4, "C": 0.2}


async def test_what_was_published_since_the_draft_was_begun_stays(stores: Stores) -> None:
    await draft(stores)
    newer = a_document()
    newer["rows"]["picks"]["max_cards"] = 12
    await stores.layout_admin.publish(replace(a_layout_version(newer, 2), id="newer"), 1)
    started = await start(stores, ExperimentRequest("row-order", "bold"), MINA)
    assert started.patch == MOVED
    assert (await live(stores)).document["rows"]["picks"]["max_cards"] == 12


async def test_a_stopped_experiment_assigns_no_unit_and_a_restart_is_another_phase(stores: Stores) -> None:
    await draft(stores)
    await start(stores, ExperimentRequest("row-order", "bold"), MINA)
    assert await stop(stores, "row-order", replace(MINA, at=NOW + HOUR)) is None
    assert (await known(stores))["status"] == "stopped"
    assert (await live(stores)).number == 2
    again = await start(stores, ExperimentRequest("row-order"), MINA)
    assert (again.experiment.phase, again.patch, again.layout_version) == (2, None, None)
    notes = (await known(stores))["notes"]
    assert [note["what"] for note in notes] == ["started phase 1", "stopped", "started phase 2"]


async def test_a_variant_ships_as_the_layout_of_all_viewers(stores: Stores) -> None:
    await draft(stores)
    await start(stores, ExperimentRequest("row-order", "bold"), MINA)
    assert await stop(stores, "row-order", MINA, ship="B") == 3
    live_version = await live(stores)
    assert live_version.document == a_document(order=FIRST)
    assert live_version.reason == "Experiment row-order ships B: what is new sells"
    assert (await known(stores))["notes"][-1]["what"] == "stopped, B ships"


async def test_what_a_layout_declares_can_be_stopped_and_ships_its_conditions(stores: Stores) -> None:
    on_tv = {"when": {"device": "tv"}, **MOVED}
    variants = {"declared": {"weights": {"A": 1, "B": 1}, "B": [on_tv, {"remove": ["new"]}]}}
    await stores.layout_admin.publish(a_layout_version(a_document(variants=variants), 2), 1)
    assert (await load_experiment_admin(stores)).experiments.by_key[
        "declared"
    ].status == ExperimentStatus.RUNNING
    await stop(stores, "declared", MINA, ship="B")
    document = (await live(stores)).document
    assert document["overrides"] == [on_tv]
    assert "new" not in document["rows"]
    assert "variants" not in document
    assert (await known(stores, "declared"))["status"] == "stopped"


async def test_starting_twice_and_racing_are_conflicts(stores: Stores) -> None:
    await draft(stores)
    outcomes = await asyncio.gather(
        *(start(stores, ExperimentRequest("row-order", "bold"), MINA) for _ in range(3)),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [type(outcome) for outcome in refused] == [Conflict, Conflict]
    with pytest.raises(Conflict, match="is running, in phase 1"):
        await start(stores, ExperimentRequest("row-order", "bold"), MINA)
    assert (await live(stores)).number == 2
    assert (await known(stores))["status"] == "running"


@pytest.mark.parametrize(
    ("plan", "error", "message"),
    [
        (ExperimentRequest("x", "bald"), NotFound, "There is no draft 'bald'. Did you mean 'bold'?"),
        (ExperimentRequest("x", "same"), BadInput, "changes nothing of version 1 of layout 'home'"),
        (ExperimentRequest("x", "bold", settings={"coverge": 1}), BadInput, "Did you mean 'coverage'?"),
        (ExperimentRequest("x"), NotFound, "A new one needs a draft or variants."),
        (
            ExperimentRequest("x", settings={"variants": {"A": {"weight": 1}, "B": {"weight": 1}}}),
            BadInput,
            "cannot give a result: variant 'B' changes nothing",
        ),
        (ExperimentRequest("x", "targets"), BadInput, "this draft also changes targets"),
        (ExperimentRequest("x", "stranger"), NotFound, "Layout 'kids' is not live"),
    ],
)
async def test_what_cannot_run_is_refused_and_nothing_is_written(
    stores: Stores, plan: ExperimentRequest, error: type[Exception], message: str
) -> None:
    await draft(stores)
    await draft(stores, "same", order=a_document()["order"])
    await draft(stores, "targets", targets={"devices": ["tv"]})
    await draft(stores, "stranger", layout="kids")
    with pytest.raises(error, match=re.escape(message)):
        await start(stores, plan, MINA)
    assert await stores.experiment_admin.documents() == {}
    assert (await live(stores)).number == 1


async def test_experiments_that_would_meet_are_refused(stores: Stores) -> None:
    await draft(stores)
    await draft(stores, "quiet", order=list(reversed(FIRST)))
    settings = {"layer": "rows", "segments": {"from": 0, "to": 0.6}}
    await start(stores, ExperimentRequest("one", "bold", settings=settings), MINA)
    await draft(stores, "quiet", base=2, order=FIRST, variants=(await live(stores)).document["variants"])
    with pytest.raises(BadInput, match="its segments of layer 'rows' overlap those of 'two'"):
        await start(stores, ExperimentRequest("two", "quiet", settings=settings), MINA)
    assert list(await stores.experiment_admin.documents()) == ["one"]


async def test_stopping_or_shipping_what_is_not_there_is_refused(stores: Stores) -> None:
    await draft(stores)
    await start(stores, ExperimentRequest("row-order", "bold"), MINA)
    with pytest.raises(NotFound, match=r"There is no experiment 'row-ordr'\. Did you mean 'row-order'"):
        await stop(stores, "row-ordr", MINA)
    with pytest.raises(BadInput, match="has no variant 'C'; it has A, B"):
        await stop(stores, "row-order", MINA, ship="C")
    assert (await known(stores))["status"] == "running"


async def test_the_holdout_can_be_read_grown_and_assigned_again(stores: Stores) -> None:
    assert await set_holdout(stores, None, reassign=False) == {"share": 0.01, "phase": 1}
    assert await stores.experiment_admin.documents() == {}
    assert await set_holdout(stores, 0.05, reassign=False) == {"share": 0.05, "phase": 1}
    assert await set_holdout(stores, None, reassign=True) == {"share": 0.05, "phase": 2}
    assert (await stores.experiments.live_experiments()).holdout == Holdout(0.05, 2)


async def test_pages_see_a_change_within_seconds_and_go_on_while_the_store_is_down(
    mongo_database: str,
) -> None:
    mongo, time = MongoStore(mongo_database), [0.0]
    store = ExperimentStore(mongo.database, lambda: time[0])
    document = {"experiment": "x", "status": "running", "variants": {"A": {"weight": 1}, "B": {"weight": 1}}}
    assert (await store.live_experiments()).by_key == {}
    assert await store.save("x", document, 0)
    assert not await store.save("x", document, 0)
    assert not await store.save("x", document, 7)
    assert (await store.live_experiments()).by_key == {}
    time[0] = MAX_AGE_SECONDS
    assert list((await store.live_experiments()).by_key) == ["x"]
    with MongoClient[dict[str, Any]](mongo_database) as client:
        client.get_default_database()["experiments"].insert_one({"_id": "rotten", "experiment": "rotten"})
    time[0] = 2 * MAX_AGE_SECONDS
    assert list((await store.live_experiments()).by_key) == ["x"]
    mongo.close()


async def test_without_the_store_from_the_start_there_are_no_experiments() -> None:
    dark = MongoStore("mongodb://127.0.0.1:9/marquee?directConnection=true")
    book = await ExperimentStore(dark.database).live_experiments()
    assert (dict(book.by_key), book.holdout) == ({}, Holdout())
    dark.close()
