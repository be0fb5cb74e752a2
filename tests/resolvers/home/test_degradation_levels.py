"""Pages of an overloaded service: fewer rows, unranked, from memory, but never against what was just done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bff.stores.base.instrumentation import record_store_calls
from domain.page_cache.cached_page import PageCachePolicy
from domain.resilience.degradation_levels import LEVELS, Load, ServiceLevel
from resolvers.request.context import Context
from resolvers.runtime.process import Process
from tests.resolvers import world
from tests.resolvers.conftest import Face

pytestmark = pytest.mark.stores

HOME = """query Home { home(profileId: "profile_ade", device: {formFactor: TV}) {
  serviceLevel degradations { what } rows(first: 20) { nodes { id kind cards(first: 40) { nodes { title { id } } } } }
} }"""
DISLIKE = """mutation { titleRate(input: {profileId: "profile_ade", titleId: "title_mv08", verdict: DISLIKE,
  clientEventId: "level-1"}) { __typename } }"""


def at(level: ServiceLevel) -> Process:
    """A process at this level that composes every page, with a clock that stands still."""
    return Process(
        load=Load(level=level, measured_at=100.0),
        page_cache_policy=PageCachePolicy(fresh_seconds=0),
        clock=lambda: 100.0,
    )


def context(face: Face, process: Process) -> Context:
    return replace(face.context(), process=process)


async def page(face: Face, process: Process) -> dict[str, Any]:
    home: dict[str, Any] = (await face.data(HOME, context(face, process)))["home"]
    process.load = replace(process.load, measured_at=100.0)
    return home


def names(home: dict[str, Any]) -> list[str]:
    return [row["id"].removeprefix("row_ade~") for row in home["rows"]["nodes"]]


@pytest.mark.parametrize("level", LEVELS)
async def test_the_level_is_reported_and_costs_rows_from_the_bottom(face: Face, level: ServiceLevel) -> None:
    whole = names(await page(face, at(ServiceLevel.FULL)))
    home = await page(face, at(level))
    assert home["serviceLevel"] == level.name
    assert home["degradations"] == []
    kept = {spec.id for spec in (world.LAYOUT.rows if level == ServiceLevel.FULL else world.LAYOUT.rows[:6])}
    assert names(home) == [name for name in whole if name.split("~")[0] in kept]


async def test_a_cached_page_asks_no_source_again_and_still_shows_what_was_just_done(face: Face) -> None:
    process = at(ServiceLevel.FULL)
    whole = await page(face, process)
    process.load = Load(level=ServiceLevel.CACHED, measured_at=100.0)
    with record_store_calls() as noted:
        cached = await page(face, process)
    assert names(cached) == names(whole)[: len(names(cached))]
    assert not {"mongo.similar_titles", "redis.trends", "elasticsearch.browse"} & set(noted.calls)
    shown = {card["title"]["id"] for row in cached["rows"]["nodes"] for card in row["cards"]["nodes"]}
    assert "title_mv08" in shown

    await face.data(DISLIKE, context(face, process))
    again = await page(face, process)
    shown = {card["title"]["id"] for row in again["rows"]["nodes"] for card in row["cards"]["nodes"]}
    assert "title_mv08" not in shown


async def test_a_page_that_is_warm_costs_less_than_any_other_and_is_whole_at_every_level(face: Face) -> None:
    whole = await face.data(HOME)
    await face.process.background.settle()
    face.process.load = Load(level=ServiceLevel.CACHED, measured_at=0.0)
    assert await face.data(HOME) == whole
