"""The watched filter on whole pages: ten thousand watches, rows that are exempt, a share of a row's own."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain.ids import ProfileId, TitleId
from domain.layouts.model import Layout, RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion
from domain.viewers.activity import Activity
from domain.viewers.documents import activity_to_document
from tests.domain.made import DAY, HOUR, NOW, a_watch
from tests.resolvers import world
from tests.resolvers.conftest import Face
from tests.resolvers.world import tid

pytestmark = pytest.mark.stores

PAGE = """{ home(profileId: "profile_new", device: {formFactor: TV}) { degradations { what } rows(first: 20) {
  nodes { id kind cards(first: 40) { nodes { title { id } } } } } } }"""
EVERYTHING = 40
LAYOUT = Layout(
    "home",
    3,
    (
        RowSpec("chart", RowSource.TRENDING, RowStyle.NUMBERED, min_cards=1, max_cards=4, repeats=True),
        RowSpec("fresh", RowSource.NEW_RELEASES, min_cards=1, max_cards=EVERYTHING, repeats=True),
        RowSpec(
            "half", RowSource.NEW_RELEASES, min_cards=1, max_cards=EVERYTHING, repeats=True,
            options={"watched_from": 60},
        ),
        RowSpec("again", RowSource.WATCH_AGAIN, min_cards=1, max_cards=EVERYTHING, repeats=True),
    ),
    NOW - DAY,
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    """The world, and a profile that has watched ten thousand titles: half of mv01..mv12 in full, half to 50 %."""
    long_gone = {
        TitleId(f"gone-{number}"): a_watch(300 * DAY + number * HOUR, 2700, done=True)
        for number in range(9_988)
    }
    known = {
        tid(number): a_watch(200 * DAY, 7440 if number % 2 else 3720, 7440, done=number % 2 == 1)
        for number in range(1, 13)
    }
    world.fill(corner, version, layout=LAYOUT)
    with MongoClient[dict[str, Any]](corner.mongo_url) as client:
        activity = Activity(ProfileId("new"), 1, watched={**long_gone, **known})
        client.get_default_database()["activity"].insert_one(activity_to_document(activity))
    return corner


async def test_of_ten_thousand_watches_none_is_proposed_again_but_where_it_should_be(face: Face) -> None:
    home = (await face.data(PAGE))["home"]
    rows = {
        row["id"].split("~")[1]: {
            card["title"]["id"].removeprefix("title_") for card in row["cards"]["nodes"]
        }
        for row in home["rows"]["nodes"]
    }
    assert home["degradations"] == []
    watched = {tid(number) for number in range(1, 13)}
    finished = {tid(number) for number in range(1, 13, 2)}
    assert rows["fresh"] & watched == set()
    assert {tid(number) for number in range(13, 25)} <= rows["fresh"]
    assert rows["half"] & watched == watched - finished
    assert rows["again"] == finished
    assert rows["chart"] & watched == {tid(4), tid(1)}
