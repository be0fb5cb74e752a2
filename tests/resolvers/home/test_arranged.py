"""Rows as editors ask for them, through the face: pins, boosts, quotas, caps, exploration, and fatigue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.ids import AccountId, ProfileId
from domain.layouts.model import Boost, Caps, Exploration, Layout, Pin, Quota, RowSpec, Weights
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion, TrendKey, TrendWindow
from domain.viewers.activity import Activity
from domain.viewers.impressions import add_impressions
from domain.viewers.profiles import Account
from tests.domain.made import DAY, DE, HOUR, NOW
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.world import numbers, tid

pytestmark = pytest.mark.stores

SOON = NOW + DAY


def a_row(name: str, **changes: Any) -> RowSpec:
    options = {"window": "week"}
    return RowSpec(
        name, RowSource.TRENDING, min_cards=1, max_cards=6, options=options, repeats=True, **changes
    )


# Genres of the world go round: number % 4 is Drama, Comedy, Crime, Family.
LAYOUT = Layout(
    "home",
    4,
    (
        a_row("plain"),
        a_row("pinned", pins=(Pin(tid(24), 2, SOON), Pin(tid(14), 1, SOON), Pin(tid(23), 3, NOW))),
        a_row("boosted", boosts=(Boost("genre = Family", 1.0, SOON), Boost("genre = Comedy", -1.0, SOON))),
        a_row("quota", quotas=(Quota("genre = Family", 0.5),)),
        a_row("capped", caps=Caps(genre_share=0.34)),
        a_row("explored", exploration=Exploration(0.17, 3)),
    ),
    NOW - DAY,
    weights=Weights(base=1, taste=0, trending=0, newness=0, context=0, fatigue=1, dislike=0),
)
LISTS = world.Lists(trends={TrendKey(DE, TrendWindow.WEEK): numbers(*range(1, 17))})
HOME = AccountId("arranged")


def person(name: str, activity: Activity) -> Any:
    profile = replace(world.ADE, id=ProfileId(name), account_id=HOME, name=name, persona=None)
    return Account(HOME, DE, "standard", world.SINCE), profile, replace(activity, profile_id=profile.id)


def tired_of_the_first() -> Activity:
    memory: dict[int, dict[str, int]] = {}
    for age in range(1, 20):
        add_impressions(memory, [tid(1)], NOW - age * DAY)
    return Activity(ProfileId("x"), 1, impressions=memory)


PEOPLE = [person("fresh", Activity(ProfileId("x"), 1)), person("tired", tired_of_the_first())]


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    little_known = {title_id: replace(title, popularity=0.1) for title_id, title in world.TITLES.items()}
    world.fill(corner, version, LISTS, PEOPLE, LAYOUT, little_known)
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def rows_of(face: Face, profile: str = "fresh", now: datetime = NOW) -> dict[str, list[str]]:
    document = """query Home($id: ID!) { home(profileId: $id, device: {formFactor: TV}) {
      rows(first: 20) { nodes { id cards(first: 40) { nodes { title { id } } } } } } }"""
    home = (await face.data(document, face.context(HOME, now), id=f"profile_{profile}"))["home"]
    return {
        row["id"].split("~")[1]: [
            card["title"]["id"].removeprefix("title_") for card in row["cards"]["nodes"]
        ]
        for row in home["rows"]["nodes"]
    }


async def test_pins_stand_where_they_were_put_until_they_end(face: Face) -> None:
    rows = await rows_of(face)
    assert rows["plain"] == numbers(1, 2, 3, 4, 5, 6)
    assert rows["pinned"] == numbers(14, 24, 1, 2, 3, 4)
    assert (await rows_of(face, now=SOON))["pinned"] == numbers(1, 2, 3, 4, 5, 6)


async def test_boosts_and_quotas_speak_of_rules(face: Face) -> None:
    rows = await rows_of(face)
    assert rows["boosted"] == numbers(3, 7, 11, 15, 2, 4)
    assert rows["quota"] == numbers(1, 2, 3, 4, 7, 11)


async def test_a_capped_row_is_no_more_than_a_third_of_one_genre(face: Face) -> None:
    genres = [int(name[2:]) % 4 for name in (await rows_of(face))["capped"]]
    assert len(genres) == 6
    assert max(genres.count(genre) for genre in genres) == 2


async def test_explored_titles_stay_all_day_and_change_the_next(face: Face) -> None:
    start = NOW.replace(hour=0)
    days = [(await rows_of(face, now=start + hours * HOUR))["explored"] for hours in (0, 11, 23)]
    assert days[0] == days[1] == days[2]
    assert days[0][:2] == numbers(1, 2)
    others = [(await rows_of(face, now=start + day * DAY))["explored"] for day in range(-4, 4)]
    assert len({tuple(row) for row in others}) > 4
    assert all(row[:2] == numbers(1, 2) for row in others)


async def test_what_was_seen_for_weeks_and_never_played_moves_back(face: Face) -> None:
    assert (await rows_of(face, "fresh"))["plain"][0] == tid(1)
    assert tid(1) not in (await rows_of(face, "tired"))["plain"]
