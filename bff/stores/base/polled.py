"""Cache for a small, rarely changing value that every page needs, refreshed in the background. While the store is
down the last value stays in use."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.errors import StoreUnavailable
from resolvers.runtime.deadlines import seconds_left_for_stores, shared_context

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Box(Generic[V]):
    value: V


class PolledValue(Generic[V]):
    """At most `max_age_seconds` old. Concurrent requests share one read."""

    def __init__(
        self,
        read: Callable[[], Awaitable[V]],
        max_age_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._max_age_seconds = max_age_seconds
        self._clock = clock
        self._latest: _Box[V] | None = None
        self._fresh_until = float("-inf")
        self._reading: asyncio.Task[V] | None = None
        self._invalidations = 0

    async def latest(self) -> V:
        """Raises StoreUnavailable if the store is down, or silent until the request's deadline, and nothing was ever
        read.

        In the second half of its age limit the value is returned at once and refreshed in the background.
        """
        seconds_left = self._fresh_until - self._clock()
        if self._latest is not None and seconds_left > 0:
            if seconds_left <= self._max_age_seconds / 2:
                self._start_read(Context())
            return self._latest.value
        read = self._start_read(shared_context())
        patience = seconds_left_for_stores()
        if patience is None:
            # Shielded: a disconnecting client must not cancel a shared read.
            return await asyncio.shield(read)
        await asyncio.wait({read}, timeout=max(0.0, patience))
        if read.done():
            return read.result()
        if self._latest is None:
            raise StoreUnavailable("store", "a shared read is not done at the request's deadline")
        return self._latest.value

    def invalidate(self) -> None:
        """Also discards a read under way, which may have started too early."""
        self._invalidations += 1
        self._fresh_until = float("-inf")
        self._reading = None

    def _start_read(self, context: Context) -> asyncio.Task[V]:
        if self._reading is None:
            self._reading = asyncio.create_task(self._refresh(), context=context)
            self._reading.add_done_callback(self._finish_read)
        return self._reading

    async def _refresh(self) -> V:
        invalidations = self._invalidations
        try:
            latest = self._keep_if_equal(_Box(await self._read()))
        except StoreUnavailable:
            if self._latest is None:
                raise
            latest = self._latest
        if invalidations == self._invalidations:
            self._latest = latest
            self._fresh_until = self._clock() + self._max_age_seconds
        return latest.value

    def _keep_if_equal(self, value: _Box[V]) -> _Box[V]:
        """Keeps the old object if equal, so that its holders see no change."""
        return self._latest if self._latest == value and self._latest is not None else value

    def _finish_read(self, task: asyncio.Task[V]) -> None:
        if self._reading is task:
            self._reading = None
        if not task.cancelled():
            # Retrieve the exception, or asyncio logs it.
            task.exception()
