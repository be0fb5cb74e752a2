"""A viewer's write is announced before it is acknowledged; when that fails, nothing is trusted until it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bff.stores.base.instrumentation import OutOfTime
from bff.stores.cache_invalidation import (
    RETRY_SECONDS,
    AnnouncedActivities,
    AnnouncedProfiles,
    Announcer,
    shows,
)
from domain.errors import StoreUnavailable
from domain.ids import ProfileId, TitleId
from domain.page_cache.cached_page import CacheKey
from domain.ports.page_cache import PageCacheRead
from domain.ports.stores import Recorded
from domain.viewers.activity import Changes, Listing
from domain.viewers.profiles import Preferences
from tests.domain.made import MINA, NOW

ADE = ProfileId("ade")
LISTED = Changes(listed={TitleId("t1"): Listing(NOW, True)})
SEEN = Changes(shown={742: {TitleId("t1"): 1}})


@dataclass
class Warm:
    """What was told, in order; `deaf` for so many tellings."""

    log: list[str]
    deaf: int = 0

    async def moved(self, profile_id: ProfileId) -> None:
        if self.deaf:
            self.deaf -= 1
            raise StoreUnavailable("redis")
        self.log.append(f"moved {profile_id}")

    async def read(self, place: CacheKey, wait: bool = False) -> PageCacheRead:
        return PageCacheRead("stamp")


@dataclass
class People:
    """Activities and Profiles that note when they are durable."""

    log: list[str] = field(default_factory=list)
    error: StoreUnavailable | None = None
    """Raised once it is durable."""

    async def record(self, profile_id: ProfileId, events: Sequence[Any], changes: Changes) -> Recorded:
        self.log.append("recorded")
        if self.error:
            raise self.error
        return Recorded(8, frozenset(), changes)

    async def adopt(self, session: ProfileId, profile_id: ProfileId) -> Recorded:
        self.log.append("adopted")
        return Recorded(8, frozenset(), Changes())

    async def prefer(self, profile_id: ProfileId, preferences: Preferences) -> None:
        self.log.append("preferred")


def announced(deaf: int = 0, pause: Any = asyncio.sleep) -> tuple[Any, Any, Announcer, list[str]]:
    log: list[str] = []
    people: Any = People(log)
    announcer = Announcer(Warm(log, deaf), pause)  # type: ignore[arg-type]
    return AnnouncedActivities(people, announcer), AnnouncedProfiles(people, announcer), announcer, log


async def test_every_write_is_announced_once_it_is_durable() -> None:
    activities, profiles, _, log = announced()
    await activities.record(ADE, [], LISTED)
    await profiles.prefer(ADE, Preferences(("Drama",), NOW))
    await activities.adopt(MINA, ADE)
    assert log == ["recorded", "moved ade", "preferred", "moved ade", "adopted", "moved mina", "moved ade"]


@pytest.mark.parametrize(
    ("error", "told"), [(OutOfTime("mongo"), ["moved ade"]), (StoreUnavailable("mongo"), [])]
)
async def test_a_write_that_ran_out_of_time_may_be_durable_and_is_announced(
    error: StoreUnavailable, told: list[str]
) -> None:
    async def pause(seconds: float) -> None:
        with pytest.raises(StoreUnavailable):
            await announcer.read(CacheKey(ADE, "v"))

    activities, _, announcer, log = announced(pause=pause)
    activities._activities.error = error
    with pytest.raises(StoreUnavailable):
        await activities.record(ADE, [], LISTED)
    await announcer.told()
    assert log == ["recorded", *told]


@pytest.mark.parametrize(("changes", "told"), [(LISTED, True), (SEEN, False), (Changes(), False)])
async def test_what_was_merely_shown_is_not_announced(changes: Changes, told: bool) -> None:
    activities, _, _, log = announced()
    await activities.record(ADE, [], changes)
    assert (shows(changes), "moved ade" in log) == (told, told)


async def test_a_write_is_acknowledged_without_valkey_and_no_page_is_trusted_until_it_was_told() -> None:
    pauses: list[float] = []
    gate = asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await gate.wait()

    activities, _, announcer, log = announced(deaf=3, pause=pause)
    assert (await activities.record(ADE, [], LISTED)).revision == 8
    assert (await activities.record(MINA, [], LISTED)).revision == 8
    for mine in (ADE, MINA):
        with pytest.raises(StoreUnavailable):
            await announcer.read(CacheKey(mine, "v"))
    assert (await announcer.read(CacheKey(ProfileId("new"), "v"))).stamp == "stamp"
    gate.set()
    await announcer.told()
    assert log == ["recorded", "recorded", "moved ade", "moved mina"]
    assert pauses == [RETRY_SECONDS] * 2
    assert (await announcer.read(CacheKey(ADE, "v"))).stamp == "stamp"
