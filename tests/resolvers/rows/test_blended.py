"""A row of two sources: places by share whatever scores say, each card knows its source, and none is a must."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.ids import AccountId, ProfileId
from domain.layouts.model import Layout, RowSpec, SourceShare, Weights
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion, PopularKey, TrendKey, TrendWindow
from domain.signed_tokens import unseal
from domain.viewers.activity import Activity
from domain.viewers.profiles import Account
from tests.domain.made import DAY, DE, NOW
from tests.resolvers import world
from tests.resolvers.conftest import NOWHERE, SECRET, Face, opened
from tests.resolvers.world import numbers

pytestmark = pytest.mark.stores

TREND = SourceShare(RowSource.TRENDING, 0.34, 0.1, {"window": "week"})
LAYOUT = Layout(
    "home",
    4,
    (RowSpec("mixed", RowSource.TOP_PICKS, min_cards=1, max_cards=6, mix=(TREND,), repeats=True),),
    NOW - DAY,
    weights=Weights(base=1, taste=0, trending=0, newness=0, context=0, fatigue=0, dislike=0),
)
LISTS = world.Lists(
    popular={PopularKey(DE): numbers(*range(1, 9))},
    trends={TrendKey(DE, TrendWindow.WEEK): numbers(8, 9, 10, 11, 12)},
)
HOME = AccountId("mixed")
PERSON = (
    Account(HOME, DE, "standard", world.SINCE),
    replace(world.ADE, id=ProfileId("mixed"), account_id=HOME, persona=None),
    Activity(ProfileId("mixed"), 1),
)
PAGE = """{ home(profileId: "profile_mixed", device: {formFactor: TV}) { rows { nodes { id
  cards(first: 40) { nodes { title { id } tracking { cardToken } } } } } } }"""


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    world.fill(corner, version, LISTS, [PERSON], LAYOUT)
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def cards(face: Face) -> list[tuple[str, Any]]:
    home = (await face.data(PAGE, face.context(HOME)))["home"]
    (row,) = (row for row in home["rows"]["nodes"] if row["id"].endswith("~mixed"))
    return [
        (
            card["title"]["id"].removeprefix("title_"),
            unseal(SECRET, "tracking", card["tracking"]["cardToken"])[5],
        )
        for card in row["cards"]["nodes"]
    ]


async def test_a_third_of_the_row_comes_from_the_portion_though_it_scores_a_tenth(face: Face) -> None:
    """The eighth title is popular and trends: it has both sources and counts for both."""
    row = await cards(face)
    assert [title for title, _ in row] == numbers(1, 2, 3, 4, 8, 9)
    assert {source for _, source in row[:4]} == {"popular"}
    assert dict(row)["mv09"] == "trending:DE:week"


async def test_a_portion_that_is_down_leaves_its_places_to_the_others(filled: StoreUrls) -> None:
    async with opened(replace(filled, redis_url=NOWHERE.redis_url)) as stores:
        row = await cards(Face(stores.ports))
    assert [title for title, _ in row] == numbers(1, 2, 3, 4, 5, 6)
