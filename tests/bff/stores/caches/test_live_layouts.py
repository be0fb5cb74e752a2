"""Published layouts: read once a second for all pages, and at once after this process publishes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from bff.stores.caches.live_layouts import LAYOUTS_MAX_AGE_SECONDS, PolledLayouts
from domain.layouts.resolution import PublishedLayouts


@dataclass
class FakeLayoutStore:
    """Answers with another book for every reading, or always with an equal one, and counts readings."""

    readings: int = 0
    changes: bool = True
    gate: asyncio.Event | None = None

    async def live_layouts(self) -> PublishedLayouts:
        self.readings += 1
        book = PublishedLayouts((self.readings if self.changes else "a layout",))  # type: ignore[arg-type]
        if self.gate is not None:
            await self.gate.wait()
        return book

    async def publish(self, version: Any, expected: int) -> Any:
        return version


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def make_layouts() -> tuple[PolledLayouts, FakeLayoutStore, Clock]:
    store, clock = FakeLayoutStore(), Clock()
    return PolledLayouts(store, store, LAYOUTS_MAX_AGE_SECONDS, clock), store, clock  # type: ignore[arg-type]


async def test_a_book_is_read_behind_in_the_second_half_of_its_time_and_waited_for_after_it() -> None:
    layouts, store, clock = make_layouts()
    first = await layouts.live_layouts()
    clock.now = LAYOUTS_MAX_AGE_SECONDS / 2 - 0.01
    assert await layouts.live_layouts() is first
    assert store.readings == 1
    clock.now = LAYOUTS_MAX_AGE_SECONDS / 2
    assert await layouts.live_layouts() is first
    for _ in range(3):
        await asyncio.sleep(0)
    second = await layouts.live_layouts()
    assert (second is first, store.readings) == (False, 2)
    clock.now += LAYOUTS_MAX_AGE_SECONDS
    third = await layouts.live_layouts()
    assert (third is second, store.readings) == (False, 3)


async def test_a_book_that_is_equal_when_it_is_read_again_stays_the_same_object() -> None:
    layouts, store, clock = make_layouts()
    store.changes = False
    first = await layouts.live_layouts()
    clock.now = LAYOUTS_MAX_AGE_SECONDS
    assert await layouts.live_layouts() is first
    assert store.readings == 2


async def test_after_publishing_here_the_next_page_reads() -> None:
    layouts, store, _ = make_layouts()
    before = await layouts.live_layouts()
    await layouts.publish(None, 1)  # type: ignore[arg-type]  # the store of this test takes anything
    assert await layouts.live_layouts() is not before
    assert store.readings == 2


async def test_a_read_that_began_before_publishing_is_ignored() -> None:
    layouts, store, _ = make_layouts()
    store.gate = asyncio.Event()
    early = asyncio.create_task(layouts.live_layouts())
    for _ in range(2):
        await asyncio.sleep(0)
    assert store.readings == 1
    await layouts.publish(None, 1)  # type: ignore[arg-type]  # the store of this test takes anything
    late = asyncio.create_task(layouts.live_layouts())
    await asyncio.sleep(0)
    store.gate.set()
    books = await asyncio.gather(early, late)
    assert books[0] is not books[1]
    assert await layouts.live_layouts() is books[1]
    assert store.readings == 2
