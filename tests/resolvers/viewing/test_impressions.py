"""Impressions through the API: recorded once per title and row, from any device."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain.signed_tokens import seal
from domain.viewers.impressions import SPAN_DAYS, day_number
from tests.domain.made import NOW
from tests.resolvers.conftest import SECRET, Face

pytestmark = pytest.mark.stores

PAGE = """
{ home(profileId: "profile_new", device: {formFactor: TV}) {
  snapshotId
  rows(first: 20) { nodes { id cards(first: 3) { nodes { title { id } tracking { cardToken } } } } }
} }
"""
RECORD = """
mutation Record($input: EventsRecordInput!) {
  done: eventsRecord(input: $input) {
    ... on EventsRecorded {
      acceptedCount duplicateCount rejected { position code message } changedRows(device: {formFactor: TV}) { id }
    }
  }
}
"""
SPAN, TODAY = divmod(day_number(NOW), SPAN_DAYS)


@pytest.fixture(autouse=True)
def _new_again(filled: StoreUrls) -> None:
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        database = client.get_default_database()
        database["activity"].delete_one({"_id": "new"})
        database["events"].delete_many({"profile_id": "new"})


def shown(urls: StoreUrls) -> Any:
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        found = client.get_default_database()["activity"].find_one({"_id": "new"})
    return (found or {}).get("shown")


def seen(name: str, title: str, token: str) -> dict[str, Any]:
    return {"clientEventId": name, "type": "IMPRESSION", "titleId": title, "trackingToken": token}


def a_token(row: str, title: str, source: str) -> str:
    return seal(SECRET, "tracking", "snap", row, "1", "0", title, source)


async def record(face: Face, *events: dict[str, Any]) -> dict[str, Any]:
    answer = await face.data(RECORD, input={"profileId": "profile_new", "events": list(events)})
    done: dict[str, Any] = answer["done"]
    return done


async def test_a_page_that_was_seen_is_remembered_and_stays_as_it_is(
    face: Face, open_face: Any, filled: StoreUrls
) -> None:
    """A page must not change while it is viewed, so impressions count from the next day on."""
    home = (await face.data(PAGE))["home"]
    row = home["rows"]["nodes"][0]
    cards = row["cards"]["nodes"]
    events = [
        seen(f"e{n}", card["title"]["id"], card["tracking"]["cardToken"]) for n, card in enumerate(cards)
    ]
    assert await record(face, *events) == {
        "acceptedCount": 3,
        "duplicateCount": 0,
        "rejected": [],
        "changedRows": [],
    }
    name = row["id"].split("~")[1]
    expected = {f"~{name}", *(card["title"]["id"].removeprefix("title_") for card in cards)}
    assert {key.partition("~6")[0] for key in shown(filled)[str(SPAN)]} == expected
    async with open_face(filled) as other_device:
        again = await record(other_device, *events)
        assert (again["acceptedCount"], again["duplicateCount"]) == (3, 3)
        assert (await other_device.data(PAGE))["home"] == home
    assert set(shown(filled)[str(SPAN)].values()) == {1 << TODAY}


async def test_a_series_is_remembered_with_its_episodes_and_a_task_by_its_row(
    face: Face, filled: StoreUrls
) -> None:
    await record(
        face,
        seen("e1", "title_sa", a_token("popular", "sa", "popular")),
        seen("e2", "title_mv05", a_token("mine", "mv05", "my_list")),
    )
    bit = 1 << TODAY
    assert shown(filled) == {str(SPAN): {"~popular": bit, "sa~6": bit, "~mine": bit}}


async def test_refused_without_the_token_of_that_very_card(face: Face, filled: StoreUrls) -> None:
    other = a_token("popular", "mv05", "popular")
    row = seal(SECRET, "tracking", "snap", "popular", "1")
    answer = await record(face, seen("e1", "title_mv04", other), seen("e2", "title_mv04", row))
    assert answer["acceptedCount"] == 0
    assert [bad["message"] for bad in answer["rejected"]] == [
        "trackingToken: it is of a card of title_mv05, and titleId is title_mv04. Send both of the card that "
        "was seen.",
        "trackingToken: needed for an impression; send the token of the card that was seen.",
    ]
    assert shown(filled) is None


async def test_a_document_grows_only_so_far(face: Face, filled: StoreUrls) -> None:
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        full = {str(SPAN): {f"x{number}": 1 for number in range(2000)}}
        client.get_default_database()["activity"].insert_one({"_id": "new", "revision": 1, "shown": full})
    answer = await record(face, seen("e1", "title_mv04", a_token("popular", "mv04", "popular")))
    assert [bad["message"] for bad in answer["rejected"]] == [
        "type: 2000 titles were seen in four weeks, which is as many as count. Send no further ones."
    ]
    assert shown(filled) == full
