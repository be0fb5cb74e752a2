"""Cached pages and races: concurrent writes, background polls, callers of other accounts."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.page_cache.cached_page import CacheKey, CacheStatus
from domain.ports.page_cache import PageCacheRead
from tests.resolvers import world
from tests.resolvers.conftest import Face, as_it_runs
from tests.resolvers.home.test_page_cache import HOME, LIST, Held, home, ids, watched
from tests.resolvers.home.test_paging import refused

pytestmark = pytest.mark.stores


async def test_a_write_between_another_field_and_the_page_is_on_the_next_page(two: tuple[Face, Face]) -> None:
    one, other = two

    class Between:
        """The PageCache port: the other field of the query has read its data before the page is looked up."""

        async def read(self, place: CacheKey, wait: bool = False) -> PageCacheRead:
            await context.loaders.activity.load(place.profile_id)
            await other.data(LIST, id="warm-between", title="title_mv17")
            return await one.stores.page_cache.read(place, wait)

        def __getattr__(self, name: str) -> Any:
            return getattr(one.stores.page_cache, name)

    busy = Face(replace(one.stores, page_cache=Between()), one.process)  # type: ignore[arg-type]
    context = busy.context()
    beside = HOME.replace("{ home(", '{ title(id: "title_mv01", profileId: $profile) { name } home(', 1)
    await busy.data(beside, context, profile="profile_ade")
    await one.process.background.settle()
    told = watched(one)
    assert "mv17" in ids(await home(one), "mine")
    assert told.warmth == [CacheStatus.HIT]


async def test_a_page_is_stored_although_its_inputs_were_refreshed_meanwhile(
    filled: StoreUrls,
) -> None:
    world.forget_pages(filled)
    time = [0.0]
    async with as_it_runs(filled, ticks=lambda: time[0]) as face:
        held = Held(face.stores.trends)
        slow = Face(replace(face.stores, trends=held), face.process)
        late = asyncio.create_task(home(slow, settle=False))
        await held.began.wait()
        time[0] += 60
        await face.stores.experiments.live_experiments()
        held.gate.set()
        await late
        await face.process.background.settle()
        told = watched(face)
        await home(face)
        assert told.warmth == [CacheStatus.HIT]


async def test_a_request_for_another_accounts_page_makes_no_request_wait(two: tuple[Face, Face]) -> None:
    one, other = two
    answer = await one.ask(HOME, one.context("elsewhere"), profile="profile_ade")
    assert refused(answer) == ("NOT_FOUND", "There is no such profile.")
    found: list[PageCacheRead] = []

    class Seen:
        """The PageCache port, whose results are recorded."""

        async def read(self, place: CacheKey, wait: bool = False) -> PageCacheRead:
            found.append(await other.stores.page_cache.read(place, wait))
            return found[-1]

        def __getattr__(self, name: str) -> Any:
            return getattr(other.stores.page_cache, name)

    await home(Face(replace(other.stores, page_cache=Seen()), other.process))  # type: ignore[arg-type]
    assert [(reading.found, reading.busy) for reading in found] == [(None, False)]
