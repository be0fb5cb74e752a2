"""Commands that report on a page wait until it is complete, so that they describe the page that viewers get.

A new process has an empty browse cache, and the first read of a slow cluster takes longer than a page waits. That
read goes on after the page, so composing again finds its result.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from domain.page.model import DegradationKind

if TYPE_CHECKING:
    from resolvers.home.compose import ComposedPage

WAIT_SECONDS = 20.0
PAUSE_SECONDS = 0.25
PERMANENT = frozenset({DegradationKind.SHIPPED_PAGE_MISSING})
"""Losses that waiting does not end."""


class CompletePagePoller:
    """`seconds` is the budget for all pages of the process: a store that is down must not cost it for each."""

    def __init__(self, seconds: float = WAIT_SECONDS, pause: float = PAUSE_SECONDS) -> None:
        self._left = seconds
        self._pause = pause

    async def compose_complete(
        self, compose: Callable[[], Awaitable[ComposedPage]]
    ) -> tuple[ComposedPage, float]:
        """Compose until the page is complete or the budget is spent. Returns the page and its seconds to compose."""
        while True:
            began = time.perf_counter()
            composed = await compose()
            took = time.perf_counter() - began
            temporary = {lost.what for lost in composed.page.degradations} - PERMANENT
            if self._left <= 0 or not temporary:
                return composed, took
            await asyncio.sleep(self._pause)
            self._left -= took + self._pause
