"""Experiments on served pages, in the real stores: arms, exposures once, none where nothing differs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from bff.stores.base.instrumentation import record_store_calls
from domain import storage_names
from domain.catalog.documents import title_to_document
from domain.experiments.counterfactuals import CounterfactualPage
from domain.experiments.exposures import pages_differ
from domain.ids import ProfileId
from domain.layouts.model import RowSpec
from domain.layouts.request_context import PageRequest
from domain.layouts.row_kinds import RowSource
from domain.page_cache.cached_page import PageCachePolicy
from domain.recommendations.lists import DataVersion
from resolvers.home.compose import compose_page, recompose_rows
from search import indexing
from tests.resolvers import world
from tests.resolvers.experiment_world import (
    FIRST,
    HALVES,
    HOME,
    an_experiment,
    decided,
    exposures,
    rows,
    served,
)

pytestmark = pytest.mark.stores


async def test_an_arm_changes_the_page_and_says_so(filled: StoreUrls, run: Callable[..., Any]) -> None:
    plain = rows(await served(await run({})))
    home = await served(await run({"order": [FIRST]}, an_experiment("order")))
    assert (rows(home)[0], plain[0]) == ("mine", "continue")
    assert home["experiments"] == [{"key": "order", "variant": "B", "forced": False}]
    assert decided(home) == {"mine": "order:B"}
    (exposure,) = exposures(filled)
    assert exposure["_id"] == "order:1:profile:ade"
    assert exposure["page_id"] == home["snapshotId"]
    assert (exposure["variant"], exposure["differs"], exposure["differs_from"]) == ("B", True, ["A"])
    assert (exposure["layout_version"], exposure["account_id"]) == (4, "home")


async def test_weights_and_sources_can_be_arms(filled: StoreUrls, run: Callable[..., Any]) -> None:
    patches = {
        "source": [{"set": {"chart": {"source": "trending", "options": {"window": "week"}}}}],
        "weights": [{"page": {"weights": {"taste": 2.0, "fatigue": 0.0}}}],
    }
    home = await served(await run(patches, an_experiment("source"), an_experiment("weights")))
    assert [arm["key"] for arm in home["experiments"]] == ["source", "weights"]
    assert decided(home)["chart"] == "source:B weights:B"
    assert decided(home)["picks"] == "weights:B"
    assert [one["experiment"] for one in exposures(filled)] == ["source", "weights"]
    assert exposures(filled)[0]["differs"] is True


async def test_the_control_is_exposed_where_another_variant_would_have_shown_more(
    filled: StoreUrls, run: Callable[..., Any]
) -> None:
    """The row that the control lacks is asked for behind the answer, and its calls are not the page's."""
    added = {"add": {"family": {"source": "genre", "min_cards": 1, "options": {"genre": "Family"}}}}
    control = {"A": {"weight": 1}, "B": {"weight": 0.000001}}
    face = await run({"more": [added]}, an_experiment("more", control))
    with record_store_calls() as noted:
        home = await served(face)
    (exposure,) = exposures(filled)
    assert home["experiments"] == [{"key": "more", "variant": "A", "forced": False}]
    assert (exposure["variant"], exposure["differs_from"]) == ("A", ["B"])
    assert noted.calls["elasticsearch.browse"] == 1
    assert "mongo.change_each" not in noted.calls


@pytest.mark.parametrize(
    "patch",
    [
        {"when": {"device": "mobile"}, **FIRST},
        {"when": {"kids": True}, **FIRST},
        {"set": {"picks": {"max_cards": 5}}},
    ],
    ids=["for other devices", "for other viewers", "what is so already"],
)
async def test_an_arm_that_could_not_matter_is_no_exposure(
    filled: StoreUrls, run: Callable[..., Any], patch: dict[str, Any]
) -> None:
    home = await served(await run({"order": [patch]}, an_experiment("order")))
    assert (home["experiments"], decided(home), exposures(filled)) == ([], {}, [])


async def test_an_arm_that_made_no_difference_to_this_viewer_is_noted_as_such(
    filled: StoreUrls, run: Callable[..., Any]
) -> None:
    """More room in a row that had room already."""
    home = await served(await run({"room": [{"set": {"mine": {"max_cards": 40}}}]}, an_experiment("room")))
    (exposure,) = exposures(filled)
    assert home["experiments"] == [{"key": "room", "variant": "B", "forced": False}]
    assert (exposure["differs"], exposure["differs_from"]) == (False, [])


async def test_many_pages_in_several_processes_are_one_exposure(
    filled: StoreUrls, run: Callable[..., Any], open_face: Any
) -> None:
    face = await run({"order": [FIRST]}, an_experiment("order"))
    first = await served(face)
    for _ in range(3):
        await served(face)
    async with open_face(filled) as other:
        await served(other)
    (exposure,) = exposures(filled)
    assert (exposure["page_id"], exposure["variants"]) == (first["snapshotId"], ["B"])


async def test_known_exposures_cost_a_page_nothing(filled: StoreUrls, run: Callable[..., Any]) -> None:
    face = await run({"order": [FIRST]}, an_experiment("order"))
    await served(face)
    context = face.context()
    face.process.page_cache_policy = PageCachePolicy(fresh_seconds=0)
    await face.data(HOME, context)
    assert len(context.after_response) == 1  # the check of the page's invariants, and nothing else


async def test_a_unit_that_was_exposed_keeps_its_variant_when_the_weights_change(
    filled: StoreUrls, run: Callable[..., Any], open_face: Any
) -> None:
    await served(await run({"order": [FIRST]}, an_experiment("order")))
    turned = {"A": {"weight": 1}, "B": {"weight": 0}}
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        experiments = client.get_default_database()[storage_names.EXPERIMENTS]
        experiments.update_one({"_id": "order"}, {"$set": {"variants": turned}})
        async with open_face(filled) as later:
            assert (await served(later))["experiments"] == [{"key": "order", "variant": "B", "forced": False}]
        experiments.update_one({"_id": "order"}, {"$set": {"phase": 2}})
        async with open_face(filled) as restarted:
            home = await served(restarted)
    assert rows(home)[0] != "mine"
    assert [one["_id"] for one in exposures(filled)] == ["order:1:profile:ade"]


async def test_held_out_accounts_take_part_in_nothing(filled: StoreUrls, run: Callable[..., Any]) -> None:
    home = await served(await run({"order": [FIRST]}, an_experiment("order"), holdout=1.0))
    assert (home["experiments"], exposures(filled)) == ([], [])


async def test_another_nights_data_is_an_arm_until_it_is_swept(
    filled: StoreUrls, run: Callable[..., Any], version: DataVersion
) -> None:
    night = world.a_version(f"{version.version}-b")
    two = {"A": {"weight": 0.000001}, "B": {"weight": 1, "data_version": night.version}}
    with (
        Elasticsearch(filled.elasticsearch_url) as elastic,
        MongoClient[dict[str, Any]](filled.mongo_url) as client,
    ):
        titles = (title_to_document(title) for title in world.TITLES.values())
        indexing.build(elastic, night.index, titles)
        database = client.get_default_database()
        picks = [world.a_pick(world.tid(number)) for number in (13, 12, 11, 10)]
        document = {
            "profile_id": "ade",
            "items": picks,
            "genres": [],
            "version": night.version,
            "computed_at": 0,
        }
        database[storage_names.TOP_PICKS].insert_one({"_id": f"{night.version}:ade", **document})
        ledger = {
            "version": night.version,
            "logical_date": "2026-11-21",
            "status": "succeeded",
            "started_at": 0,
        }
        database[storage_names.RUNS].insert_one(
            {"_id": "run-b", "published": False, "swept": False, **ledger}
        )
        try:
            home = await served(await run({}, an_experiment("night", two)))
            (exposure,) = exposures(filled)
            database[storage_names.RUNS].update_one({"_id": "run-b"}, {"$set": {"swept": True}})
            swept = await served(await run({}, an_experiment("night", two)))
        finally:
            elastic.indices.delete(index=night.index)
    assert home["experiments"] == [{"key": "night", "variant": "B", "forced": False}]
    assert {row["tracking"]["modelVersion"] for row in home["rows"]["nodes"]} == {night.version}
    assert set(decided(home).values()) == {"night:B"}
    assert (exposure["data_version"], exposure["differs_from"]) == (night.version, ["A"])
    assert (swept["experiments"], exposures(filled)) == ([], [])
    assert {row["tracking"]["modelVersion"] for row in swept["rows"]["nodes"]} == {version.version}


@pytest.mark.parametrize("profile", ["ade", "kids", "new"])
async def test_the_same_variant_composed_again_shows_the_same_page(
    run: Callable[..., Any], profile: str
) -> None:
    """Else every viewer would seem to have seen a difference."""
    face = await run({})
    context = face.context()
    made = await compose_page(context, ProfileId(profile), PageRequest())
    again = await recompose_rows(context, made, CounterfactualPage("A", made.layout))
    assert len(made.page.rows) >= 3
    assert not pages_differ(made.page.rows, again)


async def test_experiments_cost_no_store_call_of_their_own(run: Callable[..., Any]) -> None:
    many = [an_experiment(f"x{number}", layer="", variants=HALVES) for number in range(12)]
    face = await run({f"x{number}": [FIRST] for number in range(12)}, *many)
    await served(face)
    with record_store_calls() as with_many:
        await face.data(HOME)
    face = await run({})
    await served(face)
    with record_store_calls() as without:
        await face.data(HOME)
    assert with_many.calls == without.calls


def test_the_layout_used_here_has_the_rows_that_are_moved() -> None:
    assert RowSpec("mine", RowSource.MY_LIST, min_cards=1) in world.LAYOUT.rows
