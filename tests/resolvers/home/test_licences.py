"""A title is there until the instant its licence ends and gone at it, and the page says when to look again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.domain.made import DAY, NOW
from tests.resolvers.conftest import Face

pytestmark = pytest.mark.stores

ENDS = NOW + 3 * DAY
"""Of mv02, which Ade has begun."""
MILLI = timedelta(milliseconds=1)
HOME = """{ home(profileId: "profile_ade", device: {formFactor: TV}) {
  refreshAfter rows(first: 20) { nodes { id refresh { after } cards(first: 40) { nodes { title { id } } } } } } }"""


def shown(home: dict[str, Any]) -> set[str]:
    return {card["title"]["id"] for row in home["rows"]["nodes"] for card in row["cards"]["nodes"]}


async def test_gone_at_the_instant_and_not_before(face: Face) -> None:
    before, at = [
        (await face.data(HOME, face.context("home", now=now)))["home"] for now in (ENDS - MILLI, ENDS)
    ]
    assert shown(before) - shown(at) >= {"title_mv02"}
    assert "title_mv02" not in shown(at)


@pytest.mark.parametrize(
    ("now", "page", "row"),
    [
        (ENDS - DAY, "PT900S", "PT300S"),
        (ENDS - timedelta(seconds=600), "PT600S", "PT300S"),
        (ENDS - timedelta(seconds=100), "PT100S", "PT100S"),
        (ENDS - timedelta(seconds=99.5), "PT100S", "PT100S"),
        (ENDS - MILLI, "PT1S", "PT1S"),
        (ENDS, "PT900S", "PT300S"),
    ],
)
async def test_a_page_is_fetched_again_when_a_licence_of_it_ends(
    face: Face, now: Any, page: str, row: str
) -> None:
    home = (await face.data(HOME, face.context("home", now=now)))["home"]
    continued = next(one for one in home["rows"]["nodes"] if one["id"] == "row_ade~continue")
    assert (home["refreshAfter"], continued["refresh"]["after"]) == (page, row)


async def test_a_page_is_fetched_again_when_a_licence_of_a_title_begins_that_it_would_have_shown(
    face: Face,
) -> None:
    """fu01 leads the chart from tomorrow on."""
    eve = (await face.data(HOME, face.context("home", now=NOW + DAY - timedelta(seconds=60))))["home"]
    day = (await face.data(HOME, face.context("home", now=NOW + DAY)))["home"]
    assert eve["refreshAfter"] == "PT60S"
    assert "title_fu01" not in shown(eve)
    assert "title_fu01" in shown(day)
