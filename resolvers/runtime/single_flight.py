"""Runs one computation for concurrent callers with the same key.

Its task has the deadline of a request that has just begun: one client's short deadline must not cost all callers a
row, and store time-outs that are longer than a request must not cost any caller the answer. A caller that disconnects
does not cancel it; a caller whose own time for stores is up computes the result itself, from what is at hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, TypeVar

from resolvers.runtime.deadlines import SHARED_SECONDS, seconds_left_for_stores, shared_context

V = TypeVar("V")

Spawn = Callable[[Coroutine[object, object, None], str], bool]
"""Starts a background task; False: dropped."""


class SingleFlight:
    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[Any]] = {}

    def __len__(self) -> int:
        return len(self._running)

    async def run(
        self,
        key: Hashable,
        make: Callable[[], Coroutine[object, object, V]],
        store: Callable[[V], Awaitable[None]],
        spawn: Spawn,
    ) -> tuple[V, bool]:
        """The result, and True for the caller that started `make`. All callers get what it raises.

        `store` runs once with the result, in a task from `spawn`; until it is done, later callers share the result.
        """
        task = self._running.get(key)
        is_leader = task is None
        if task is None:
            task = self._running[key] = asyncio.create_task(make(), context=shared_context(SHARED_SECONDS))
            task.add_done_callback(lambda done: self._on_done(key, done, store, spawn))
        seconds_left = seconds_left_for_stores()
        if seconds_left is None:
            # Shielded: a cancelled caller must not cancel the others.
            return await asyncio.shield(task), is_leader
        await asyncio.wait({task}, timeout=max(0.0, seconds_left))
        return (task.result(), is_leader) if task.done() else (await make(), False)

    def _on_done(
        self, key: Hashable, task: asyncio.Task[V], store: Callable[[V], Awaitable[None]], spawn: Spawn
    ) -> None:
        if (
            task.cancelled()
            or task.exception()
            or not spawn(self._store_result(key, task, store), "storing a shared result")
        ):
            self._forget(key, task)

    async def _store_result(
        self, key: Hashable, task: asyncio.Task[V], store: Callable[[V], Awaitable[None]]
    ) -> None:
        try:
            await store(task.result())
        finally:
            self._forget(key, task)

    def _forget(self, key: Hashable, task: asyncio.Task[V]) -> None:
        if self._running.get(key) is task:
            del self._running[key]
