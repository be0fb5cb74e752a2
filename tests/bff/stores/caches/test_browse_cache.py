"""Browse results: read once for many viewers, refreshed in the background, served while the cluster is down."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bff.stores.caches.browse_cache import COMMAND_TIMING, MAX_AGE_SECONDS, REFRESH_SECONDS, BrowseCache
from domain.errors import StoreUnavailable
from domain.ids import Region, TitleId
from domain.ports.stores import BrowseQuery

ADULT = BrowseQuery(Region("DE"), 18, kids=False)
KIDS = BrowseQuery(Region("DE"), 10, kids=True)
FRENCH = BrowseQuery(Region("FR"), 18, kids=False)


class Cluster:
    """Answers a result that names its region and its read count; can be down or slow."""

    def __init__(self) -> None:
        self.now = 0.0
        self.reads: list[tuple[str, ...]] = []
        self.down = False
        self.answers = asyncio.Event()
        self.answers.set()

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> Mapping[BrowseQuery, tuple[TitleId, ...]]:
        self.reads.append(tuple(f"{index}:{query.region}:{query.maturity_limit}" for query in queries))
        await self.answers.wait()
        if self.down:
            raise StoreUnavailable("elasticsearch")
        return {query: (TitleId(f"{index}-{query.region}-{len(self.reads)}"),) for query in queries}


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def cache(cluster: Cluster) -> BrowseCache:
    return BrowseCache(cluster.browse, clock=lambda: cluster.now)


async def finish_reads() -> None:
    """Let the reads in the background end."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_browse_lists_of_a_page_are_one_read_and_then_none(
    cache: BrowseCache, cluster: Cluster
) -> None:
    first = await cache.browse("i", [ADULT, KIDS])
    assert await cache.browse("i", [KIDS, ADULT]) == first
    assert cluster.reads == [("i:DE:18", "i:DE:10")]


async def test_every_fact_that_decides_what_is_shown_makes_another_entry(
    cache: BrowseCache, cluster: Cluster
) -> None:
    for index, query in (("i", ADULT), ("i", KIDS), ("i", FRENCH), ("new version", ADULT)):
        await cache.browse(index, [query])
    assert len(cluster.reads) == 4


async def test_equal_reads_at_one_moment_are_one(cache: BrowseCache, cluster: Cluster) -> None:
    answers = await asyncio.gather(*(cache.browse("i", [ADULT]) for _ in range(30)))
    assert len(cluster.reads) == 1
    assert answers == [{ADULT: ("i-DE-1",)}] * 30


async def test_a_stale_list_is_served_while_it_is_read_again(cache: BrowseCache, cluster: Cluster) -> None:
    await cache.browse("i", [ADULT])
    cluster.now = REFRESH_SECONDS
    assert await cache.browse("i", [ADULT]) == {ADULT: ("i-DE-1",)}
    await finish_reads()
    assert await cache.browse("i", [ADULT]) == {ADULT: ("i-DE-2",)}


async def test_a_stale_list_is_served_while_the_cluster_is_down(cache: BrowseCache, cluster: Cluster) -> None:
    await cache.browse("i", [ADULT])
    cluster.down = True
    cluster.now = MAX_AGE_SECONDS - 1
    for _ in range(3):
        assert await cache.browse("i", [ADULT]) == {ADULT: ("i-DE-1",)}
        await finish_reads()
    with pytest.raises(StoreUnavailable):
        await cache.browse("i", [ADULT, KIDS])


async def test_a_list_older_than_an_hour_is_not_served(cache: BrowseCache, cluster: Cluster) -> None:
    await cache.browse("i", [ADULT])
    cluster.down = True
    cluster.now = MAX_AGE_SECONDS
    with pytest.raises(StoreUnavailable):
        await cache.browse("i", [ADULT])


async def test_a_slow_read_costs_this_page_its_list_and_serves_the_next(
    cache: BrowseCache, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bff.stores.caches.browse_cache.FIRST_READ_TIMEOUT_SECONDS", 0.01)
    cluster.answers.clear()
    with pytest.raises(StoreUnavailable):
        await cache.browse("i", [ADULT])
    cluster.answers.set()
    await finish_reads()
    assert await cache.browse("i", [ADULT]) == {ADULT: ("i-DE-1",)}
    assert len(cluster.reads) == 1


async def test_a_viewer_who_leaves_does_not_stop_the_read(cache: BrowseCache, cluster: Cluster) -> None:
    first = asyncio.create_task(cache.browse("i", [ADULT]))
    await asyncio.sleep(0)
    second = asyncio.create_task(cache.browse("i", [ADULT]))
    first.cancel()
    assert await second == {ADULT: ("i-DE-1",)}


async def test_the_lists_read_longest_ago_are_evicted(
    cache: BrowseCache, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bff.stores.caches.browse_cache.MAX_ENTRIES", 2)
    for query in (ADULT, KIDS, FRENCH, KIDS, ADULT):
        await cache.browse("i", [query])
    assert len(cluster.reads) == 4


async def test_a_command_reads_one_long_list_for_profiles_that_need_more_or_less_of_it() -> None:
    """Titles that leave have an order of their own, so that a long list does not hold a short one."""
    asked: list[int] = []

    async def read(index: str, queries: Sequence[BrowseQuery]) -> Mapping[BrowseQuery, tuple[TitleId, ...]]:
        asked.extend(query.size for query in queries)
        return {query: tuple(TitleId(f"m{place}") for place in range(query.size)) for query in queries}

    cache = BrowseCache(read, timing=COMMAND_TIMING)
    short, long = replace(ADULT, size=50), replace(ADULT, size=150)
    leaving = [replace(query, leaving_days=14) for query in (short, long)]
    lists = [(await cache.browse("v1", [query]))[query] for query in (short, long, *leaving)]
    assert [len(found) for found in lists] == [50, 150, 50, 150]
    assert asked == [COMMAND_TIMING.least_size, 50, 150]
