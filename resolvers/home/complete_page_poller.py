"""Commands that report on a page wait until it is complete, so that they describe the page that viewers get.

A new process has an empty browse cache, and the first read of a slow cluster takes longer than a page waits. That
read goes on after the page, so composing again finds its result. A store that is down never completes a page: the
wait ends some seconds after the last page that was complete.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING

from domain.page.model import DegradationKind

if TYPE_CHECKING:
    from resolvers.home.compose import ComposedPage
    from resolvers.runtime.background import Background

WAIT_SECONDS = 20.0
PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 2.0
PATIENCE_SECONDS, LATE_PATIENCE_SECONDS = 5.0, 30.0
"""Without a complete page: while stores fail, and while they are only late."""
PERMANENT = frozenset({DegradationKind.SHIPPED_PAGE_MISSING})
"""Losses that waiting does not end."""


class CompletePagePoller:
    """`seconds` is for all pages of the process together: a store that is down must not cost it for each.

    With `background`, a page is composed again once the reads that were late for it have ended.
    """

    def __init__(
        self,
        seconds: float = WAIT_SECONDS,
        background: Background | None = None,
        pause: float = PAUSE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds = seconds
        self._background = background
        self._pause = pause
        self._clock = clock
        self._began_at: float | None = None
        self._complete_at = 0.0

    async def compose_complete(
        self, compose: Callable[[], Awaitable[ComposedPage]]
    ) -> tuple[ComposedPage, float]:
        """Compose until the page is complete or the budget is spent. Returns the page and its seconds to compose."""
        if self._began_at is None:
            self._began_at = self._complete_at = self._clock()
        while True:
            began = time.perf_counter()
            composed = await compose()
            took = time.perf_counter() - began
            temporary = {lost.what for lost in composed.page.degradations} - PERMANENT
            if not temporary:
                self._complete_at = self._clock()
            is_over = self._clock() - self._began_at >= self._seconds
            if is_over or not temporary or self._has_stalled(temporary):
                return composed, took
            await asyncio.sleep(self._pause)
            if self._background is not None:
                await self._background.settle(LONGEST_PAUSE_SECONDS)

    def _has_stalled(self, temporary: Collection[DegradationKind]) -> bool:
        is_late = all(what is DegradationKind.ROW_LATE for what in temporary)
        patience = LATE_PATIENCE_SECONDS if is_late else PATIENCE_SECONDS
        return self._clock() - self._complete_at > patience
