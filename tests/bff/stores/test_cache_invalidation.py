"""A write invalidates cached pages before it is acknowledged, or none is served until a retry succeeds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bff.stores.base.instrumentation import DeadlineExceeded
from bff.stores.cache_invalidation import (
    RETRY_SECONDS,
    InvalidatingActivities,
    InvalidatingPageCache,
    InvalidatingProfiles,
    changes_page,
)
from domain.errors import StoreUnavailable
from domain.ids import ProfileId, TitleId
from domain.page_cache.cached_page import CacheKey
from domain.ports.page_cache import PageCacheRead
from domain.ports.stores import RecordResult
from domain.viewers.activity import Changes, Listing
from domain.viewers.profiles import Preferences
from tests.domain.made import MINA, NOW

ADE = ProfileId("ade")
LISTED = Changes(listed={TitleId("t1"): Listing(NOW, True)})
SEEN = Changes(impressions={742: {TitleId("t1"): 1}})


@dataclass
class FailingPageCache:
    """Logs invalidations in order; the first `failures` fail."""

    log: list[str]
    failures: int = 0

    async def invalidate(self, profile_id: ProfileId) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("redis")
        self.log.append(f"invalidated {profile_id}")

    async def read(self, key: CacheKey, wait: bool = False) -> PageCacheRead:
        return PageCacheRead("token")


@dataclass
class FakeStores:
    """Logs durable writes, as Activities and Profiles."""

    log: list[str] = field(default_factory=list)
    error: StoreUnavailable | None = None
    """Raised once it is durable."""

    async def record(self, profile_id: ProfileId, events: Sequence[Any], changes: Changes) -> RecordResult:
        self.log.append("recorded")
        if self.error:
            raise self.error
        return RecordResult(8, frozenset(), changes)

    async def merge_session(self, session: ProfileId, profile_id: ProfileId) -> RecordResult:
        self.log.append("adopted")
        return RecordResult(8, frozenset(), Changes())

    async def save_preferences(self, profile_id: ProfileId, preferences: Preferences) -> None:
        self.log.append("preferred")


def make_adapters(
    failures: int = 0, pause: Any = asyncio.sleep
) -> tuple[Any, Any, InvalidatingPageCache, list[str]]:
    log: list[str] = []
    stores: Any = FakeStores(log)
    page_cache = InvalidatingPageCache(FailingPageCache(log, failures), pause)  # type: ignore[arg-type]
    return (
        InvalidatingActivities(stores, page_cache),
        InvalidatingProfiles(stores, page_cache),
        page_cache,
        log,
    )


async def finish_retries(page_cache: InvalidatingPageCache) -> None:
    if page_cache._retrying is not None:
        await page_cache._retrying


async def test_every_write_is_announced_once_it_is_durable() -> None:
    activities, profiles, _, log = make_adapters()
    await activities.record(ADE, [], LISTED)
    await profiles.save_preferences(ADE, Preferences(("Drama",), NOW))
    await activities.merge_session(MINA, ADE)
    assert log == [
        "recorded",
        "invalidated ade",
        "preferred",
        "invalidated ade",
        "adopted",
        "invalidated mina",
        "invalidated ade",
    ]


@pytest.mark.parametrize(
    ("error", "told"), [(DeadlineExceeded("mongo"), ["invalidated ade"]), (StoreUnavailable("mongo"), [])]
)
async def test_a_write_that_ran_out_of_time_may_be_durable_and_is_announced(
    error: StoreUnavailable, told: list[str]
) -> None:
    async def pause(seconds: float) -> None:
        with pytest.raises(StoreUnavailable):
            await page_cache.read(CacheKey(ADE, "v"))

    activities, _, page_cache, log = make_adapters(pause=pause)
    activities._activities.error = error
    with pytest.raises(StoreUnavailable):
        await activities.record(ADE, [], LISTED)
    await finish_retries(page_cache)
    assert log == ["recorded", *told]


@pytest.mark.parametrize(("changes", "told"), [(LISTED, True), (SEEN, False), (Changes(), False)])
async def test_what_was_merely_shown_is_not_announced(changes: Changes, told: bool) -> None:
    activities, _, _, log = make_adapters()
    await activities.record(ADE, [], changes)
    assert (changes_page(changes), "invalidated ade" in log) == (told, told)


async def test_a_write_is_acknowledged_without_valkey_and_no_cached_page_is_served_until_it_is_invalidated() -> (
    None
):
    pauses: list[float] = []
    released = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await released.wait()

    activities, _, page_cache, log = make_adapters(failures=3, pause=pause)
    assert (await activities.record(ADE, [], LISTED)).revision == 8
    assert (await activities.record(MINA, [], LISTED)).revision == 8
    for mine in (ADE, MINA):
        with pytest.raises(StoreUnavailable):
            await page_cache.read(CacheKey(mine, "v"))
    assert (await page_cache.read(CacheKey(ProfileId("new"), "v"))).write_token == "token"
    released.set()
    await finish_retries(page_cache)
    assert log == ["recorded", "recorded", "invalidated ade", "invalidated mina"]
    assert pauses == [RETRY_SECONDS] * 2
    assert (await page_cache.read(CacheKey(ADE, "v"))).write_token == "token"
