"""The shipped page of the hand-made world, as a night would have written it, and a process that has it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.ids import GLOBAL
from domain.page.fallback_page import StaticPages, make
from domain.page_cache.cached_page import PageCachePolicy
from domain.recommendations.lists import PopularKey, Ranked, RankedList
from resolvers.runtime.process import Process
from tests.domain.made import DE, HOUR, NOW, US
from tests.resolvers import world

LISTS = {
    PopularKey(region): RankedList(
        tuple(Ranked(one, title.popularity, 9) for one, title in world.TITLES.items()), NOW - HOUR
    )
    for region in (DE, US, GLOBAL)
}
PAGES = make("shipped", NOW - HOUR, LISTS, world.TITLES)


@dataclass(frozen=True)
class Ship:
    """A ShippedPages port that holds its pages."""

    held: StaticPages | None = PAGES

    def pages(self) -> StaticPages | None:
        return self.held


def a_process() -> Process:
    """With the shipped page, nothing remembered, and a clock that stands still."""
    return Process(shipped=Ship(), clock=lambda: 0.0, rung_seconds=20, warm=PageCachePolicy(fresh=0))
