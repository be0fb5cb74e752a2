"""Commands wait for a whole page, and not for ever."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

from domain.page.model import Degradation, DegradationKind
from resolvers.home.complete_page_poller import (
    LATE_PATIENCE_SECONDS,
    PATIENCE_SECONDS,
    CompletePagePoller,
)
from resolvers.home.compose import ComposedPage
from resolvers.runtime.background import Background


@dataclass(slots=True)
class PageSource:
    """Composes pages: the first `missing` ones are degraded, the next ones are whole."""

    missing: int
    what: DegradationKind = DegradationKind.ROW_UNAVAILABLE
    composed: int = 0

    async def page(self) -> ComposedPage:
        self.composed += 1
        lost = (Degradation(self.what, "nothing"),) if self.composed <= self.missing else ()
        return cast(ComposedPage, SimpleNamespace(page=SimpleNamespace(degradations=lost)))


async def test_a_whole_page_is_composed_once() -> None:
    source = PageSource(missing=0)
    made, seconds = await CompletePagePoller(seconds=20, pause=0).compose_complete(source.page)
    assert (source.composed, made.page.degradations, 0 <= seconds < 1) == (1, (), True)


async def test_a_page_is_composed_again_until_it_is_whole() -> None:
    source = PageSource(missing=3)
    made, _ = await CompletePagePoller(seconds=20, pause=0).compose_complete(source.page)
    assert (source.composed, made.page.degradations) == (4, ())


async def test_it_does_not_wait_for_what_waiting_cannot_fix() -> None:
    source = PageSource(missing=100, what=DegradationKind.SHIPPED_PAGE_MISSING)
    await CompletePagePoller(seconds=20, pause=0).compose_complete(source.page)
    assert source.composed == 1


async def test_the_waiting_time_is_for_all_pages_together() -> None:
    source, poller = PageSource(missing=100), CompletePagePoller(seconds=0.02, pause=0.01)
    made, _ = await poller.compose_complete(source.page)
    first = source.composed
    assert (len(made.page.degradations), 1 < first <= 3) == (1, True)
    await poller.compose_complete(source.page)
    assert source.composed == first + 1


async def test_without_a_complete_page_for_some_seconds_a_store_is_down() -> None:
    """Pages that become complete meanwhile renew the patience."""
    now = [0.0]

    def clock() -> float:
        now[0] += 1.0
        return now[0]

    source = PageSource(missing=1000)
    poller = CompletePagePoller(seconds=10_000, pause=0, clock=clock)
    await poller.compose_complete(source.page)
    failed, source.composed = source.composed, 0
    await poller.compose_complete(source.page)
    assert (1 < failed <= PATIENCE_SECONDS, source.composed) == (True, 1)
    late = PageSource(missing=1000, what=DegradationKind.ROW_LATE)
    await CompletePagePoller(seconds=10_000, pause=0, clock=clock).compose_complete(late.page)
    assert PATIENCE_SECONDS < late.composed <= LATE_PATIENCE_SECONDS


async def test_it_waits_for_the_reads_that_were_late() -> None:
    background, answered = Background(), asyncio.Event()

    async def page() -> ComposedPage:
        if not answered.is_set():
            background.start(_answer(answered), "read")
        lost = () if answered.is_set() else (Degradation(DegradationKind.ROW_LATE, "nothing"),)
        return cast(ComposedPage, SimpleNamespace(page=SimpleNamespace(degradations=lost)))

    made, _ = await CompletePagePoller(20, background, pause=0).compose_complete(page)
    assert made.page.degradations == ()


async def _answer(answered: asyncio.Event) -> None:
    for _ in range(20):
        await asyncio.sleep(0)
    answered.set()
