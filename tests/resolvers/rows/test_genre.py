"""Genre rows: the genre's picks of the nightly run for this profile, then its most watched titles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion
from tests.resolvers import world
from tests.resolvers.world import tid

pytestmark = pytest.mark.stores

LAYOUT = replace(
    world.LAYOUT,
    rows=(RowSpec("crime", RowSource.GENRE, min_cards=1, max_cards=5, options={"genre": "Crime"}),),
)
CRIME, DRAMA = 1, 2
"""As a pick says it: ade's genres are Crime and Drama."""

PICKS = [
    [tid(23), 0.9, "similar", tid(3), DRAMA],
    [tid(22), 0.8, "similar", tid(3), CRIME],
    [tid(18), 0.7, "popular", None, CRIME],
    [tid(20), 0.6, "similar", tid(3), DRAMA],
]
TASTE = [[tid(14), 3.1, "similar", tid(3), CRIME | DRAMA]]
HOME = """
query ($id: ID!) { home(profileId: $id, device: {formFactor: TV}) { rows(first: 1) { nodes {
  title subtitle cards { nodes { title { name } reason { text } } }
} } } }
"""


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    world.fill(
        corner, version, replace(world.LISTS, picks={"ade": PICKS}, taste={"ade": TASTE}), layout=LAYOUT
    )
    return corner


async def test_own_picks_of_the_genre_and_the_next_best_by_taste_come_first_and_say_why(face: Any) -> None:
    row = (await face.data(HOME, id="profile_ade"))["home"]["rows"]["nodes"][0]
    assert (row["title"], row["subtitle"]) == ("Crime", "What you may like, then the most watched")
    cards = [(card["title"]["name"], (card["reason"] or {}).get("text")) for card in row["cards"]["nodes"]]
    because = "Because you liked Hollow Harbour"
    assert cards == [
        (world.NAMES[21], because),
        (world.NAMES[13], because),
        # By popularity; the first of all is left out, because ade is in the middle of it.
        ("Nameless Almanac", None),
        (world.NAMES[5], None),
        (world.NAMES[9], None),
    ]


async def test_a_new_profile_sees_what_is_most_watched(face: Any) -> None:
    row = (await face.data(HOME, id="profile_new"))["home"]["rows"]["nodes"][0]
    assert row["subtitle"] == "The most watched of this genre"
    assert [card["title"]["name"] for card in row["cards"]["nodes"]][:3] == [
        world.NAMES[1],
        "Nameless Almanac",
        world.NAMES[5],
    ]
