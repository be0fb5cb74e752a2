"""The pointer to live data: asked at most once a second by the whole process, kept when MongoDB is down."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping

from bff.stores.base.polled import Polled
from domain.errors import StoreUnavailable
from domain.recommendations.lists import DataVersion

FRESH_SECONDS = 1.0
ALL_FRESH_SECONDS = 5.0


class LivePointer:
    """The LiveData port."""

    def __init__(
        self,
        read: Callable[[], Awaitable[DataVersion | None]],
        read_all: Callable[[], Awaitable[Mapping[str, DataVersion]]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pointer: Polled[DataVersion | None] = Polled(read, FRESH_SECONDS, clock)
        self._all: Polled[Mapping[str, DataVersion]] = Polled(read_all, ALL_FRESH_SECONDS, clock)

    async def live(self) -> DataVersion | None:
        """See ports.LiveData. Raises StoreUnavailable when MongoDB is down and nothing was ever read."""
        return await self._pointer.latest()

    async def versions(self) -> Mapping[str, DataVersion]:
        """See ports.LiveData."""
        try:
            return await self._all.latest()
        except StoreUnavailable:
            return {}
