"""The pointer to live data: asked at most once a second by the whole process, kept when MongoDB is down."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from bff.stores.polled import Polled
from domain.recommendations import DataVersion

FRESH_SECONDS = 1.0


class LivePointer:
    """The LiveData port."""

    def __init__(
        self,
        read: Callable[[], Awaitable[DataVersion | None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pointer: Polled[DataVersion | None] = Polled(read, FRESH_SECONDS, clock)

    async def live(self) -> DataVersion | None:
        """See ports.LiveData. Raises StoreUnavailable when MongoDB is down and nothing was ever read."""
        return await self._pointer.latest()
