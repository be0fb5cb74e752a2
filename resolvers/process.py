"""What lives as long as the process and is shared by its requests: work that goes on behind an answer, what was
served last, the pages that ship with the service, since when something is amiss, and who counts."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextvars import Context
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.observing import Observer, Silent
from domain.outages import Outages
from domain.overload import Load
from domain.ports import ShippedPages
from domain.static_page import StaticPages
from domain.warm_pages import WarmRules
from resolvers.editions import Editions
from resolvers.flights import Flights
from resolvers.last_good import LastGood

if TYPE_CHECKING:
    from resolvers.warming import Served

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


class NoShippedPages:
    """The ShippedPages of a process without the file."""

    def pages(self) -> StaticPages | None:
        return None


@dataclass(slots=True)
class Process:
    """One per process; every request's Context holds it. `outages` and `load` are values, put in anew."""

    background: Background = field(default_factory=Background)
    observer: Observer = field(default_factory=Silent)
    shipped: ShippedPages = field(default_factory=NoShippedPages)
    last_good: LastGood = field(default_factory=LastGood)
    outages: Outages = field(default_factory=dict)
    load: Load = field(default_factory=Load)
    clock: Callable[[], float] = time.monotonic
    contract_share: float = 1.0
    """Share of requests whose pages are held against their contract (resolvers/checking.py)."""
    rung_seconds: float = 0.3
    """How long a rung of the ladder is waited for. Its read goes on and may serve the next page."""
    warm: WarmRules = field(default_factory=WarmRules)
    flights: Flights[Served] = field(default_factory=Flights)
    """Pages being made."""
    editions: Editions = field(default_factory=Editions)
    demo: bool = False
    """Anybody may look behind the stage: arms may be forced with any token."""


async def _finish(task: asyncio.Task[object]) -> None:
    await task


async def _logged(work: Coroutine[object, object, object], what: str) -> None:
    try:
        await work
    except Exception:
        log.exception("%s failed behind an answer", what)
