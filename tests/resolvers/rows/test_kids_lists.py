"""Kids see the charts and popular lists of what kids watch, under names that say so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bff.local_stack import StoreUrls
from domain.ids import GLOBAL, AccountId, ProfileId
from domain.layouts.model import Layout, RowSpec, RowStyle, Weights
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion, ListAudience, PopularKey, TrendKey, TrendWindow
from domain.viewers.activity import Activity
from domain.viewers.profiles import Account
from tests.domain.made import DAY, DE, NOW, US
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.world import numbers

pytestmark = pytest.mark.stores

KIDS = ListAudience.KIDS
LAYOUT = Layout(
    "home",
    5,
    (
        RowSpec("chart", RowSource.TRENDING, RowStyle.NUMBERED, min_cards=2, max_cards=3),
        RowSpec("picks", RowSource.TOP_PICKS, min_cards=2, max_cards=3, repeats=True),
        RowSpec(
            "week", RowSource.TRENDING, min_cards=2, max_cards=3, options={"window": "week"}, repeats=True
        ),
    ),
    NOW - DAY,
    weights=Weights(base=1, taste=0, trending=0, newness=0, context=0, fatigue=0, dislike=0),
)
LISTS = world.Lists(
    popular={
        PopularKey(US): numbers(8, 7, 6),
        PopularKey(DE): numbers(1, 2, 3, 5),
        PopularKey(DE, audience=KIDS): numbers(5, 3, 2, 1),
    },
    trends={
        TrendKey(US, TrendWindow.DAY): numbers(7, 6, 5),
        TrendKey(DE, TrendWindow.DAY): numbers(1, 2, 3, 5),
        TrendKey(DE, TrendWindow.DAY, audience=KIDS): numbers(6, 7, 8),
        TrendKey(DE, TrendWindow.WEEK, audience=KIDS): numbers(1),
        TrendKey(GLOBAL, TrendWindow.WEEK, audience=KIDS): numbers(2, 3, 4),
    },
)


def a_person(name: str, region: str = DE, **facts: object) -> tuple[Account, object, Activity]:
    profile = replace(world.ADE, id=ProfileId(name), account_id=AccountId(name), persona=None, **facts)
    account = Account(AccountId(name), region, "standard", world.SINCE)
    return account, profile, Activity(ProfileId(name), 1)


PEOPLE = [
    a_person("grown"),
    a_person("kid", kids=True, maturity_limit=10),
    a_person("seven", maturity_limit=7),
    a_person("abroad", US, kids=True),
]
PAGE = """query Page($profile: ID!) { home(profileId: $profile, device: {formFactor: TV}) { rows { nodes { id title
  cards(first: 40) { nodes { title { id } } } } } } }"""


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    world.fill(corner, version, LISTS, PEOPLE, LAYOUT)
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def rows(face: Face, name: str) -> dict[str, tuple[str, str]]:
    """Title and cards by row."""
    data = await face.data(PAGE, face.context(AccountId(name)), profile=f"profile_{name}")
    return {
        row["id"].rpartition("~")[2]: (
            row["title"],
            " ".join(card["title"]["id"].removeprefix("title_") for card in row["cards"]["nodes"]),
        )
        for row in data["home"]["rows"]["nodes"]
    }


@pytest.mark.parametrize("name", ["kid", "seven"])
async def test_kids_and_low_limits_get_the_lists_of_kids(face: Face, name: str) -> None:
    found = await rows(face, name)
    assert found["chart"] == ("Top 3 with Kids in Germany Today", "mv06 mv07 mv08")
    assert found["picks"] == ("Popular with Kids in Germany", "mv05 mv03 mv02")


async def test_other_profiles_get_the_lists_of_all(face: Face) -> None:
    found = await rows(face, "grown")
    assert found["chart"] == ("Top 3 in Germany Today", "mv01 mv02 mv03")
    assert found["picks"] == ("Popular in Germany", "mv01 mv02 mv03")


async def test_a_short_list_of_a_region_is_replaced_by_kids_everywhere(face: Face) -> None:
    found = await rows(face, "kid")
    assert found["week"] == ("Trending with Kids Everywhere This Week", "mv02 mv03 mv04")


async def test_a_version_without_lists_of_kids_shows_those_of_all_under_their_name(face: Face) -> None:
    """The United States have none here, as in every version of an older build."""
    found = await rows(face, "abroad")
    assert found["chart"] == ("Top 3 in the United States Today", "mv07 mv06 mv05")
    assert found["picks"] == ("Popular in the United States", "mv08 mv07 mv06")
