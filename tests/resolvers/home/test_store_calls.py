"""The number of store calls of a page is the same whatever its rows and cards, and each is known by name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from bff.stores.base.instrumentation import record_store_calls
from domain.layouts.model import Layout, RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource
from domain.layouts.versions import layout_to_record
from domain.page_cache.cached_page import PageCachePolicy
from tests.resolvers import world
from tests.resolvers.conftest import as_it_runs

pytestmark = pytest.mark.stores

HOME = """
query Home($rows: Int!, $cards: Int!) {
  home(profileId: "profile_ade", device: {formFactor: TV}) { degradations { what } rows(first: $rows) { nodes {
    title reason { pivots { title { name } } }
    cards(first: $cards) { nodes { title { name } artwork { url } reason { text } resume { label } } }
  } } }
}
"""
CALLS = {
    "mongo.profiles": 1,
    "mongo.accounts": 1,
    "mongo.activity": 1,
    "mongo.layouts": 1,
    "mongo.pointers": 1,
    "mongo.experiments": 1,
    "mongo.top_picks": 1,
    "mongo.similar_titles": 1,
    "mongo.episodes": 1,
    "redis.trends": 1,
    "redis.warm_page": 1,
    "elasticsearch.browse": 1,
    "elasticsearch.titles": 1,
    "mongo.title_facts": 1,
}
KEPT = {
    "mongo.pointers",
    "mongo.experiments",
    "mongo.layouts",
    "elasticsearch.browse",
    "elasticsearch.titles",
    "mongo.title_facts",
}
"""What a process knows: the live version, the experiments and layouts, and browse lists and titles in memory."""


def a_layout(cards: int, repeat: int) -> Layout:
    """The four dearest kinds of row, or three times as many rows."""
    kinds = (RowSource.CONTINUE_WATCHING, RowSource.BECAUSE_YOU_WATCHED, RowSource.TRENDING, RowSource.GENRE)
    specs = [
        RowSpec(
            f"{kind.value}-{turn}", kind, RowStyle.SHELF, min_cards=1, max_cards=cards, options={"rows": 1}
        )
        for turn in range(repeat)
        for kind in kinds
    ]
    specs.append(RowSpec("picks", RowSource.TOP_PICKS, min_cards=1, max_cards=cards))
    return replace(world.LAYOUT, rows=tuple(specs))


def publish(url: str, layout: Layout) -> None:
    with MongoClient[dict[str, Any]](url) as client:
        client.get_default_database()["layouts"].replace_one(
            {"_id": "home"}, layout_to_record(replace(layout, budget_ms=world.PATIENT_MS))
        )


@pytest.mark.parametrize(
    ("layout", "rows", "cards"),
    [(a_layout(5, 1), 4, 5), (a_layout(40, 3), 12, 40), (world.LAYOUT, 20, 40)],
    ids=["4 rows x 5 cards", "12 rows x 40 cards", "the world's layout"],
)
async def test_calls_do_not_grow_with_rows_or_cards(
    filled: StoreUrls, layout: Layout, rows: int, cards: int
) -> None:
    publish(filled.mongo_url, layout)
    async with as_it_runs(filled) as face:
        with record_store_calls() as cold:
            home = (await face.data(HOME, rows=rows, cards=cards))["home"]
        await face.process.background.settle()
        with record_store_calls() as warm:
            again = (await face.data(HOME, rows=rows, cards=cards))["home"]
        face.process.page_cache_policy = PageCachePolicy(fresh_seconds=0)
        with record_store_calls() as anew:
            await face.data(HOME, rows=rows, cards=cards)
    assert home["degradations"] == []
    assert len(home["rows"]["nodes"]) >= 4
    assert again == home
    assert dict(cold.calls) == CALLS
    assert dict(warm.calls) == {"redis.warm_page": 1}
    assert dict(anew.calls) == {name: 1 for name in CALLS if name not in {*KEPT, "redis.warm_page"}} | {
        "redis.changes": 1
    }


async def test_a_new_profile_asks_for_what_is_popular_and_for_no_history(filled: StoreUrls) -> None:
    publish(filled.mongo_url, world.LAYOUT)
    async with as_it_runs(filled) as face:
        with record_store_calls() as noted:
            await face.data(HOME.replace("profile_ade", "profile_new"), rows=20, cards=40)
    without = {"mongo.similar_titles", "mongo.episodes"}
    assert dict(noted.calls) == {name: 1 for name in CALLS if name not in without} | {
        "mongo.popular_titles": 1
    }


async def test_two_pages_in_one_request_share_their_calls(filled: StoreUrls) -> None:
    publish(filled.mongo_url, replace(world.LAYOUT, version=4))
    page = 'home(profileId: "profile_ade", device: {formFactor: TV}) { rows { nodes { title } } }'
    async with as_it_runs(filled) as face:
        with record_store_calls() as noted:
            await face.data(f"{{ one: {page} two: {page} }}")
    assert dict(noted.calls) == CALLS | {"redis.warm_page": 2}


async def test_a_batch_of_events_costs_as_many_calls_as_one(filled: StoreUrls, open_face: Any) -> None:
    """The first event of a profile makes its record, and looks up whether the profile has departed."""
    document = """mutation Record($input: EventsRecordInput!) {
      eventsRecord(input: $input) { ... on EventsRecorded { acceptedCount } } }"""
    counts = []
    async with open_face(filled) as face:
        for size in (2, 1, 30):
            events = [
                {
                    "clientEventId": f"{size}-{number}",
                    "type": "LIKE",
                    "titleId": f"title_mv{1 + number % 24:02}",
                }
                for number in range(size)
            ]
            with record_store_calls() as noted:
                await face.data(document, input={"profileId": "profile_new", "events": events})
            counts.append({name: count for name, count in noted.calls.items() if name != "mongo.pointers"})
    assert counts[0] == counts[1] | {"mongo.departures": 1, "mongo.record": 2}
    assert counts[1] == counts[2] == {
        "mongo.profiles": 1,
        "mongo.accounts": 1,
        "mongo.activity": 1,
        "elasticsearch.titles": 1,
        "mongo.title_facts": 1,
        "redis.changes": 1,
        "mongo.keep": 1,
        "mongo.record": 1,
        "redis.move_stamp": 1,
    }  # fmt: skip
