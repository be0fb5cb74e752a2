"""Genre rows: the genre's picks of the nightly run for this profile, then its most watched titles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.ids import ProfileId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion
from tests.batch.list_scene import SIMPLE, Scene
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
FAN = replace(world.ADE, id=ProfileId("fan"), name="Fan")
TASTE = [[tid(14), 3.1, "similar", tid(3), CRIME | DRAMA]]
HOME = """
query ($id: ID!) { home(profileId: $id, device: {formFactor: TV}) { rows(first: 1) { nodes {
  title subtitle cards { nodes { title { name } reason { text } } }
} } } }
"""


def document_of_the_night() -> dict[str, Any]:
    """Popularity takes all picks of the fan; what is of the profile's kind is left to its taste."""
    scene = Scene()
    scene.title(tid(3), genres=["Crime"])
    scene.title(*(f"hit{number}" for number in range(50)), genres=["Comedy"])
    scene.title(tid(14), tid(22), genres=["Crime"])
    scene.viewer(FAN.id)
    scene.watched(FAN.id, tid(3))
    for number in range(50):
        scene.viewer(f"p{number}")
        scene.watched(f"p{number}", f"hit{number}")
    scene.similar = [(tid(3), tid(14), 0.4), (tid(3), tid(22), 0.8)]
    return scene.documents(replace(SIMPLE, popular=100.0))[FAN.id]


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    written = document_of_the_night()
    assert (len(written["items"]), written["genres"][0]) == (50, "Crime")
    lists = replace(
        world.LISTS,
        picks={"ade": PICKS, FAN.id: written["items"]},
        taste={"ade": TASTE, FAN.id: written["taste"]},
    )
    people = [(world.ACCOUNTS[0], FAN, replace(world.ACTIVITY[0], profile_id=FAN.id))]
    world.fill(corner, version, lists, people, layout=LAYOUT)
    return corner


async def test_what_the_night_wrote_behind_the_picks_leads_the_row(face: Any) -> None:
    row = (await face.data(HOME, id=f"profile_{FAN.id}"))["home"]["rows"]["nodes"][0]
    names = [card["title"]["name"] for card in row["cards"]["nodes"]]
    assert names[:2] == [world.NAMES[21], world.NAMES[13]]
    assert row["subtitle"] == "What you may like, then the most watched"


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
