"""The Announcements port over the log in Redis: hears before each answer and each second, and announces with retries.

A request's first call brings the position of the last announcement (the page cache's read), or asks for it
(`catch_up`). Only when something was announced does it cost another call.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from bff.stores.visibility.log import LogReading, VisibilityLog
from domain.errors import StoreUnavailable
from domain.visibility.changes import ALL_CHANGED, VisibilityChange
from resolvers.runtime.deadlines import shared_context
from resolvers.runtime.known_changes import Channel, KnownChanges

POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0
MAX_PENDING = 1000
"""Announcements that wait for Redis; beyond that they become one of everything."""


class HeardAnnouncements:
    def __init__(
        self,
        log: VisibilityLog,
        changes: KnownChanges,
        ticks: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._log = log
        self._changes = changes
        self.ticks = ticks
        self._pause = pause
        self._position: str | None = None
        """None before the first reading."""
        self._answered = False
        self._pending: list[VisibilityChange] = []
        self._retrying: asyncio.Task[None] | None = None

    async def catch_up(self) -> None:
        asked_at = self.ticks()
        try:
            self._take(await self._log.read_after(self._position or ""), asked_at)
        except StoreUnavailable:
            # What was heard before ages: facts then lose their trust.
            self._answered = False

    async def catch_up_to(self, position: str, asked_at: float) -> None:
        """`position`: of the last announcement, as another call of Redis brought it."""
        if position == self._position:
            self._changes.heard(Channel.LOG, asked_at)
        else:
            await self.catch_up()

    def is_current(self) -> bool:
        """The log answered when it was last asked."""
        return self._answered

    async def announce(self, change: VisibilityChange) -> None:
        if not change:
            return
        self._changes.note(change)
        try:
            await self._log.announce(change)
        except StoreUnavailable:
            self._announce_later(change)

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.catch_up()
            await self._pause(POLL_SECONDS)

    def close(self) -> None:
        if self._retrying is not None:
            self._retrying.cancel()

    def _take(self, reading: LogReading, asked_at: float) -> None:
        is_first = self._position is None
        if reading.has_gap and not is_first:
            self._changes.lost(Channel.LOG)
            self._changes.note(ALL_CHANGED)
        if reading.position != self._position:
            for logged in reading.changes:
                self._changes.note(logged.change, logged.at)
        self._position, self._answered = reading.position, True
        self._changes.heard(Channel.LOG, asked_at, reading.complete_from)

    def announce_later(self, change: VisibilityChange) -> None:
        """In the background; this process knows it at once."""
        self._changes.note(change)
        self._announce_later(change)

    def _announce_later(self, change: VisibilityChange) -> None:
        self._pending = [*self._pending, change] if len(self._pending) < MAX_PENDING else [ALL_CHANGED]
        if self._retrying is None:
            self._retrying = asyncio.create_task(self._retry_pending(), context=shared_context())

    async def _retry_pending(self) -> None:
        while self._pending:
            try:
                while self._pending:
                    await self._log.announce(self._pending[0])
                    del self._pending[0]
            except StoreUnavailable:
                await self._pause(RETRY_SECONDS)
        self._retrying = None
