"""Rows ranked for their viewer: what it likes comes up, what it disliked drags its like down, tasks stay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.ids import AccountId, ProfileId, TitleId
from domain.layouts.model import Layout, RowSpec, RowStyle, Weights
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion, TrendKey, TrendWindow
from domain.viewers.activity import Activity, Rating
from domain.viewers.profiles import Account
from tests.domain.made import DAY, DE, HOUR, NOW, a_watch
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.world import numbers, tid

pytestmark = pytest.mark.stores

TASTE = Weights(taste=1.0, trending=0, newness=0, context=0, fatigue=0, dislike=1.0)
LAYOUT = Layout(
    "home",
    4,
    (
        RowSpec("chart", RowSource.TRENDING, RowStyle.NUMBERED, max_cards=4, options={"window": "day"}),
        RowSpec("week", RowSource.TRENDING, min_cards=2, max_cards=8, options={"window": "week"}),
    ),
    NOW - DAY,
    weights=TASTE,
)
LISTS = world.Lists(
    similar={tid(3): numbers(12, 13)},
    trends={
        TrendKey(DE, TrendWindow.DAY): numbers(5, 6, 7, 8),
        TrendKey(DE, TrendWindow.WEEK): numbers(9, 10, 11, 12, 13, 14, 15, 16),
    },
)
HOME = AccountId("ranked")


def person(name: str, activity: Activity) -> Any:
    profile = replace(world.ADE, id=ProfileId(name), account_id=HOME, name=name, persona=None)
    return Account(HOME, DE, "standard", world.SINCE), profile, replace(activity, profile_id=profile.id)


# Genres of the world go round: number % 4 is Drama, Comedy, Crime, Family.
COMEDIES = Activity(
    ProfileId("x"),
    1,
    watched={tid(number): a_watch(HOUR * number, 7440, 7440, done=True) for number in (1, 17, 21)},
)
HATES_THREE = Activity(ProfileId("x"), 1, rated={tid(3): Rating(NOW - DAY, -1.0)})
PEOPLE = [person("fan", COMEDIES), person("hater", HATES_THREE), person("blank", Activity(ProfileId("x"), 1))]


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    world.fill(corner, version, LISTS, PEOPLE, LAYOUT)
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def rows_of(face: Face, profile: str) -> dict[str, list[str]]:
    document = """query Home($id: ID!) { home(profileId: $id, device: {formFactor: TV}) {
      rows { nodes { id cards { nodes { title { id } } } } } } }"""
    context = face.context(account=HOME)
    home = (await face.data(document, context, id=f"profile_{profile}"))["home"]
    return {
        row["id"].split("~")[1]: [
            card["title"]["id"].removeprefix("title_") for card in row["cards"]["nodes"]
        ]
        for row in home["rows"]["nodes"]
    }


async def test_what_a_profile_likes_comes_up_and_a_chart_stays_a_chart(face: Face) -> None:
    rows = await rows_of(face, "fan")
    assert rows["chart"] == numbers(5, 6, 7, 8)
    assert rows["week"][:2] == numbers(9, 13)
    assert sorted(rows["week"]) == sorted(numbers(*range(9, 17)))


async def test_what_resembles_a_disliked_title_sinks(face: Face) -> None:
    rows = await rows_of(face, "hater")
    assert set(rows["week"][-2:]) == set(numbers(12, 13))
    assert TitleId("mv03") not in rows["week"]


async def test_an_unknown_profile_gets_popular_titles(face: Face) -> None:
    rows = await rows_of(face, "blank")
    assert rows["week"] == numbers(*range(9, 17))
