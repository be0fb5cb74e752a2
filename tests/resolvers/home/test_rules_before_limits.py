"""A row with a filter rule is filled from every title that matches, not from those that its source reads first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bff.local_stack import StoreUrls
from domain.catalog.titles import LicenceWindow as Licence
from domain.ids import GLOBAL, AccountId, ProfileId, TitleId
from domain.layouts.model import Layout, RowSpec, SourceShare, Weights
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion, TrendKey, TrendWindow
from domain.viewers.activity import Activity, Listing
from domain.viewers.profiles import Account
from tests.domain.made import DAY, DE, NOW, a_title, a_watch
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened

pytestmark = pytest.mark.stores

MANY = 300
FRENCH = [f"x{number:03}" for number in range(MANY - 12, MANY)]
"""The oldest and least popular twelve."""

RULE = "language = fr"
DRAMA, WEEK = {"genre": "Drama"}, {"window": "week"}
OWN = SourceShare(RowSource.MY_LIST, 0.5, 0.1, {})
LAYOUT = Layout(
    "home",
    6,
    (
        RowSpec("new", RowSource.NEW_RELEASES, min_cards=4, max_cards=6, filter=RULE, repeats=True),
        RowSpec("drama", RowSource.GENRE, min_cards=4, max_cards=6, options=DRAMA, filter=RULE, repeats=True),
        RowSpec("week", RowSource.TRENDING, min_cards=4, max_cards=6, options=WEEK, filter=RULE, repeats=True),
        RowSpec("list", RowSource.MY_LIST, min_cards=3, max_cards=3),
        RowSpec("mixed", RowSource.EDITORIAL, min_cards=3, max_cards=4, options={"titles": "x060"}, mix=(OWN,)),
        RowSpec("late", RowSource.NEW_RELEASES, min_cards=4, max_cards=6, repeats=True),
    ),
    NOW - DAY,
    weights=Weights(base=1, taste=0, trending=0, newness=0, context=0, fatigue=0, dislike=0),
)  # fmt: skip


def a_catalogue() -> dict[TitleId, object]:
    return {
        title.id: title
        for number in range(MANY)
        if (
            title := a_title(
                f"x{number:03}",
                name=f"Number {number}",
                genres=("Drama",),
                language="fr" if number >= MANY - 12 else "en",
                popularity=1 - number / 1000,
                launched_at=NOW - (10 + number) * DAY,
                windows=(Licence((DE,), NOW - 900 * DAY, NOW - DAY if number < 40 else None),),
            )
        )
    }


def ids(*numbers: int) -> list[TitleId]:
    return [TitleId(f"x{number:03}") for number in numbers]


def a_person(name: str, **activity: object) -> tuple[Account, object, Activity]:
    profile = replace(world.ADE, id=ProfileId(name), account_id=AccountId(name), persona=None)
    return Account(AccountId(name), DE, "standard", world.SINCE), profile, Activity(profile.id, 1, **activity)


PEOPLE = [
    a_person("anew"),
    a_person("heavy", watched={one: a_watch(9 * DAY, 7440, 7440, done=True) for one in ids(*range(40, 280))}),
    # The last forty that were added left the catalogue since.
    a_person(
        "lister",
        listed={
            one: Listing(NOW - place * DAY, True)
            for place, one in enumerate(ids(*range(40), *range(50, 55)), 1)
        },
    ),
]
LISTS = world.Lists(
    trends={TrendKey(GLOBAL, TrendWindow.WEEK): [*ids(*range(40, 90)), *map(TitleId, FRENCH[:6])]},
)
PAGE = """query Page($profile: ID!) { home(profileId: $profile, device: {formFactor: TV}) { rows { nodes { id title
  cards(first: 40) { nodes { title { id } } } } } } }"""


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    world.fill(corner, version, LISTS, PEOPLE, LAYOUT, a_catalogue())
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def rows(face: Face, name: str) -> dict[str, list[str]]:
    data = await face.data(PAGE, face.context(AccountId(name)), profile=f"profile_{name}")
    return {
        row["id"].split("~")[1]: [
            card["title"]["id"].removeprefix("title_") for card in row["cards"]["nodes"]
        ]
        for row in data["home"]["rows"]["nodes"]
    }


async def test_rows_of_the_index_hold_the_first_titles_that_match(face: Face) -> None:
    found = await rows(face, "anew")
    assert found["new"] == FRENCH[:6]
    assert found["drama"] == FRENCH[:6]


async def test_a_list_of_the_night_is_read_to_its_end(face: Face) -> None:
    assert (await rows(face, "anew"))["week"] == FRENCH[:6]


async def test_who_has_watched_hundreds_gets_what_is_left(face: Face) -> None:
    """240 of the newest 260 are watched: the query asks for as many more."""
    found = await rows(face, "heavy")
    assert found["late"] == ids(*range(280, 286))
    assert found["new"] == FRENCH[:6]


async def test_a_list_whose_first_titles_may_not_be_shown_is_read_on(face: Face) -> None:
    assert (await rows(face, "lister"))["list"] == ids(50, 51, 52)


async def test_a_portion_whose_first_titles_may_not_be_shown_is_read_on(face: Face) -> None:
    """50 to 52 are in the list above."""
    assert (await rows(face, "lister"))["mixed"] == ids(60, 53, 54)
