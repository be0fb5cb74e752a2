"""Exposures on their way to MongoDB: noted by a page in no time, written behind it, many at once.

What was noted is remembered, so that the thousandth page of a viewer costs nothing; what could not be written
is forgotten again, so that a later page notes it anew. A second process that notes the same one changes
nothing: the document's id is the unit, the experiment and the phase.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from bff.stores.mongo.database import MongoDatabase
from domain.errors import StoreUnavailable
from domain.experiments.exposures import Exposure, exposure_changes, sticky_changes
from domain.storage_names import ACCOUNTS, EXPOSURES

REMEMBERED = 200_000
"""About 40 MB; whoever is forgotten is written again, which changes nothing."""
WAITING = 10_000
BATCH = 200
LOOK_AGAIN_SECONDS = 3600.0
"""How long "it made no difference" is believed before a page is compared again."""
REST_SECONDS = 10.0
"""How long pages are spared the comparison when its outcome could not be written."""
CLOSE_SECONDS = 2.0

log = logging.getLogger("marquee.exposures")


@dataclass(frozen=True, slots=True)
class _Noted:
    variant: str
    differs: bool
    at: float


class ExposureLog:
    """The Exposures port. `dropped` counts what was noted and not written."""

    def __init__(self, database: MongoDatabase, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._noted: OrderedDict[str, _Noted] = OrderedDict()
        self._waiting: deque[Exposure] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._resting_until = float("-inf")
        self.dropped = 0

    def wants(self, exposure_id: str, variant: str) -> bool:
        """See ports.Exposures. Nothing is wanted for a while after it could not be written."""
        if self._clock() < self._resting_until:
            return False
        noted = self._noted.get(exposure_id)
        if noted is None or noted.variant != variant:
            return True
        return not noted.differs and self._clock() - noted.at >= LOOK_AGAIN_SECONDS

    def note(self, exposure: Exposure) -> bool:
        """See ports.Exposures. Never waits, never raises."""
        if not self.wants(exposure.id, exposure.variant):
            return False
        if len(self._waiting) >= WAITING:
            self.dropped += 1
            return False
        self._noted[exposure.id] = _Noted(exposure.variant, exposure.differs, self._clock())
        self._noted.move_to_end(exposure.id)
        if len(self._noted) > REMEMBERED:
            self._noted.popitem(last=False)
        self._waiting.append(exposure)
        if self._writing is None or self._writing.done():
            # A context of its own: what is written here is no store call of the page that noted it.
            self._writing = asyncio.create_task(self._write_all(), context=contextvars.Context())
        return True

    async def settle(self) -> None:
        """Wait until all that was noted is written or dropped."""
        while self._writing is not None and not self._writing.done():
            await asyncio.wait({self._writing})

    async def close(self) -> None:
        """Write what still waits, for a moment at most."""
        if self._writing is not None and not self._writing.done():
            await asyncio.wait({self._writing}, timeout=CLOSE_SECONDS)
            self._writing.cancel()

    async def _write_all(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                await self._write(batch)
            except StoreUnavailable:
                self._forget(batch)

    async def _write(self, batch: list[Exposure]) -> None:
        """What the account remembers comes last: nobody is kept in a variant that no exposure tells of."""
        await self._database.change_each(
            EXPOSURES, [(exposure.id, exposure_changes(exposure)) for exposure in batch], upsert=True
        )
        kept = [exposure for exposure in batch if exposure.sticky]
        if kept:
            changes = [(exposure.account_id, {"$set": sticky_changes(exposure)}) for exposure in kept]
            await self._database.change_each(ACCOUNTS, changes)

    def _forget(self, batch: list[Exposure]) -> None:
        self.dropped += len(batch)
        self._resting_until = self._clock() + REST_SECONDS
        log.warning("%d exposures could not be written; the viewers' later pages note them again", len(batch))
        for exposure in batch:
            self._noted.pop(exposure.id, None)
