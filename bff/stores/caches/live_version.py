"""The live data version, read at most once a second per process."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping

from bff.stores.base.polled import PolledValue
from domain.errors import StoreUnavailable
from domain.recommendations.lists import DataVersion

MAX_AGE_SECONDS = 1.0
ALL_MAX_AGE_SECONDS = 5.0


class LivePointer:
    """The DataVersions port."""

    def __init__(
        self,
        read: Callable[[], Awaitable[DataVersion | None]],
        read_all: Callable[[], Awaitable[Mapping[str, DataVersion]]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pointer: PolledValue[DataVersion | None] = PolledValue(read, MAX_AGE_SECONDS, clock)
        self._all: PolledValue[Mapping[str, DataVersion]] = PolledValue(read_all, ALL_MAX_AGE_SECONDS, clock)

    async def live(self) -> DataVersion | None:
        """Raises StoreUnavailable if MongoDB is down and nothing was ever read."""
        return await self._pointer.latest()

    async def readable(self) -> Mapping[str, DataVersion]:
        try:
            return await self._all.latest()
        except StoreUnavailable:
            return {}
