"""The shipped page of the hand-made world, as the nightly run would write it, and a process that has it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.ids import GLOBAL
from domain.page.fallback_page import FallbackPages, build_fallback_pages
from domain.page_cache.cached_page import PageCachePolicy
from domain.recommendations.lists import PopularKey, RankedList, RankedTitle
from resolvers.runtime.process import Process
from tests.domain.made import DE, HOUR, NOW, US
from tests.resolvers import world

LISTS = {
    PopularKey(region): RankedList(
        tuple(RankedTitle(one, title.popularity) for one, title in world.TITLES.items()), NOW - HOUR
    )
    for region in (DE, US, GLOBAL)
}
PAGES = build_fallback_pages("shipped", NOW - HOUR, LISTS, world.TITLES)


@dataclass(frozen=True)
class Ship:
    """A ShippedPages port that holds its pages."""

    held: FallbackPages | None = PAGES

    def pages(self) -> FallbackPages | None:
        return self.held


def a_process() -> Process:
    """With the shipped page, nothing remembered, and a clock that stands still."""
    return Process(
        shipped_pages=Ship(),
        clock=lambda: 0.0,
        fallback_timeout_seconds=20,
        page_cache_policy=PageCachePolicy(fresh_seconds=0),
    )
