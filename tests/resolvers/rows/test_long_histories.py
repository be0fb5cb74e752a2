"""Rows of a viewer's own lists are full, however much of a long history has nothing left to show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bff.local_stack import StoreUrls
from domain.ids import AccountId, ProfileId, TitleId
from domain.layouts.model import Layout, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion
from domain.viewers.activity import Activity, Listing
from domain.viewers.profiles import Account
from tests.domain.made import DAY, DE, HOUR, NOW, a_watch
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.world import numbers

pytestmark = pytest.mark.stores

LAYOUT = Layout(
    "home",
    4,
    (
        RowSpec("continue", RowSource.CONTINUE_WATCHING, min_cards=1, max_cards=3),
        RowSpec("list", RowSource.MY_LIST, min_cards=1, max_cards=3),
    ),
    NOW - DAY,
)
SEEN_TO_THE_END = {
    TitleId(f"gone{one}-1-1"): a_watch(one * HOUR, 2700, series=f"gone{one}", done=True)
    for one in range(1, 30)
}
WITHDRAWN = {TitleId(f"film{one}"): a_watch(one * HOUR, 1800, 5400) for one in range(1, 30)}
BEFORE = {
    TitleId("sa-1-2"): a_watch(40 * HOUR, 2700, series="sa", done=True),
    TitleId("mv05"): a_watch(41 * HOUR, 1800, 7440),
}
LISTED = [*(f"gone{one}" for one in range(20)), *numbers(7, 8, 9, 10)]
LISTINGS = {TitleId(one): Listing(NOW - number * HOUR, True) for number, one in enumerate(LISTED, start=1)}
HISTORIES = {"ended": {**SEEN_TO_THE_END, **BEFORE}, "withdrawn": {**WITHDRAWN, **BEFORE}}
PAGE = """query ($id: ID!) { home(profileId: $id, device: {formFactor: TV}) { rows { nodes { id
  cards(first: 40) { nodes { title { id } resume { kind } } } } } } }"""


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    people = [
        (
            Account(AccountId(name), DE, "standard", world.SINCE),
            replace(world.ADE, id=ProfileId(name), account_id=AccountId(name), persona=None),
            Activity(ProfileId(name), 1, watched=history, listed=LISTINGS),
        )
        for name, history in HISTORIES.items()
    ]
    world.fill(corner, version, world.Lists(), people, LAYOUT)
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def cards(face: Face, name: str, row: str) -> list[str]:
    home = (await face.data(PAGE, face.context(AccountId(name)), id=f"profile_{name}"))["home"]
    (found,) = (one for one in home["rows"]["nodes"] if one["id"].endswith(f"~{row}"))
    return [card["title"]["id"].removeprefix("title_") for card in found["cards"]["nodes"]]


@pytest.mark.parametrize("name", HISTORIES)
async def test_what_was_begun_before_many_shows_without_a_next_episode_is_continued(
    face: Face, name: str
) -> None:
    assert await cards(face, name, "continue") == ["sa-1-3", "mv05"]


async def test_my_list_is_full_behind_titles_that_were_withdrawn(face: Face) -> None:
    assert await cards(face, "ended", "list") == numbers(7, 8, 9)
