"""Each store down in turn: the lost rows, the page's degradations, and what no viewer may read.

A store that is down is an adapter pointed at a port where nothing listens.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.candidates.model import RowCandidates
from domain.ids import ProfileId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import is_open
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.viewers.activity import Activity
from resolvers import rows as row_sources
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources
from tests.resolvers.conftest import NOWHERE, Face, opened
from tests.resolvers.home.test_paging import refused
from tests.resolvers.shipped import a_process

pytestmark = pytest.mark.stores

HOME = """
query Home($profile: ID!) {
  home(profileId: $profile, device: {formFactor: TV}) {
    degradations { rowId what servedInstead since }
    droppedRows { id kind status }
    rows(first: 20) { nodes { id kind title status servedFrom cards(first: 40) { nodes { title { id } } } } }
  }
}
"""
SEARCH = 'query S { searchTitles(text: "amber", profileId: "profile_ade") { nodes { id } } }'
LIKE = """mutation L { titleRate(input: {profileId: "profile_ade", titleId: "title_mv05", verdict: LIKE,
  clientEventId: "while-down"}) { __typename ... on TryLater { message retryAfterMs }
  ... on EventsRecorded { acceptedCount } } }"""
LATER = {
    "__typename": "TryLater",
    "message": "Nothing was kept, because a store did not answer. Send the same again.",
    "retryAfterMs": 1000,
}
TELLTALE = ("127.0.0.1", "Connection", "refused", "Traceback", "Error", "pymongo", "marquee-titles")


async def page(face: Face, profile: str = "ade", **context: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Row names, and what is missing: (what, row, served instead)."""
    home = (await face.data(HOME, face.context(**context), profile=f"profile_{profile}"))["home"]
    assert all(sign not in json.dumps(home) for sign in TELLTALE)
    names = [row["id"].split("~", 1)[1] for row in home["rows"]["nodes"]]
    return names, [(loss["what"], loss["rowId"], loss["servedInstead"]) for loss in home["degradations"]]


async def rows(face: Face, profile: str = "ade", **context: Any) -> list[tuple[str, str, str, str]]:
    """Of each row: title, status, tier, titles on its cards."""
    home = (await face.data(HOME, face.context(**context), profile=f"profile_{profile}"))["home"]
    return [
        (
            row["title"],
            row["status"],
            row["servedFrom"],
            " ".join(card["title"]["id"].removeprefix("title_") for card in row["cards"]["nodes"]),
        )
        for row in home["rows"]["nodes"]
    ]


@pytest.fixture
async def without(filled: StoreUrls, request: pytest.FixtureRequest) -> AsyncIterator[Face]:
    """The face with the parameter's stores down."""
    gone = {f"{store}_url": getattr(NOWHERE, f"{store}_url") for store in request.param.split()}
    async with opened(replace(filled, **gone)) as stores:
        yield Face(stores.ports, a_process())


def down(*stores: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("without", [" ".join(stores)], indirect=True)


ALL = [
    "continue",
    "picks",
    "because~mv03",
    "because~sa",
    "chart",
    "mine",
    "new",
    "genres~crime",
    "genres~drama",
]
LEFT_OUT = "the row is left out"
REGIONAL = "what is popular in the region"


@down("redis")
async def test_without_redis_popular_titles_stand_in_for_trending_ones(without: Face) -> None:
    names, losses = await page(without)
    assert names == [name for name in ALL if name != "chart"] + ["week"]
    assert losses == [("ROW_UNAVAILABLE", "chart", LEFT_OUT), ("ROW_UNAVAILABLE", "week", REGIONAL)]
    assert (await rows(without))[-1] == ("Popular in Germany", "FALLBACK", "REGIONAL", "mv17 mv23")


@down("redis")
async def test_a_row_that_was_served_before_keeps_what_it_held(without: Face, face: Face) -> None:
    """Its own process served the page a moment ago, when Redis was there."""
    whole = await rows(face)
    known = Face(without.stores, face.process)
    chart = next(place for place, row in enumerate(whole) if row[0] == "Top 4 in Germany Today")
    title, _, _, cards = whole[chart]
    assert (await rows(known))[: chart + 1] == [*whole[:chart], (title, "STALE", "LAST_GOOD", cards)]
    _, losses = await page(known)
    assert losses == [
        ("ROW_UNAVAILABLE", "chart", "what the row held last"),
        ("ROW_UNAVAILABLE", "week", LEFT_OUT),
    ]


@down("elasticsearch")
async def test_without_elasticsearch_genres_come_from_the_nights_lists(without: Face, face: Face) -> None:
    names, losses = await page(without)
    assert names == [*ALL[:-1], "week"]
    assert losses == [("ROW_UNAVAILABLE", "new", REGIONAL)]
    whole = (await face.data(HOME, profile="profile_ade"))["home"]["rows"]["nodes"]
    left = (await without.data(HOME, profile="profile_ade"))["home"]["rows"]["nodes"]
    assert left[:6] == whole[:6]
    assert left[6]["title"] == "Popular in Germany"
    assert (left[6]["kind"], left[6]["status"], left[6]["servedFrom"]) == (
        "TOP_PICKS",
        "FALLBACK",
        "REGIONAL",
    )
    genre = next(row for row in left if row["kind"] == "GENRE")
    assert (genre["title"], genre["status"], genre["servedFrom"]) == ("Crime", "FALLBACK", "REGIONAL")


@down("elasticsearch")
async def test_without_elasticsearch_search_says_try_later_and_titles_are_still_there(without: Face) -> None:
    result = await without.ask(SEARCH)
    assert refused(result) == ("TRY_LATER", "elasticsearch did not answer")
    found = await without.data('{ title(id: "title_mv01", profileId: "profile_ade") { name } }')
    assert found == {"title": {"name": "Amber Harbour"}}
    assert (await without.data(LIKE))["titleRate"]["__typename"] == "EventsRecorded"


PERSONAL = ("PROFILE_UNAVAILABLE", None, "rows that suit everybody, without anything personal")
POPULAR = ("RECOMMENDATIONS_UNAVAILABLE", None, "what is popular")
SHIPPED = ("LAYOUT_UNAVAILABLE", None, "the layout that ships with Marquee")
DARK = (
    "CATALOG_UNAVAILABLE",
    None,
    "titles this process served lately, and the page that ships with the service",
)
MISSING = ("SHIPPED_PAGE_MISSING", None, "fewer rows than the layout promises")
TRIED = [spec.id for spec in SHIPPED_LAYOUT.rows if is_open(spec.source, Activity(ProfileId("guest")))]
"""Rows whose gate is open for a guest, of whom nothing is known."""
NO_ROW_OF_ITS_OWN = [("ROW_UNAVAILABLE", spec, LEFT_OUT) for spec in TRIED]
SHIPPED_ROWS = [
    ("Popular in Germany", "FALLBACK", "STATIC", "mv01 mv02"),
    ("Drama", "FALLBACK", "STATIC", "mv04 mv08"),
    ("Family", "FALLBACK", "STATIC", "mv03 mv07"),
]


@down("mongo")
async def test_without_mongodb_from_the_start_everybody_gets_the_shipped_page(without: Face) -> None:
    assert await rows(without, region="DE") == SHIPPED_ROWS
    _, losses = await page(without, region="DE")
    assert losses == [PERSONAL, POPULAR, SHIPPED, DARK, *NO_ROW_OF_ITS_OWN]


@down("mongo")
async def test_without_the_file_of_the_shipped_page_the_page_says_so(without: Face) -> None:
    bare = Face(without.stores)
    names, losses = await page(bare, region="DE")
    assert names == []
    assert losses == [PERSONAL, POPULAR, SHIPPED, DARK, MISSING, *NO_ROW_OF_ITS_OWN]


@down("mongo")
async def test_without_mongodb_a_viewer_unknown_to_the_process_gets_titles_for_all_ages(
    without: Face, face: Face
) -> None:
    """The process knows the data version; nothing else of MongoDB answers. Eight titles suit all ages."""
    await face.stores.data_versions.live()
    guest = Face(replace(without.stores, data_versions=face.stores.data_versions), a_process())
    assert await rows(guest, region="DE") == [
        ("Top 4 in Germany Today", "OK", "FRESH", "mv04 mv01 mv02 mv03"),
        ("New Releases", "OK", "FRESH", "mv05 mv06 mv07 mv08"),
        ("Popular in Germany", "FALLBACK", "STATIC", "mv01 mv02"),
    ]
    _, losses = await page(guest, region="DE")
    assert losses[:4] == [PERSONAL, POPULAR, SHIPPED, DARK]
    assert ("ROW_UNAVAILABLE", "top-picks", LEFT_OUT) in losses


@down("mongo")
async def test_a_guest_of_unknown_region_sees_what_is_licensed_everywhere(without: Face, face: Face) -> None:
    await face.stores.data_versions.live()
    guest = Face(replace(without.stores, data_versions=face.stores.data_versions), a_process())
    shown = await rows(guest)
    assert len(shown) == 3
    assert {one for *_, cards in shown for one in cards.split()} == {f"mv{n:02}" for n in range(1, 9)}
    _, losses = await page(guest)
    assert PERSONAL in losses


@down("mongo")
async def test_a_guest_page_is_the_same_for_every_profile_there_may_or_may_not_be(
    without: Face, face: Face
) -> None:
    await face.stores.data_versions.live()
    guest = Face(replace(without.stores, data_versions=face.stores.data_versions), a_process())
    pages = [await page(guest, name, region="DE") for name in ("ade", "other", "nobody")]
    assert pages[0] == pages[1] == pages[2]


@down("mongo")
async def test_without_mongodb_no_write_is_acknowledged(without: Face, face: Face) -> None:
    assert (await without.data(LIKE))["titleRate"] == LATER


@down("mongo", "elasticsearch", "redis")
async def test_with_everything_down_from_the_start_everybody_gets_the_shipped_page(without: Face) -> None:
    assert await rows(without, region="DE") == SHIPPED_ROWS
    everywhere = [("Popular around the World", *SHIPPED_ROWS[0][1:]), *SHIPPED_ROWS[1:]]
    assert await rows(without) == everywhere
    _, losses = await page(without, region="DE")
    assert losses == [PERSONAL, POPULAR, SHIPPED, DARK, *NO_ROW_OF_ITS_OWN]
    assert (await without.data(LIKE))["titleRate"] == LATER
    assert refused(await without.ask(SEARCH)) == ("TRY_LATER", "mongo did not answer")


@down("mongo", "elasticsearch", "redis")
async def test_other_queries_say_try_later_and_nothing_else(without: Face) -> None:
    for field in (
        "profiles { id }",
        'title(id: "title_mv01", profileId: "profile_ade") { id }',
        'node(id: "title_mv01") { id }',
        'similar(titleId: "title_mv01", profileId: "profile_ade") { totalCount }',
    ):
        code, message = refused(await without.ask(f"{{ {field} }}"))
        assert (code, message) == ("TRY_LATER", "mongo did not answer")


async def test_a_row_with_a_fault_costs_that_row(
    face: Face, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def faulty(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
        raise ZeroDivisionError("secret detail")

    face = Face(face.stores, a_process())
    whole, _ = await page(face)
    source = next(iter(row_sources.ROW_SOURCES))
    monkeypatch.setitem(row_sources.ROW_SOURCES, source, faulty)  # type: ignore[arg-type]
    known, losses = await page(face)
    assert (known, losses) == (whole, [("ROW_UNAVAILABLE", "continue", "what the row held last")])
    names, losses = await page(Face(face.stores, a_process()))
    assert (names, losses) == (whole[1:], [("ROW_UNAVAILABLE", "continue", LEFT_OUT)])
    assert "row 'continue' could not be filled" in caplog.text
