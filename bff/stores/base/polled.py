"""A small thing that every page needs and that seldom changes: read for all pages at once, now and then.

What was read is kept when MongoDB is down: an old answer is better than none.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.errors import StoreUnavailable
from resolvers.runtime.deadlines import shared_context

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Answer(Generic[V]):
    value: V


class Polled(Generic[V]):
    """What `read` answers, at most `fresh_seconds` old. Requests that need it at one moment share one read."""

    def __init__(
        self,
        read: Callable[[], Awaitable[V]],
        fresh_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._fresh_seconds = fresh_seconds
        self._clock = clock
        self._known: _Answer[V] | None = None
        self._fresh_until = float("-inf")
        self._reading: asyncio.Task[V] | None = None
        self._forgotten = 0

    async def latest(self) -> V:
        """Raises StoreUnavailable when the store is down and nothing was ever read.

        In the second half of its time it is answered at once too, and read again behind that.
        """
        left = self._fresh_until - self._clock()
        if self._known is not None and left > 0:
            if left <= self._fresh_seconds / 2:
                self._begin(Context())
            return self._known.value
        # Shielded: a client that goes away must not cancel the read that others wait for.
        return await asyncio.shield(self._begin(shared_context()))

    def forget(self) -> None:
        """Read it anew for whoever asks next; a read that is under way may have come too early."""
        self._forgotten += 1
        self._fresh_until = float("-inf")
        self._reading = None

    def _begin(self, context: Context) -> asyncio.Task[V]:
        if self._reading is None:
            self._reading = asyncio.create_task(self._refresh(), context=context)
            self._reading.add_done_callback(self._done)
        return self._reading

    async def _refresh(self) -> V:
        forgotten = self._forgotten
        try:
            known = self._same_or(_Answer(await self._read()))
        except StoreUnavailable:
            if self._known is None:
                raise
            known = self._known
        if forgotten == self._forgotten:
            self._known = known
            self._fresh_until = self._clock() + self._fresh_seconds
        return known.value

    def _same_or(self, answer: _Answer[V]) -> _Answer[V]:
        """What is known already, if it is equal: whoever holds it sees that nothing has changed."""
        return self._known if self._known == answer and self._known is not None else answer

    def _done(self, task: asyncio.Task[V]) -> None:
        if self._reading is task:
            self._reading = None
        if not task.cancelled():
            # Looked at here, so that a failure nobody waited for is not reported as forgotten.
            task.exception()
