"""Background tasks. Failures are logged, never raised."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextvars import Context

log = logging.getLogger("marquee.background")

MAX_TASKS = 1000


class Background:
    """Drops tasks beyond `capacity`."""

    def __init__(self, capacity: int = MAX_TASKS) -> None:
        self._capacity = capacity
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[object, object, object], label: str) -> bool:
        """False: dropped. `label` is for the log."""
        if len(self._running) >= self._capacity:
            work.close()
            return False
        # An empty context: its store calls do not count for the request that started it.
        task = asyncio.create_task(_run_logged(work, label), context=Context())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return True

    def finish_later(self, task: asyncio.Task[object], label: str) -> None:
        """Let a task finish although its caller timed out."""
        self.start(_await_task(task), label)

    async def settle(self, seconds: float | None = None) -> None:
        """Wait for all tasks, at most so many seconds: for shutdown, commands and tests."""
        clock = asyncio.get_running_loop().time
        until = None if seconds is None else clock() + seconds
        while self._running and (until is None or clock() < until):
            left = None if until is None else until - clock()
            await asyncio.wait(set(self._running), timeout=left)


async def _await_task(task: asyncio.Task[object]) -> None:
    await task


async def _run_logged(work: Coroutine[object, object, object], label: str) -> None:
    try:
        await work
    except Exception:
        log.exception("Background task failed: %s", label)
