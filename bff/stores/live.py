"""The pointer to live data: asked at most once a second by the whole process, kept when MongoDB is down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from domain.errors import StoreUnavailable
from domain.recommendations import DataVersion

FRESH_SECONDS = 1.0


class LivePointer:
    """The LiveData port. Requests that need the pointer at the same moment share one read of it."""

    def __init__(
        self,
        read: Callable[[], Awaitable[DataVersion | None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._clock = clock
        self._known: DataVersion | None = None
        self._fresh_until = float("-inf")
        self._reading: asyncio.Task[DataVersion | None] | None = None

    async def live(self) -> DataVersion | None:
        """See ports.LiveData. Raises StoreUnavailable when MongoDB is down and nothing was ever read."""
        if self._clock() < self._fresh_until:
            return self._known
        if self._reading is None:
            self._reading = asyncio.create_task(self._refresh())
            self._reading.add_done_callback(self._done)
        # Shielded: a client that goes away must not cancel the read that others wait for.
        return await asyncio.shield(self._reading)

    async def _refresh(self) -> DataVersion | None:
        try:
            self._known = await self._read()
        except StoreUnavailable:
            if self._known is None:
                raise
        self._fresh_until = self._clock() + FRESH_SECONDS
        return self._known

    def _done(self, task: asyncio.Task[DataVersion | None]) -> None:
        self._reading = None
        if not task.cancelled():
            # Looked at here, so that a failure nobody waited for is not reported as forgotten.
            task.exception()
