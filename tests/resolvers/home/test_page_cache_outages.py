"""Cached pages: damaged, all lost at once, cancelled by their caller, and without Valkey."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from redis import Redis

from bff.local_stack import StoreUrls
from bff.stores.base.instrumentation import record_store_calls
from domain.ids import ProfileId
from domain.page.model import Page
from domain.page_cache.cached_page import DEGRADED_FRESH_SECONDS, CacheStatus, PageCachePolicy, fresh_seconds
from domain.resilience.degradation_levels import Load, ServiceLevel
from domain.snapshots.keys import page_cache_key, page_key_prefix
from tests.bff.store_proxies import StoreProxy
from tests.domain.made import NOW
from tests.resolvers import world
from tests.resolvers.conftest import Face, a_process, as_it_runs
from tests.resolvers.home.test_page_cache import LIST, Held, home, ids, watched

pytestmark = pytest.mark.stores


@pytest.mark.parametrize("part", ["warm", "page"])
@pytest.mark.parametrize("damage", ["flipped", "cut short", "another format", "somebody else's"])
async def test_damaged_or_foreign_cache_entries_are_dropped_counted_and_replaced(
    two: tuple[Face, Face], filled: StoreUrls, part: str, damage: str
) -> None:
    one, other = two
    before, foreign = await home(one), await home(one, "kids")
    with Redis.from_url(filled.redis_url) as redis:
        key = page_cache_key(ProfileId("ade"))
        variant = next(name for name in redis.hkeys(key) if len(name) == 18)
        name = page_key_prefix(ProfileId("ade")) + before["snapshotId"]
        if part == "warm":
            record = redis.hget(key, variant)
            theirs = redis.hget(page_cache_key(ProfileId("kids")), variant)
        else:
            record = redis.get(name)
            theirs = redis.get(page_key_prefix(ProfileId("kids")) + foreign["snapshotId"])
        assert isinstance(record, bytes)
        assert isinstance(theirs, bytes)
        spoilt = {
            "flipped": record[:-9] + bytes([record[-9] ^ 1]) + record[-8:],
            "cut short": record[:-1],
            "another format": record.replace(b"1", b"0", 1)
            if part == "page"
            else record[:24] + b"MW0" + record[27:],
            "somebody else's": before["snapshotId"].encode() + theirs[24:] if part == "warm" else theirs,
        }[damage]
        if part == "warm":
            redis.hset(key, variant, spoilt)
        else:
            redis.set(name, spoilt)
    told = watched(other)
    assert (await home(other))["snapshotId"] == before["snapshotId"]
    assert (await home(other))["snapshotId"] == before["snapshotId"]
    assert told.warmth == [CacheStatus.CORRUPT, CacheStatus.MISS, CacheStatus.HIT]


async def test_after_the_cache_was_lost_a_page_is_composed_once_for_all_requests(
    two: tuple[Face, Face], filled: StoreUrls
) -> None:
    one, other = two
    page = await home(one)
    world.forget_pages(filled)
    told = [watched(one), watched(other)]
    pages = await asyncio.gather(*(home(two[number % 2], settle=False) for number in range(40)))
    assert {answer["snapshotId"] for answer in pages} == {page["snapshotId"]}
    everything = [warmth for each in told for warmth in each.warmth]
    assert (len(everything), everything.count(CacheStatus.MISS)) == (40, 1)
    assert set(everything) <= {CacheStatus.MISS, CacheStatus.JOINED, CacheStatus.WAITED, CacheStatus.HIT}


async def test_a_request_that_goes_away_leaves_the_page_to_the_others(two: tuple[Face, Face]) -> None:
    held = Held(two[0].stores.trends)
    face = Face(replace(two[0].stores, trends=held), a_process(PageCachePolicy()))
    tasks = [asyncio.create_task(home(face, settle=False)) for _ in range(3)]
    await held.began.wait()
    tasks[0].cancel()
    held.gate.set()
    pages = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(pages[0], asyncio.CancelledError)
    assert pages[1] == pages[2]
    assert ids(pages[1])  # type: ignore[arg-type]


async def test_without_valkey_every_page_is_composed_and_a_write_shows_all_the_same(
    filled: StoreUrls,
) -> None:
    async with as_it_runs(replace(filled, redis_url="redis://127.0.0.1:9/0")) as face:
        told = watched(face)
        await home(face)
        assert (await face.data(LIST, id="warm-4", title="title_mv18"))["listAdd"] == {
            "__typename": "EventsRecorded"
        }
        assert "mv18" in ids(await home(face), "mine")
    assert told.warmth == [CacheStatus.UNAVAILABLE, CacheStatus.UNAVAILABLE]


async def test_without_valkey_a_page_of_a_moment_ago_is_served_until_anybody_writes(
    filled: StoreUrls,
) -> None:
    """Another process, which still reaches Valkey, records a write: the next page has it."""
    parts = urlsplit(filled.redis_url)
    proxy = StoreProxy(parts.hostname or "", parts.port or 0, bytes)
    through = replace(filled, redis_url=filled.redis_url.replace(parts.netloc, f"127.0.0.1:{proxy.port}"))
    world.forget_pages(filled)
    async with as_it_runs(filled) as other, as_it_runs(through) as face:
        told = watched(face)
        before = await home(face)
        assert await home(face) == before
        kids = await home(other, "kids")
        proxy.refuse()
        with record_store_calls() as calls:
            assert await home(face) == before
        assert {name for name in calls.calls if name.startswith("mongo")} == {
            "mongo.accounts",
            "mongo.activity",
            "mongo.profiles",
        }
        assert (await other.data(LIST, id="warm-5", title="title_mv19"))["listAdd"] == {
            "__typename": "EventsRecorded"
        }
        assert "mv19" in ids(await home(face), "mine")
        assert (await home(face, "kids"))["rows"]["nodes"][0]["id"] == kids["rows"]["nodes"][0]["id"]
    proxy.close()
    assert told.warmth == [
        CacheStatus.MISS,
        CacheStatus.HIT,
        CacheStatus.RECENT,
        CacheStatus.UNAVAILABLE,
        CacheStatus.UNAVAILABLE,
    ]


async def test_pages_composed_under_overload_are_cached_only_briefly(two: tuple[Face, Face]) -> None:
    face = Face(two[0].stores, a_process(PageCachePolicy()))
    face.process.load = Load(level=ServiceLevel.NO_RERANK, measured_at=0.0)
    told = watched(face)
    before = await home(face)
    assert await home(face, now=NOW + timedelta(seconds=15)) == before
    face.process.load = Load()
    await home(face, now=NOW + timedelta(seconds=DEGRADED_FRESH_SECONDS + 1))
    whole = await home(face, now=NOW + timedelta(seconds=DEGRADED_FRESH_SECONDS + 2))
    assert len(whole["rows"]["nodes"]) >= len(before["rows"]["nodes"])
    assert told.warmth == [CacheStatus.MISS, CacheStatus.HIT, CacheStatus.STALE, CacheStatus.HIT]
    assert fresh_seconds(a_page(ServiceLevel.FULL), PageCachePolicy()) == PageCachePolicy().fresh_seconds
    assert fresh_seconds(a_page(ServiceLevel.CACHED), PageCachePolicy()) == DEGRADED_FRESH_SECONDS
    assert fresh_seconds(a_page(ServiceLevel.CACHED), PageCachePolicy(fresh_seconds=5.0)) == 5.0


def a_page(level: ServiceLevel) -> Page:
    return Page("", "home", 1, "v1", NOW, (), level=level)
