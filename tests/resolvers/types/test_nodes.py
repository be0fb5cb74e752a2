"""Everything with an id can be refetched; an ineligible title looks like an unknown one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from strawberry.types import ExecutionResult

from domain.errors import MarqueeError
from domain.ids import TitleId
from domain.ports.stores import SearchQuery
from resolvers.schema import schema
from tests.resolvers.conftest import Face
from tests.resolvers.home.test_paging import refused

pytestmark = pytest.mark.stores

NODE = """
query Node($id: ID!, $profile: ID) { node(id: $id, profileId: $profile) {
  __typename id
  ... on Title { name } ... on Profile { name kids maturityLimit }
  ... on Row { title } ... on Home { layout { version } }
  ... on Episode { seriesId seriesName seasonNumber episodeNumber } ... on Series { seasonCount episodeCount }
} }
"""
NO_ID = "This is not an id of this API. Use ids as the API returned them."


async def node(face: Face, id: str, profile: str | None = "ade") -> Any:
    return (await face.data(NODE, id=id, profile=profile and f"profile_{profile}"))["node"]


@pytest.mark.parametrize(
    "expected",
    [
        {"__typename": "Movie", "id": "title_mv18", "name": "Velvet Signal"},
        {
            "__typename": "Series",
            "id": "title_sa",
            "name": "Tidewater",
            "seasonCount": 2,
            "episodeCount": 6,
        },
        {
            "__typename": "Episode",
            "id": "title_sa-2-3",
            "name": "Tidewater Part 23",
            "seriesId": "title_sa",
            "seriesName": "Tidewater",
            "seasonNumber": 2,
            "episodeNumber": 3,
        },
        {"__typename": "Profile", "id": "profile_kids", "name": "Kids", "kids": True, "maturityLimit": 7},
        {"__typename": "Home", "id": "home_ade", "layout": {"version": 3}},
        {"__typename": "Row", "id": "row_ade~chart", "title": "Top 4 in Germany Today"},
        {"__typename": "Row", "id": "row_ade~because~sa", "title": "Because you watched Tidewater"},
    ],
    ids=lambda expected: expected["id"],
)
async def test_every_kind_of_node(face: Face, expected: dict[str, Any]) -> None:
    assert await node(face, expected["id"]) == expected


@pytest.mark.parametrize(
    "id",
    [
        "title_mv99",
        "title_us01",
        "title_ex01",
        "title_fu01",
        "title_sc",
        "title_sc-1-1",
        "row_ade~gone",
        "row_ade",
    ],
)
async def test_what_is_not_there_and_what_may_not_be_seen_are_both_null(face: Face, id: str) -> None:
    assert await node(face, id) is None


@pytest.mark.parametrize("id", ["title_mv18", "title_nr01", "title_sb", "title_sb-1-1"])
async def test_titles_are_shown_as_to_the_profile(face: Face, id: str) -> None:
    assert (await node(face, id, "ade"))["id"] == id
    assert await node(face, id, "kids") is None
    assert await node(face, id, None) is None


async def test_without_a_profile_only_what_suits_everybody(face: Face) -> None:
    assert (await node(face, "title_mv01", None))["name"] == "Amber Harbour"
    assert await node(face, "title_sa", None) is None
    assert await node(face, "title_sa-1-1", None) is None


@pytest.mark.parametrize(
    "id",
    [
        "",
        "x",
        "title_",
        "title_a..b",
        "Title_mv01",
        "title_mv01\n",
        "account_home",
        "title_$where",
        "row_a~~b",
    ],
)
async def test_what_is_no_id_is_refused(face: Face, id: str) -> None:
    assert refused(await face.ask(NODE, id=id)) == ("BAD_USER_INPUT", NO_ID)


@pytest.mark.parametrize("id", ["title_mv01~mv02", "home_ade~x", "profile_ade~x"])
async def test_an_id_with_too_many_parts_is_refused(face: Face, id: str) -> None:
    kind = id.partition("_")[0]
    expected = ("BAD_USER_INPUT", f"Expected the id of a {kind}, such as {kind}_example.")
    assert refused(await face.ask(NODE, id=id, profile="profile_ade")) == expected


EPISODES = """
query Episodes($profile: ID!, $id: ID!, $season: Int, $first: Int!, $after: String) {
  title(id: $id, profileId: $profile) { ... on Series {
    episodes(season: $season, first: $first, after: $after) { totalCount nodes { id } pageInfo { endCursor } }
  } }
}
"""


async def test_episodes_come_in_watching_order_by_season_and_in_pages(face: Face) -> None:
    asked: dict[str, Any] = {"profile": "profile_ade", "id": "title_sa", "first": 4}
    first = (await face.data(EPISODES, **asked))["title"]["episodes"]
    rest = (await face.data(EPISODES, **asked, after=first["pageInfo"]["endCursor"]))["title"]["episodes"]
    found = [episode["id"] for episode in (*first["nodes"], *rest["nodes"])]
    assert found == [f"title_sa-{season}-{episode}" for season in (1, 2) for episode in (1, 2, 3)]
    second = (await face.data(EPISODES, **asked, season=2))["title"]["episodes"]
    assert (second["totalCount"], [episode["id"] for episode in second["nodes"]]) == (3, found[3:])
    expired = await face.ask(EPISODES, **asked, season=1, after=first["pageInfo"]["endCursor"])
    assert refused(expired)[0] == "PAGE_EXPIRED"


SIMILAR = """
query Similar($id: ID!, $profile: ID!, $first: Int! = 20) {
  similar(titleId: $id, profileId: $profile, first: $first) { totalCount nodes { id } }
}
"""


async def test_similar_titles_are_those_this_profile_may_see_closest_first(face: Face) -> None:
    for profile, expected in (("ade", "mv08 mv14 mv15 mv16 mv17 mv18 mv05 mv09 mv13"), ("kids", "mv08 mv05")):
        found = (await face.data(SIMILAR, id="title_mv01", profile=f"profile_{profile}"))["similar"]
        assert " ".join(node["id"].removeprefix("title_") for node in found["nodes"]) == expected
        assert found["totalCount"] == len(expected.split())


async def test_similar_to_something_unknown_and_to_something_forbidden_answer_alike(face: Face) -> None:
    answers = {
        refused(await face.ask(SIMILAR, id=f"title_{title}", profile="profile_kids"))
        for title in ("mv99", "mv17", "us01", "sb")
    }
    assert answers == {("NOT_FOUND", "There is no such title.")}


SEARCH = """
query Search($text: String!, $profile: ID!, $genre: String, $kind: TitleKind, $first: Int! = 20) {
  searchTitles(text: $text, profileId: $profile, genre: $genre, kind: $kind, first: $first) {
    totalCount nodes { id }
  }
}
"""


async def search(face: Face, text: str, profile: str = "ade", **more: Any) -> list[str]:
    found = (await face.data(SEARCH, text=text, profile=f"profile_{profile}", **more))["searchTitles"]
    return [node["id"].removeprefix("title_") for node in found["nodes"]]


async def test_search_finds_what_may_be_seen_only(face: Face) -> None:
    assert await search(face, "amber harbour") == ["mv01"]
    assert await search(face, "nightwire") == ["sb"]
    assert await search(face, "nightwire", "kids") == []
    assert await search(face, "almanac") == ["nr01"]
    assert await search(face, "granite") == []
    assert await search(face, "prairie") == []


async def test_search_within_a_genre_or_a_kind(face: Face) -> None:
    assert sorted(await search(face, "orchard")) == ["mv07", "mv08", "mv09", "mv10", "mv11", "mv12"]
    assert await search(face, "orchard", genre="Comedy") == ["mv09"]
    assert await search(face, "tidewater", kind="SERIES") == ["sa"]
    assert await search(face, "tidewater", kind="MOVIE") == []
    assert await search(face, "tidewater", kind="EPISODE") == []


@pytest.mark.parametrize(("text", "count"), [("", 0), ("   ", 0), ("x" * 201, 201)])
async def test_search_texts_are_bounded(face: Face, text: str, count: int) -> None:
    result = await face.ask(SEARCH, text=text, profile="profile_ade")
    assert refused(result) == ("BAD_USER_INPUT", f"text: search for 1 to 200 characters, not {count}.")


@pytest.mark.parametrize(
    "text", ['{"match_all": {}}', "a*", "name:amber OR *", "/.*/", "‮", "é" * 200, "\\", '"']
)
async def test_search_texts_are_words_and_never_a_language(face: Face, text: str) -> None:
    result = await face.ask(SEARCH, text=text, profile="profile_ade")
    assert result.errors is None or refused(result)[0] == "BAD_USER_INPUT"


async def test_profiles_are_those_of_the_account_oldest_first(face: Face) -> None:
    document = "{ profiles { id name kids favouriteGenres } }"
    profiles = (await face.data(document))["profiles"]
    assert [profile["id"] for profile in profiles] == ["profile_ade", "profile_kids", "profile_new"]
    assert profiles[2] == {"id": "profile_new", "name": "New", "kids": False, "favouriteGenres": ["Comedy"]}
    assert (await face.data(document, face.context("nobody")))["profiles"] == []


class _Broken:
    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]:
        raise RuntimeError("secret detail of /etc/passwd")


async def test_an_unexpected_error_of_a_node_is_masked(face: Face) -> None:
    broken = Face(replace(face.stores, catalog=_Broken()))  # type: ignore[arg-type]
    variables = {"text": "amber", "profile": "profile_ade"}
    result = await schema.execute(SEARCH, variable_values=variables, context_value=broken.context())
    assert isinstance(result, ExecutionResult)
    assert result.data == {"searchTitles": None}
    assert result.errors is not None
    assert [error.message for error in result.errors] == ["Something went wrong."]
    assert not isinstance(result.errors[0].original_error, MarqueeError)


async def test_a_page_and_its_rows_are_those_of_the_device_that_asks(face: Face) -> None:
    document = """query Chart($device: DeviceInput!) {
      home(profileId: "profile_ade", device: $device) { snapshotId }
      page: node(id: "home_ade", device: $device) { ... on Home { snapshotId } }
      row: node(id: "row_ade~chart", device: $device) { ... on Row { presentation { style } } }
      usual: node(id: "home_ade") { ... on Home { snapshotId } } }"""
    plain = {"formFactor": "MOBILE", "supports": ["SHELF"]}
    found = await face.data(document, device=plain)
    assert found["page"] == found["home"]
    assert found["row"] == {"presentation": {"style": "SHELF"}}
    tv = await face.data(document, device={"formFactor": "TV"})
    assert tv["usual"] == found["usual"] == tv["home"] != found["home"]
    assert tv["row"] == {"presentation": {"style": "NUMBERED"}}
