"""Paging neither repeats nor skips: cursors are good for one list, and cannot be made up. test_snapshots.py has
what happens when the page has changed in between."""

from __future__ import annotations

from typing import Any

import pytest
from strawberry.types import ExecutionResult

from domain.signed_tokens import seal
from tests.resolvers.conftest import SECRET, Face

pytestmark = pytest.mark.stores

ROWS = """
query Rows($first: Int!, $after: String) {
  home(profileId: "profile_ade", device: {formFactor: TV}) { snapshotId rows(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor } nodes { id cards(first: 2) { nodes { title { id } } pageInfo { endCursor hasNextPage } } }
  } }
}
"""
CARDS = """
query Cards($row: ID!, $first: Int!, $after: String) {
  node(id: $row) { ... on Row { cards(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor } nodes { title { id } }
  } } }
}
"""
EXPIRED = "The list has changed since this cursor was made. Fetch it again from the start."
OF_ANOTHER_LIST = "after: this cursor is of another list. Pass the one that this list returned."
FORGED = "This cursor was not made by this service. Send it back exactly as received."


def refused(result: ExecutionResult) -> tuple[str, str]:
    """Code and message of the one error of an answer."""
    assert result.errors is not None
    [error] = result.errors
    return getattr(error.original_error, "code", "?"), error.message


@pytest.mark.parametrize("size", [1, 2, 4, 9, 50])
async def test_rows_in_pages_of_any_size_are_the_rows(face: Face, size: int) -> None:
    whole = (await face.data(ROWS, first=50))["home"]["rows"]
    collected: list[str] = []
    after: str | None = None
    while True:
        rows = (await face.data(ROWS, first=size, after=after))["home"]["rows"]
        assert rows["totalCount"] == 9
        assert rows["pageInfo"]["hasPreviousPage"] is bool(collected)
        assert rows["pageInfo"]["startCursor"] == rows["edges"][0]["cursor"]
        collected += [row["id"] for row in rows["nodes"]]
        after = rows["pageInfo"]["endCursor"]
        if not rows["pageInfo"]["hasNextPage"]:
            break
    assert collected == [row["id"] for row in whole["nodes"]]
    assert len(set(collected)) == 9


async def test_cards_in_pages_are_the_cards(face: Face) -> None:
    collected: list[str] = []
    after = None
    for expected in ([True, False], [True, True], [False, True]):
        answer = await face.data(CARDS, row="row_ade~picks", first=2, after=after)
        cards: dict[str, Any] = answer["node"]["cards"]
        assert [cards["pageInfo"]["hasNextPage"], cards["pageInfo"]["hasPreviousPage"]] == expected
        assert cards["totalCount"] == 5
        collected += [card["title"]["id"] for card in cards["nodes"]]
        after = cards["pageInfo"]["endCursor"]
    assert collected == [f"title_mv{number:02}" for number in (8, 9, 10, 11, 12)]


async def test_a_cursor_from_home_goes_on_in_the_row_by_node(face: Face) -> None:
    row = (await face.data(ROWS, first=2))["home"]["rows"]["nodes"][1]
    after = row["cards"]["pageInfo"]["endCursor"]
    rest = (await face.data(CARDS, row=row["id"], first=10, after=after))["node"]["cards"]
    assert [card["title"]["id"] for card in rest["nodes"]] == ["title_mv10", "title_mv11", "title_mv12"]


async def test_behind_the_last_thing_there_is_nothing(face: Face) -> None:
    end = (await face.data(ROWS, first=50))["home"]["rows"]["pageInfo"]["endCursor"]
    rows = (await face.data(ROWS, first=5, after=end))["home"]["rows"]
    assert rows["nodes"] == []
    assert rows["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": None,
        "endCursor": None,
    }


async def test_a_cursor_of_another_list_is_refused(face: Face) -> None:
    home = (await face.data(ROWS, first=2))["home"]["rows"]
    rows_cursor = home["pageInfo"]["endCursor"]
    other_row = home["nodes"][0]["cards"]["pageInfo"]["endCursor"]
    similar = seal(SECRET, "cursor", "a list of its own", "1")
    for cursor in (rows_cursor, other_row, similar):
        result = await face.ask(CARDS, row="row_ade~picks", first=2, after=cursor)
        assert refused(result) == ("BAD_USER_INPUT", OF_ANOTHER_LIST)


async def test_a_cursor_of_search_results_that_have_changed_has_expired(face: Face) -> None:
    """A list that is made anew for every request is kept nowhere."""
    document = """query Search($text: String!, $after: String) {
      searchTitles(profileId: "profile_ade", text: $text, first: 1, after: $after) {
        pageInfo { endCursor restarted } } }"""
    found = (await face.data(document, text="harbour"))["searchTitles"]["pageInfo"]
    assert found["restarted"] is False
    result = await face.ask(document, text="orchard", after=found["endCursor"])
    assert refused(result) == ("PAGE_EXPIRED", EXPIRED)


@pytest.mark.parametrize(
    "cursor",
    ["x", "MQ", "é", "\ud800", seal(SECRET, "tracking", "a", "1"), seal(b"other" * 8, "cursor", "a", "1")],
)
async def test_a_forged_cursor_is_refused(face: Face, cursor: str) -> None:
    assert refused(await face.ask(ROWS, first=2, after=cursor)) == ("BAD_USER_INPUT", FORGED)


@pytest.mark.parametrize("first", [0, -1, 51, 2**31 - 1])
async def test_how_many_is_bounded(face: Face, first: int) -> None:
    message = f"first: {first} is out of range; ask for 1 to 50 at a time."
    assert refused(await face.ask(ROWS, first=first)) == ("BAD_USER_INPUT", message)
