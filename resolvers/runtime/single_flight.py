"""One making for many: requests that need the same page at one moment wait for one of them to make it.

The making is a task of its own, without the deadline of the request that began it: a page that lost a row to one
client's haste would be everybody's. A request that goes away leaves it to the others, and to whoever asks next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, TypeVar

from resolvers.runtime.deadlines import shared_context

V = TypeVar("V")

Land = Callable[[Coroutine[object, object, None], str], bool]
"""Has work done behind the answer; False: it was dropped."""


class SingleFlight:
    """What is being made, by key. What was made stays at hand until it is put where others find it."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Any]] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    async def run(
        self,
        key: Hashable,
        make: Callable[[], Coroutine[object, object, V]],
        put: Callable[[V], Awaitable[None]],
        land: Land,
    ) -> tuple[V, bool]:
        """What `make` makes, and True for the request that began it. Raises what `make` raises, for all of them.

        `put` is called once with what was made, behind the answers; until it is done, later requests get the same.
        """
        task = self._under_way.get(key)
        begins = task is None
        if task is None:
            task = self._under_way[key] = asyncio.create_task(make(), context=shared_context())
            task.add_done_callback(lambda done: self._made(key, done, put, land))
        # Shielded: a client that goes away must not cancel what others wait for.
        return await asyncio.shield(task), begins

    def _made(
        self, key: Hashable, task: asyncio.Task[V], put: Callable[[V], Awaitable[None]], land: Land
    ) -> None:
        if (
            task.cancelled()
            or task.exception()
            or not land(self._landed(key, task, put), "keeping a page warm")
        ):
            self._forget(key, task)

    async def _landed(
        self, key: Hashable, task: asyncio.Task[V], put: Callable[[V], Awaitable[None]]
    ) -> None:
        try:
            await put(task.result())
        finally:
            self._forget(key, task)

    def _forget(self, key: Hashable, task: asyncio.Task[V]) -> None:
        if self._under_way.get(key) is task:
            del self._under_way[key]
