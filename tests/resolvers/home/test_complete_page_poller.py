"""Commands wait for a whole page, and not for ever."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

from domain.page.model import Degradation, DegradationKind
from resolvers.home.complete_page_poller import CompletePagePoller
from resolvers.home.compose import ComposedPage


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
