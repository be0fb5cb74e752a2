"""What a profile did with a title is one node, the same on cards, details, search, episodes and in mutations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.domain.made import NOW
from tests.resolvers.conftest import Face
from tests.resolvers.event_mutations import change

pytestmark = pytest.mark.stores

STATE = """
fragment S on TitleState {
  id inList rating watched progress { positionSeconds percent } resume { kind }
  nextEpisode { id seasonNumber episodeNumber } title { name }
}
"""
DETAILS = (
    "query ($id: ID!, $profile: ID!) { title(id: $id, profileId: $profile) { id state { ...S }"
    " ... on Series { seasons { totalCount nodes { number label episodeCount } }"
    " episodes(season: 2) { nodes { id state { id progress { percent } watched } } } } } }" + STATE
)
NODE = "query ($id: ID!) { node(id: $id) { ...S ... on Title { state { ...S } } } }" + STATE
CARDS = """
{ home(profileId: "profile_ade", device: {formFactor: TV}) { rows(first: 20) { nodes { cards { nodes {
  userState { inList rating watched } progress { percent }
  title { state { id inList rating watched progress { percent } } }
} } } } } }
"""
RATE = (
    """mutation ($input: TitleRateInput!) { titleRate(input: $input) {
  ... on EventsRecorded { states { ...S } } } }"""
    + STATE
)


async def details(face: Face, title: str, profile: str = "ade") -> Any:
    return (await face.data(DETAILS, id=f"title_{title}", profile=f"profile_{profile}"))["title"]


def a_state(title: str, name: str, **facts: Any) -> dict[str, Any]:
    nothing = {"inList": False, "rating": None, "watched": False, "progress": None, "resume": None}
    return {"id": f"state_ade~{title}", **nothing, "nextEpisode": None, "title": {"name": name}, **facts}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("mv01", a_state("mv01", "Amber Harbour", watched=True)),
        (
            "mv02",
            a_state(
                "mv02",
                "Silent Harbour",
                progress={"positionSeconds": 3720, "percent": 50},
                resume={"kind": "CONTINUE"},
            ),
        ),
        ("mv03", a_state("mv03", "Hollow Harbour", rating=1.0)),
        ("mv05", a_state("mv05", "Copper Harbour", inList=True)),
        (
            "sa",
            a_state(
                "sa",
                "Tidewater",
                resume={"kind": "NEXT"},
                nextEpisode={"id": "title_sa-2-1", "seasonNumber": 2, "episodeNumber": 1},
            ),
        ),
        (
            "sb",
            a_state(
                "sb", "Nightwire", nextEpisode={"id": "title_sb-1-1", "seasonNumber": 1, "episodeNumber": 1}
            ),
        ),
        ("sa-1-2", a_state("sa-1-2", "Tidewater Part 12", watched=True)),
    ],
    ids=["watched", "begun", "liked", "listed", "next up", "series not begun", "episode"],
)
async def test_the_state_of_a_title(face: Face, title: str, expected: dict[str, Any]) -> None:
    assert (await details(face, title))["state"] == expected
    again = await face.data(NODE, id=f"state_ade~{title}")
    assert again["node"] == expected, "the node is the same wherever it is asked for"


async def test_a_series_lists_its_seasons_and_the_state_of_each_episode(face: Face) -> None:
    found = await details(face, "sa")
    assert found["seasons"] == {
        "totalCount": 2,
        "nodes": [
            {"number": 1, "label": "Season 1", "episodeCount": 3},
            {"number": 2, "label": "Season 2", "episodeCount": 3},
        ],
    }
    assert found["episodes"]["nodes"] == [
        {
            "id": f"title_sa-2-{number}",
            "state": {"id": f"state_ade~sa-2-{number}", "progress": None, "watched": False},
        }
        for number in (1, 2, 3)
    ]


async def test_cards_say_what_their_titles_state_says(face: Face) -> None:
    home = (await face.data(CARDS))["home"]
    cards = [card for row in home["rows"]["nodes"] for card in row["cards"]["nodes"]]
    states = [card["title"]["state"] for card in cards]
    assert len(cards) > 20
    assert [card["userState"] for card in cards] == [
        {key: state[key] for key in ("inList", "rating", "watched")} for state in states
    ]
    assert [card["progress"] for card in cards] == [state["progress"] for state in states]


@pytest.mark.parametrize(
    "id",
    [
        "state_kids~mv18",
        "state_kids~sb",
        "state_kids~sb-1-1",
        "state_ade~us01",
        "state_ade~ex01",
        "state_ade~mv99",
    ],
)
async def test_a_withheld_title_has_no_state(face: Face, id: str) -> None:
    assert (await face.data(NODE, id=id))["node"] is None


async def test_a_profile_of_another_account_has_no_states(face: Face) -> None:
    result = await face.ask(NODE, id="state_other~mv02")
    assert result.data == {"node": None}
    assert [error.message for error in result.errors or ()] == ["There is no such profile."]


async def test_an_id_without_a_title_is_refused(face: Face) -> None:
    result = await face.ask(NODE, id="state_ade")
    assert [error.message for error in result.errors or ()] == [
        "Expected the id of a state, such as state_profile~title."
    ]


async def test_without_a_profile_a_title_has_no_state(face: Face) -> None:
    assert (await face.data(NODE, id="title_mv01"))["node"] == {"state": None}


async def test_a_mutation_returns_the_state_that_it_made(face: Face) -> None:
    for minute, (verdict, rating) in enumerate((("LIKE", 1.0), ("DISLIKE", -1.0), ("NONE", None))):
        context = face.context(now=NOW + timedelta(minutes=minute))
        said = change("mv09", profileId="profile_ade", verdict=verdict)
        answer = await face.data(RATE, context, input=said)
        [state] = answer["titleRate"]["states"]
        assert (state["id"], state["rating"]) == ("state_ade~mv09", rating)
