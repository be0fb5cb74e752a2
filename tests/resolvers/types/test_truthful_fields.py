"""Fields that say what is so: null is the default, `seeAll` is null where nothing more is to be seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bff.http.result_formatting import format_result
from bff.local_stack import StoreUrls
from domain.layouts.model import Layout, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion
from tests.domain.made import DAY, NOW
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened

pytestmark = pytest.mark.stores

LAYOUT = Layout(
    "home",
    7,
    (
        RowSpec("long", RowSource.NEW_RELEASES, min_cards=1, max_cards=13, repeats=True),
        RowSpec("short", RowSource.NEW_RELEASES, min_cards=1, max_cards=12, repeats=True),
    ),
    NOW - DAY,
)
HOME = """query Page($first: Int, $locale: String = "de") {
  home(profileId: "profile_new", device: {formFactor: TV, locale: $locale}) { locale
    rows(first: $first) { nodes { id seeAll { target } cards(first: $first) { nodes { cardId } } } } } }"""


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    world.fill(corner, version, layout=LAYOUT)
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def rows(face: Face, **variables: Any) -> dict[str, Any]:
    found = (await face.data(HOME, **variables))["home"]["rows"]["nodes"]
    return {row["id"].split("~")[1]: row for row in found}


async def test_null_for_first_is_the_default_of_the_field(face: Face) -> None:
    found = await rows(face, first=None)
    assert {name: len(found[name]["cards"]["nodes"]) for name in ("long", "short")} == {
        "long": 12,
        "short": 12,
    }


async def test_see_all_is_null_where_the_cards_are_all_there_is(face: Face) -> None:
    found = await rows(face)
    assert found["long"]["seeAll"] == {"target": f"marquee://row/{found['long']['id']}"}
    assert found["short"]["seeAll"] is None


async def test_the_page_says_which_language_it_is_in(face: Face) -> None:
    assert (await face.data(HOME))["home"]["locale"] == "en"


async def test_a_null_that_is_refused_is_called_null(face: Face) -> None:
    result = await face.ask("{ title(id: null) { id } }")
    messages = [error["message"] for error in format_result(result, "r1")["errors"]]
    assert [message.rpartition(" ")[2] for message in messages if "non-null" in message] == ["null."]
    assert "None" not in "".join(messages)
