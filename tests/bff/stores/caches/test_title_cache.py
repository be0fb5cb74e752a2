"""Titles in memory: shared while unchanged, refreshed within the minute, gone when withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bff.stores.caches.title_cache import MAX_AGE_SECONDS, MAX_NOTED_PAGES, REFRESH_SECONDS, TitleCache
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from tests.domain.made import a_title

A, B, GONE = TitleId("a"), TitleId("b"), TitleId("gone")


@dataclass
class FakeCatalog:
    """A catalogue that makes its titles anew for each call, as one behind a network does."""

    titles_of: dict[TitleId, Title] = field(default_factory=lambda: {A: a_title("a"), B: a_title("b")})
    calls: list[list[TitleId]] = field(default_factory=list)
    down: bool = False

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        self.calls.append(list(ids))
        if self.down:
            raise StoreUnavailable("elasticsearch")
        return {one: replace(self.titles_of[one]) for one in ids if one in self.titles_of}


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def make_cache(usable: float = MAX_AGE_SECONDS, most: int = 100) -> tuple[TitleCache, FakeCatalog, Clock]:
    catalog, clock = FakeCatalog(), Clock()
    return TitleCache(catalog, usable, clock, most), catalog, clock  # type: ignore[arg-type]


async def finish_refreshes(cache: TitleCache) -> None:
    for index in cache._indexes.values():
        if index.refreshing is not None:
            await index.refreshing


async def test_titles_and_missing_titles_are_cached_once_read() -> None:
    cache, catalog, _ = make_cache()
    assert (cache.cached("i", [A]), cache.epoch("i", [A])) == ({}, None)
    read = await cache.titles("i", [A, GONE])
    assert cache.cached("i", [A, B, GONE]) == {A: read[A], GONE: None}
    assert cache.cached("another", [A]) == {}
    assert catalog.calls == [[A, GONE]]


async def test_a_title_read_again_is_the_same_object_unless_it_changed() -> None:
    cache, catalog, _ = make_cache()
    first = await cache.titles("i", [A, B])
    epoch = cache.epoch("i", [])
    again = await cache.titles("i", [A, B])
    assert (again[A] is first[A], again[B] is first[B], cache.epoch("i", [])) == (True, True, epoch)
    catalog.titles_of[A] = a_title("a", name="Another")
    assert (await cache.titles("i", [A, B]))[A].name == "Another"
    assert cache.cached("i", [A])[A] is not first[A]
    assert cache.epoch("i", []) != epoch


async def test_requested_titles_are_refreshed_in_the_background_and_no_others() -> None:
    cache, catalog, clock = make_cache()
    await cache.titles("i", [A, B])
    cache.cached("i", [A])
    clock.now += REFRESH_SECONDS
    catalog.titles_of[A] = a_title("a", name="Another")
    assert cache.cached("i", [A])[A].name == "Movie a"  # type: ignore[union-attr]
    await finish_refreshes(cache)
    assert cache.cached("i", [A])[A].name == "Another"  # type: ignore[union-attr]
    assert catalog.calls == [[A, B], [A]]
    clock.now += MAX_AGE_SECONDS - REFRESH_SECONDS
    assert list(cache.cached("i", [A, B])) == [A]


@pytest.mark.parametrize("down", [False, True])
async def test_no_entry_is_used_past_its_ttl_whatever_the_catalogue_answers(down: bool) -> None:
    cache, catalog, clock = make_cache()
    await cache.titles("i", [A])
    epoch = cache.epoch("i", [A])
    catalog.down = down
    for seconds, there in ((MAX_AGE_SECONDS - 0.001, True), (0.001, False)):
        clock.now += seconds
        if there:
            assert A in cache.cached("i", [A])
    await finish_refreshes(cache)
    assert (A in cache.cached("i", [A])) is not down
    if down:
        assert cache.epoch("i", [A]) != epoch


async def test_a_withdrawn_title_is_gone_within_the_minute_however_often_it_is_asked_for() -> None:
    cache, catalog, clock = make_cache()
    await cache.titles("i", [A])
    del catalog.titles_of[A]
    for second in range(60):
        if second and cache.cached("i", [A]).get(A) is None:
            break
        clock.now += 1
        await finish_refreshes(cache)
    assert cache.cached("i", [A]).get(A) is None
    assert second < 60


async def test_memory_is_bounded_and_what_was_read_longest_ago_goes_first() -> None:
    cache, catalog, clock = make_cache(most=2)
    catalog.titles_of[GONE] = a_title("gone")
    for title_id in (A, B, GONE):
        await cache.titles("i", [title_id])
        clock.now += 1
    assert list(cache.cached("i", [A, B, GONE])) == [B, GONE]


async def test_pages_are_noted_up_to_a_bound() -> None:
    cache, catalog, clock = make_cache()
    await cache.titles("i", [A, B])
    for _ in range(MAX_NOTED_PAGES):
        cache.cached("i", [A])
    cache.cached("i", [B])
    clock.now += REFRESH_SECONDS
    cache.cached("i", [])
    await finish_refreshes(cache)
    assert catalog.calls == [[A, B], [A]]


async def test_a_forgetful_one_reads_each_time() -> None:
    cache, catalog, _ = make_cache(usable=0)
    for _ in range(2):
        assert list(await cache.titles("i", [A])) == [A]
        assert cache.cached("i", [A]) == {}
    assert catalog.calls == [[A], [A]]
