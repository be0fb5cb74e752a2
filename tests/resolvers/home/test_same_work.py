"""Two deliveries of one work are one card on a page, in search and in similar titles, and are watched together.

mv01 (watched) and mv09 come a second time as an EIDR id: with dots and a slash, through every store and token.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bff.local_stack import StoreUrls
from domain.ids import TitleId
from domain.layouts.request_context import PageRequest
from domain.recommendations.lists import DataVersion, PopularKey
from resolvers.home.compose import compose_page
from tests.domain.made import DE
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.world import numbers, tid

pytestmark = pytest.mark.stores

WATCHED = TitleId("10.5240/7791-8534-2C23-9030-8610-5")
FRESH = TitleId("10.5240/AAAA-8534-2C23-9030-8610-5")


def again(title_id: TitleId, number: int) -> dict[TitleId, object]:
    """The title of this number and its second delivery, each naming the other."""
    first = world.TITLES[tid(number)]
    return {
        first.id: replace(first, same_work=(title_id,)),
        title_id: replace(first, id=title_id, same_work=(first.id,)),
    }


TITLES = {**world.TITLES, **again(WATCHED, 1), **again(FRESH, 9)}
LISTS = replace(
    world.LISTS,
    popular={PopularKey(DE): [WATCHED, FRESH, *numbers(*range(1, 25))]},
    similar={tid(9): [FRESH, *numbers(10, 11, 12)], tid(3): [FRESH, *numbers(9, 10)]},
    picks={"ade": [WATCHED, FRESH, *numbers(9, 10, 11, 12, 13)]},
)


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    world.fill(corner, version, LISTS, titles=TITLES)  # type: ignore[arg-type]
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def test_a_page_has_one_card_of_a_work_and_none_of_a_work_that_was_watched(face: Face) -> None:
    page = (await compose_page(face.context(), world.ADE.id, PageRequest())).page
    rows = {row.candidates.name: [card.title.id for card in row.cards] for row in page.rows}
    assert FRESH in rows["picks"]
    assert [one for cards in rows.values() for one in cards].count(tid(9)) == 0
    assert WATCHED not in rows["picks"]


SEARCH = """query Search($text: String!) {
  searchTitles(profileId: "profile_ade", text: $text) { nodes { id name artwork(shape: POSTER) { url } } }
}"""
SIMILAR = """query Similar($id: ID!) { similar(titleId: $id, profileId: "profile_ade") { nodes { id } } }"""


async def test_search_and_similar_titles_have_a_work_once(face: Face) -> None:
    name = world.TITLES[tid(9)].name
    nodes = (await face.data(SEARCH, text=name))["searchTitles"]["nodes"]
    assert len([node for node in nodes if node["name"] == name]) == 1
    found = [node["id"] for node in (await face.data(SIMILAR, id=f"title_{tid(3)}"))["similar"]["nodes"]]
    assert found[:2] == [f"title_{FRESH}", f"title_{tid(10)}"]
    own = [node["id"] for node in (await face.data(SIMILAR, id=f"title_{FRESH}"))["similar"]["nodes"]]
    assert f"title_{tid(9)}" not in own


LIST_ADD = """mutation Add($id: ID!) {
  listAdd(input: {clientEventId: "add-1", profileId: "profile_ade", titleId: $id}) { __typename }
}"""
TITLE = """query One($id: ID!) {
  title(id: $id, profileId: "profile_ade") { id name artwork(shape: POSTER) { url } state { inList } }
}"""


async def test_an_eidr_id_is_an_id_through_api_stores_and_addresses(face: Face) -> None:
    title = (await face.data(TITLE, id=f"title_{FRESH}"))["title"]
    assert title["id"] == f"title_{FRESH}"
    assert "/art/poster/10.5240~AAAA-8534-2C23-9030-8610-5-" in title["artwork"]["url"]
    assert title["state"] == {"inList": False}
    await face.data(LIST_ADD, id=f"title_{FRESH}")
    assert (await face.data(TITLE, id=f"title_{FRESH}"))["title"]["state"] == {"inList": True}
    activity = (await face.stores.activities.activities([world.ADE.id]))[world.ADE.id]
    assert FRESH in activity.my_list()
