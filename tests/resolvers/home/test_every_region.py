"""At least three legal rows for an account in any of 249 regions, with the stores and without them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.catalog.regions import MARKETS
from domain.catalog.titles import LicenceWindow, Title
from domain.ids import GLOBAL, Region, TitleId
from domain.layouts.request_context import PageRequest
from domain.page.fallback_page import build_fallback_pages
from domain.recommendations.lists import (
    DataVersion,
    PopularKey,
    RankedList,
    RankedTitle,
    TrendKey,
    TrendWindow,
)
from resolvers.home.compose import compose_page
from resolvers.publishing.layout_previews import RelocatedAccounts
from tests.domain.made import DAY, DE, NOW, US, a_title
from tests.resolvers import world
from tests.resolvers.conftest import NOWHERE, Face, opened
from tests.resolvers.shipped import Ship, a_process

pytestmark = pytest.mark.stores

CODES = [*MARKETS, "CA-QC", "US-TX", "FR-75C"]
TITLES: dict[TitleId, Title] = {
    title.id: title
    for title in (
        a_title(
            f"w{number:02}",
            name=f"World {number}",
            genres=(("Drama", "Comedy", "Crime", "Family")[number % 4],),
            windows=(LicenceWindow(() if number % 2 else (DE, US), NOW - 400 * DAY),),
        )
        for number in range(80)
    )
}
IDS = [str(one) for one in TITLES]
LISTS = world.Lists(
    popular={
        PopularKey(DE): IDS,
        PopularKey(Region("KE")): IDS[1:3],
        PopularKey(GLOBAL): IDS,
        **{PopularKey(GLOBAL, genre): IDS[place::4] for place, genre in enumerate(world.GENRES)},
    },
    trends={TrendKey(GLOBAL, window): IDS[:40] for window in TrendWindow},
)
"""Viewers so far: in Germany, and a few in Kenya."""


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    world.fill(corner, version, LISTS, titles=TITLES)
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def rows_in(face: Face, region: str) -> list[Any]:
    """Of the cold profile "new", placed there; every title is checked on the way."""
    stores = replace(face.stores, accounts=RelocatedAccounts(face.stores.accounts, Region(region)))
    context = Face(stores, face.process).context(region=region)
    composed = await compose_page(context, world.NEW.id, PageRequest())
    for row in composed.page.rows:
        for card in row.cards:
            assert any(window.covers(Region(region), NOW) for window in card.title.windows), (
                region,
                card.title.id,
            )
    return list(composed.page.rows)


async def test_a_cold_profile_has_three_legal_rows_in_every_region(face: Face) -> None:
    few = {code: len(rows) for code in CODES if len(rows := await rows_in(face, code)) < 3}
    assert few == {}


async def test_a_list_of_the_world_is_not_called_one_of_the_region(face: Face) -> None:
    for region, where in (("DE", "DE"), ("DE-BY", "DE"), ("KE", GLOBAL), ("AU", GLOBAL)):
        details = {
            row.candidates.reason.detail
            for row in await rows_in(face, region)
            if row.candidates.reason.kind == "popular"
        }
        assert where in details, (region, details)
        assert not details & ({"AU", "KE", "DE-BY"} - {where})


async def test_with_the_stores_off_the_shipped_page_has_three_legal_rows_in_every_region() -> None:
    ranked = RankedList(tuple(RankedTitle(one, 1 - place / 100) for place, one in enumerate(TITLES)), NOW)
    lists = {PopularKey(region): ranked for region in (DE, GLOBAL)}
    process = replace(a_process(), shipped_pages=Ship(build_fallback_pages("v1", NOW, lists, TITLES)))
    async with opened(NOWHERE) as stores:
        face = Face(stores.ports, process)
        few = {code: len(rows) for code in CODES if len(rows := await rows_in(face, code)) < 3}
    assert few == {}
