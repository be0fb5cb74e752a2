"""Exposures on their way to MongoDB: queued by the page, written in batches in the background.

Noted exposures are cached, so that a viewer's later pages cost nothing; a failed write is forgotten, so that a later
page notes it again. Duplicates are harmless: the document id is unit, experiment and phase.
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
from domain.ids import ProfileId
from domain.storage_names import ACCOUNTS, DEPARTURES, EXPOSURES
from domain.viewers.departures import departure_key

MAX_NOTED = 200_000
"""About 40 MB; evicted ones are written again."""
MAX_QUEUED = 10_000
BATCH = 200
RECHECK_SECONDS = 3600.0
"""How long "no difference" is trusted."""
BACKOFF_SECONDS = 10.0
"""Pages skip the comparison after a failed write."""
CLOSE_TIMEOUT_SECONDS = 2.0

log = logging.getLogger("marquee.exposures")


@dataclass(frozen=True, slots=True)
class _NotedExposure:
    variant: str
    differs: bool
    noted_at: float


class ExposureLog:
    """The Exposures port. `dropped` counts exposures that were not written."""

    def __init__(self, database: MongoDatabase, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._noted: OrderedDict[str, _NotedExposure] = OrderedDict()
        self._queue: deque[Exposure] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._backoff_until = float("-inf")
        self.dropped = 0

    def is_new(self, exposure_id: str, variant: str) -> bool:
        """False for a while after a failed write."""
        if self._clock() < self._backoff_until:
            return False
        previous = self._noted.get(exposure_id)
        if previous is None or previous.variant != variant:
            return True
        return not previous.differs and self._clock() - previous.noted_at >= RECHECK_SECONDS

    def record(self, exposure: Exposure) -> bool:
        """Never waits, never raises."""
        if not self.is_new(exposure.id, exposure.variant):
            return False
        if len(self._queue) >= MAX_QUEUED:
            self.dropped += 1
            return False
        self._noted[exposure.id] = _NotedExposure(exposure.variant, exposure.differs, self._clock())
        self._noted.move_to_end(exposure.id)
        if len(self._noted) > MAX_NOTED:
            self._noted.popitem(last=False)
        self._queue.append(exposure)
        if self._writing is None or self._writing.done():
            # Empty context: the write is no call of the page.
            self._writing = asyncio.create_task(self._write_queue(), context=contextvars.Context())
        return True

    async def flush(self) -> None:
        """Wait until the queue is empty."""
        while self._writing is not None and not self._writing.done():
            await asyncio.wait({self._writing})

    async def close(self) -> None:
        """Flush, but not for long."""
        if self._writing is not None and not self._writing.done():
            await asyncio.wait({self._writing}, timeout=CLOSE_TIMEOUT_SECONDS)
            self._writing.cancel()

    async def _write_queue(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
            try:
                await self._write(batch)
            except StoreUnavailable:
                self._drop(batch)

    def forget(self, profile_id: ProfileId) -> None:
        """What waits of a departed profile is not written."""
        waiting = [exposure for exposure in self._queue if exposure.profile_id != profile_id]
        self._queue.clear()
        self._queue.extend(waiting)

    async def _write(self, batch: list[Exposure]) -> None:
        """Accounts last: none may stick to a variant without an exposure."""
        await self._database.update_each(
            EXPOSURES, [(exposure.id, exposure_changes(exposure)) for exposure in batch], upsert=True
        )
        sticky = [exposure for exposure in batch if exposure.sticky]
        if sticky:
            changes = [(exposure.account_id, {"$set": sticky_changes(exposure)}) for exposure in sticky]
            await self._database.update_each(ACCOUNTS, changes)
        await self._remove_departed(batch)

    async def _remove_departed(self, batch: list[Exposure]) -> None:
        """A removal may have searched before this batch was written; it stored the departure before that."""
        by_key = {departure_key(exposure.profile_id): exposure for exposure in batch}
        for found in await self._database.find_by_id(DEPARTURES, by_key):
            departed = by_key[found["_id"]].profile_id
            of_profile = [exposure for exposure in batch if exposure.profile_id == departed]
            gone = {
                f"arms.{each.experiment}.{departed}": "" for each in of_profile if each.unit_id == departed
            }
            with self._database.calls.guard("change_each"):
                exposures, own = self._database.collection(EXPOSURES), {"profile_id": departed}
                await exposures.delete_many(own | {"unit_id": departed})
                await exposures.update_many(own, {"$unset": {"profile_id": "", "page_id": ""}})
                if gone:
                    await self._database.collection(ACCOUNTS).update_one(
                        {"_id": of_profile[0].account_id}, {"$unset": gone}
                    )

    def _drop(self, batch: list[Exposure]) -> None:
        self.dropped += len(batch)
        self._backoff_until = self._clock() + BACKOFF_SECONDS
        log.warning(
            "cannot write %d exposures (%d dropped since the start); the viewers' later pages note them again",
            len(batch),
            self.dropped,
        )
        for exposure in batch:
            self._noted.pop(exposure.id, None)
