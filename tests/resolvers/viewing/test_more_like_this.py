"""Similar titles: co-watching with enough support, content similarity without, blended in between."""

from __future__ import annotations

import pytest

from tests.resolvers.conftest import Face
from tests.resolvers.world import TITLES, numbers

pytestmark = pytest.mark.stores

SIMILAR = """query Similar($id: ID!) { similar(titleId: $id, profileId: "profile_ade") { nodes { id } } }"""


async def like(face: Face, title: str) -> list[str]:
    data = await face.data(SIMILAR, id=f"title_{title}")
    return [node["id"].removeprefix("title_") for node in data["similar"]["nodes"]]


async def test_an_unwatched_title_has_neighbours_of_its_genre(face: Face) -> None:
    found = await like(face, "mv09")
    assert sorted(found) == numbers(1, 5, 13)
    assert {genre for one in found for genre in TITLES[one].genres} == {"Comedy"}  # type: ignore[index]


async def test_what_people_watched_leads_and_likeness_fills_up(face: Face) -> None:
    found = await like(face, "mv01")
    assert found[:6] == numbers(8, 14, 15, 16, 17, 18)
    assert sorted(found[6:]) == numbers(5, 9, 13)


async def test_a_title_of_a_genre_without_a_list_has_what_was_watched_and_no_more(face: Face) -> None:
    assert await like(face, "mv03") == numbers(14, 19, 20, 21, 22)
