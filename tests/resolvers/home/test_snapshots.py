"""A page can be scrolled to its end as it was served, whatever is published or watched meanwhile, in any process.

Titles that are no longer eligible are withheld; for an expired page there is a new one, marked as such.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo import MongoClient
from redis import Redis

from bff.local_stack import StoreUrls
from domain import storage_names
from domain.catalog.documents import title_to_document
from domain.recommendations.documents import data_version_to_document
from domain.recommendations.lists import DataVersion
from domain.snapshots.keys import page_key
from search import indexing
from tests.domain.made import DAY, NOW
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.world import tid

pytestmark = pytest.mark.stores

HOME = """
query Home($profile: ID!, $snapshot: ID, $rows: Int!, $after: String, $cards: Int!) {
  home(profileId: $profile, device: {formFactor: TV}, snapshotId: $snapshot) {
    snapshotId snapshot { id state } generatedAt layout { version }
    rows(first: $rows, after: $after) {
      pageInfo { hasNextPage endCursor restarted } totalCount
      edges { cursor node {
        id title tracking { rowToken } cards(first: $cards) {
          edges { cursor node { cardId title { id name } reason { text } tracking { cardToken } } } }
      } }
    }
  }
}
"""
CARDS = """
query Cards($row: ID!, $snapshot: ID, $first: Int!, $after: String) {
  node(id: $row, snapshotId: $snapshot) { ... on Row { cards(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor restarted }
    edges { cursor node { cardId title { id name } reason { text } tracking { cardToken } } }
  } } }
}
"""
FINISH = """
mutation Finish($id: String!, $title: ID!) { eventsRecord(input: {profileId: "profile_ade", events: [
  {clientEventId: $id, type: COMPLETE, titleId: $title, occurredAt: "2026-11-22T19:59:00Z", positionSeconds: 7440,
   durationSeconds: 7440}]}) { ... on EventsRecorded { acceptedCount } } }
"""


async def home(face: Face, rows: int = 50, profile: str = "ade", **variables: Any) -> dict[str, Any]:
    now = variables.pop("now", NOW)
    variables = {"profile": f"profile_{profile}", "rows": rows, "cards": 50} | variables
    found: dict[str, Any] = (await face.data(HOME, face.context(now=now), **variables))["home"]
    return found


async def cards(face: Face, row: str, first: int, after: str | None, **variables: Any) -> dict[str, Any]:
    context = face.context(now=variables.pop("now", NOW))
    node = (await face.data(CARDS, context, row=row, first=first, after=after, **variables))["node"]
    found: dict[str, Any] = node["cards"]
    return found


def nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in connection["edges"]]


@dataclass(frozen=True)
class Changed:
    """A page from before new data was published and an event came in, and a process that knows only after."""

    before: dict[str, Any]
    after: Face


@pytest.fixture(scope="module")
async def changed(filled: StoreUrls, version: DataVersion) -> AsyncIterator[Changed]:
    async with opened(filled) as first:
        face = Face(first.ports)
        context = face.context()
        document = {"profile": "profile_ade", "rows": 50, "cards": 50}
        before = (await face.data(HOME, context, **document))["home"]
        await context.process.background.settle()
        await face.data(FINISH, id="finished-8", title="title_mv08")
    publish_other_data(filled, version)
    async with opened(filled) as second:
        yield Changed(before, Face(second.ports))
    with Elasticsearch(filled.elasticsearch_url) as elastic:
        elastic.indices.delete(index=other_version(version).index)


def other_version(version: DataVersion) -> DataVersion:
    return world.a_version(f"{version.version}-next")


def publish_other_data(urls: StoreUrls, version: DataVersion) -> None:
    """Other picks, other neighbours, no charts: every row of data changes."""
    following = other_version(version)
    lists = replace(
        world.LISTS,
        picks={"ade": world.numbers(20, 19, 18, 17, 16, 15)},
        similar={tid(1): world.numbers(5, 6, 7, 9, 10), tid(8): world.numbers(21, 22, 23)},
        trends={},
    )
    made = world.mongo_documents(following, lists, [], world.LAYOUT)
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        database = client.get_default_database()
        for collection in storage_names.VERSIONED:
            database[collection].insert_many(made[collection])
        pointer = data_version_to_document(following)
        database[storage_names.POINTERS].replace_one({"_id": storage_names.LIVE_POINTER}, pointer)
    with Elasticsearch(urls.elasticsearch_url) as elastic:
        indexing.build(
            elastic, following.index, (title_to_document(title) for title in world.TITLES.values())
        )


EXAMPLES = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def test_the_page_is_another_one_by_now(changed: Changed) -> None:
    """Else the tests below would show nothing."""
    now = await home(changed.after)
    assert now["snapshotId"] != changed.before["snapshotId"]
    assert [row["id"] for row in nodes(now["rows"])] != [row["id"] for row in nodes(changed.before["rows"])]


@EXAMPLES
@given(seen=st.integers(1, 9), size=st.integers(1, 9))
async def test_rows_go_on_as_they_were_from_anywhere_in_pages_of_any_size(
    changed: Changed, seen: int, size: int
) -> None:
    edges = changed.before["rows"]["edges"]
    collected, after = [], edges[seen - 1]["cursor"]
    more = True
    while more:
        rows = (await home(changed.after, size, after=after))["rows"]
        assert rows["pageInfo"]["restarted"] is False
        assert rows["totalCount"] == len(edges)
        collected += nodes(rows)
        after, more = rows["pageInfo"]["endCursor"], rows["pageInfo"]["hasNextPage"]
    assert collected == [edge["node"] for edge in edges[seen:]]


@EXAMPLES
@given(data=st.data(), size=st.integers(1, 6))
async def test_cards_go_on_as_they_were_even_in_a_row_that_is_gone(
    changed: Changed, data: st.DataObject, size: int
) -> None:
    row = data.draw(st.sampled_from(nodes(changed.before["rows"])), label="row")
    edges = row["cards"]["edges"]
    seen = data.draw(st.integers(1, len(edges)), label="seen")
    collected, after, more = [], edges[seen - 1]["cursor"], True
    while more:
        found = await cards(changed.after, row["id"], size, after, snapshot=changed.before["snapshotId"])
        collected += nodes(found)
        after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
    assert collected == [edge["node"] for edge in edges[seen:]]


async def test_a_row_that_is_still_there_goes_on_without_the_snapshot_being_named(changed: Changed) -> None:
    [row] = [row for row in nodes(changed.before["rows"]) if row["id"] == "row_ade~picks"]
    edges = row["cards"]["edges"]
    found = await cards(changed.after, row["id"], 50, edges[0]["cursor"])
    assert nodes(found) == [edge["node"] for edge in edges[1:]]


async def test_a_page_asked_for_by_its_id_is_shown_as_it_was(changed: Changed) -> None:
    again = await home(changed.after, snapshot=changed.before["snapshotId"])
    assert again.pop("snapshot") == {"id": changed.before["snapshotId"], "state": "REPLAYED"}
    assert again == {name: value for name, value in changed.before.items() if name != "snapshot"}
    assert changed.before["snapshot"] == {"id": changed.before["snapshotId"], "state": "CURRENT"}


async def test_what_may_no_longer_be_seen_is_withheld_and_moves_nothing(changed: Changed) -> None:
    """The licence of mv02, which the first row shows, ends in three days."""
    before = nodes(changed.before["rows"])
    assert "title_mv02" in json.dumps(before)
    again = nodes(
        (await home(changed.after, now=NOW + 4 * DAY, snapshot=changed.before["snapshotId"]))["rows"]
    )
    assert "title_mv02" not in json.dumps(again)
    shown = {card["cardId"] for row in again for card in nodes(row["cards"])}
    expected = {
        card["cardId"]
        for row in before
        for card in nodes(row["cards"])
        if card["title"]["id"] != "title_mv02"
    }
    assert shown == expected


async def test_another_accounts_page_looks_like_an_unknown_one(changed: Changed) -> None:
    own = await home(changed.after, profile="new")
    asked = await home(changed.after, profile="new", snapshot=changed.before["snapshotId"])
    assert asked["snapshot"] == {"id": own["snapshotId"], "state": "EXPIRED"}
    cursor = changed.before["rows"]["edges"][0]["cursor"]
    rows = (await home(changed.after, 2, profile="new", after=cursor))["rows"]
    assert rows["pageInfo"]["restarted"] is True
    assert nodes(rows) == nodes(own["rows"])[:2]


@pytest.mark.parametrize("snapshot", ["", "x", "*", "{page:}", "0" * 24, "0" * 25, "\u0000" * 24])
async def test_an_invalid_snapshot_id_counts_as_expired(changed: Changed, snapshot: str) -> None:
    found = await home(changed.after, snapshot=snapshot)
    assert found["snapshot"] == {"id": found["snapshotId"], "state": "EXPIRED"}


async def test_an_expired_page_is_replaced_by_the_current_one(changed: Changed, filled: StoreUrls) -> None:
    with Redis.from_url(filled.redis_url) as redis:
        assert redis.delete(page_key(changed.before["snapshotId"])) == 1
    row = next(row for row in nodes(changed.before["rows"]) if row["id"] == "row_ade~picks")
    async with opened(filled) as stores:
        face = Face(stores.ports)
        current = await home(face)
        asked = await home(face, 2, snapshot=changed.before["snapshotId"])
        assert asked["snapshot"] == {"id": current["snapshotId"], "state": "EXPIRED"}
        rows = (await home(face, 2, after=changed.before["rows"]["edges"][4]["cursor"]))["rows"]
        assert rows["pageInfo"]["restarted"] is True
        assert nodes(rows) == nodes(current["rows"])[:2]
        found = await cards(face, row["id"], 3, row["cards"]["edges"][2]["cursor"])
        assert found["pageInfo"]["restarted"] is True
        now = next(node for node in nodes(current["rows"]) if node["id"] == row["id"])
        assert nodes(found) == nodes(now["cards"])[:3]


async def test_a_cursor_works_at_once_in_another_process(filled: StoreUrls) -> None:
    """No waiting for the page to be written: the other process has patience."""
    async with opened(filled) as one, opened(filled) as other:
        before = await home(Face(one.ports), profile="kids")
        await Face(other.ports).data(FINISH.replace("ade", "kids"), id="kids-3", title="title_mv03")
        cursor = before["rows"]["edges"][0]["cursor"]
        again = await home(Face(other.ports), profile="kids", after=cursor)
        rows = again["rows"]
    assert again["snapshotId"] != before["snapshotId"]
    assert rows["pageInfo"]["restarted"] is False
    assert nodes(rows) == nodes(before["rows"])[1:]


async def test_without_redis_a_page_goes_on_in_the_process_that_served_it(filled: StoreUrls) -> None:
    async with opened(replace(filled, redis_url="redis://127.0.0.1:9/0")) as stores:
        face = Face(stores.ports)
        before = await home(face)
        await face.data(FINISH, id="finished-9", title="title_mv09")
        rows = (await home(face, after=before["rows"]["edges"][0]["cursor"]))["rows"]
        assert (await home(face))["snapshotId"] != before["snapshotId"]
    assert rows["pageInfo"]["restarted"] is False
    assert nodes(rows) == nodes(before["rows"])[1:]
