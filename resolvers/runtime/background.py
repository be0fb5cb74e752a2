"""Work that goes on behind an answer. Its failures are logged, never raised."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextvars import Context

log = logging.getLogger("marquee.background")


MOST_AT_ONCE = 1000
"""Background work under way; what comes on top is dropped and counted, so that it cannot pile up."""


class Background:
    """Work that no answer waits for. Its failures are logged, never raised."""

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._most = most
        self._running: set[asyncio.Task[None]] = set()
        self.dropped = 0

    def start(self, work: Coroutine[object, object, object], what: str) -> bool:
        """Begin `work`; False when there is too much under way already, and it was dropped."""
        if len(self._running) >= self._most:
            work.close()
            self.dropped += 1
            return False
        # In a context of its own: what it asks of the stores is no part of the request that began it.
        task = asyncio.create_task(_logged(work, what), context=Context())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return True

    def keep(self, task: asyncio.Task[object], what: str) -> None:
        """Let a task that an answer waited for in vain come to its end."""
        self.start(_finish(task), what)

    async def settle(self) -> None:
        """Wait until everything that was under way is done: for a server that stops, and for tests."""
        while self._running:
            await asyncio.wait(set(self._running))


async def _finish(task: asyncio.Task[object]) -> None:
    await task


async def _logged(work: Coroutine[object, object, object], what: str) -> None:
    try:
        await work
    except Exception:
        log.exception("%s failed behind an answer", what)
