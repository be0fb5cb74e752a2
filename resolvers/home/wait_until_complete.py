"""Commands that tell of a page wait until it is whole: what they say is to be true of the page that is served.

A process that has just begun has read no shelf of the catalogue, and a slow cluster takes longer for the first
reading than a page waits. The reading goes on behind the page, so composing again finds it. A running service
has its shelves at hand.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from domain.page.model import DegradationKind

if TYPE_CHECKING:
    from resolvers.home.compose import ComposedPage

PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 0.25
PERMANENT = frozenset({DegradationKind.SHIPPED_PAGE_MISSING})
"""What waiting does not mend."""


class CompletePagePoller:
    """`seconds` are for all pages of the process together: a store that is down must not cost them for each."""

    def __init__(self, seconds: float = PATIENCE_SECONDS, pause: float = PAUSE_SECONDS) -> None:
        self._left = seconds
        self._pause = pause

    async def whole(self, compose: Callable[[], Awaitable[ComposedPage]]) -> tuple[ComposedPage, float]:
        """The page, composed until every store was heard or patience ends; the seconds the last one took."""
        while True:
            began = time.perf_counter()
            made = await compose()
            took = time.perf_counter() - began
            passing = {lost.what for lost in made.page.degradations} - PERMANENT
            if self._left <= 0 or not passing:
                return made, took
            await asyncio.sleep(self._pause)
            self._left -= took + self._pause
