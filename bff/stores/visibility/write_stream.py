"""Every write that MongoDB takes to accounts, profiles and titles, from its change stream, whoever wrote.

So an edit past all announcements acts within milliseconds. A server without change streams (no replica set) is asked
again once a minute; meanwhile facts have short leases (resolvers/runtime/known_changes.py).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Any

from bff.stores.mongo.database import MongoDatabase
from domain.errors import StoreUnavailable
from domain.ids import AccountId, ProfileId, TitleId
from domain.storage_names import ACCOUNTS, PROFILES, TITLES
from domain.visibility.changes import ALL_CHANGED, VisibilityChange
from resolvers.runtime.known_changes import Channel, KnownChanges

RETRY_SECONDS = 1.0
UNSUPPORTED_RETRY_SECONDS = 60.0
UNSUPPORTED = "only supported on replica sets"

VISIBLE_FIELDS: Mapping[str, frozenset[str]] = {
    ACCOUNTS: frozenset({"region", "plan"}),
    PROFILES: frozenset({"account_id", "kids", "maturity_limit", "blocked"}),
    TITLES: frozenset({"windows", "maturity_age", "region_ages", "plans", "kind", "series_id"}),
}
"""An update of other fields changes no visibility."""

log = logging.getLogger("marquee.stores")


class WriteStream:
    def __init__(
        self,
        database: MongoDatabase,
        changes: KnownChanges,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._changes = changes
        self._ticks = ticks
        self._told = ""

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            pause = RETRY_SECONDS
            try:
                await self._follow()
            except StoreUnavailable as error:
                if UNSUPPORTED in str(error):
                    pause = UNSUPPORTED_RETRY_SECONDS
                self._log_once(str(error))
            self._changes.lost(Channel.STREAM)
            await asyncio.sleep(pause)

    async def _follow(self) -> None:
        async with aclosing(self._database.writes_to([*VISIBLE_FIELDS])) as writes:
            asked_at = self._ticks()
            async for event in writes:
                if event is not None:
                    self._changes.note(change_of(event))
                self._changes.heard(Channel.STREAM, asked_at)
                self._told, asked_at = "", self._ticks()

    def _log_once(self, reason: str) -> None:
        if reason != self._told:
            log.warning("mongo tells of no writes, so facts have short leases: %s", reason)
        self._told = reason


def change_of(event: Mapping[str, Any]) -> VisibilityChange:
    """Empty when the write changes no visibility. A dropped or renamed collection is everything."""
    collection = event.get("ns", {}).get("coll")
    key = event.get("documentKey", {}).get("_id")
    if collection not in VISIBLE_FIELDS or key is None:
        return ALL_CHANGED
    update = event.get("updateDescription")
    if event["operationType"] == "update" and update:
        names = {name.partition(".")[0] for name in (*update["updatedFields"], *update["removedFields"])}
        names |= {one["field"].partition(".")[0] for one in update.get("truncatedArrays") or ()}
        if names.isdisjoint(VISIBLE_FIELDS[collection]):
            return VisibilityChange()
    if collection == ACCOUNTS:
        return VisibilityChange(accounts=(AccountId(key),))
    if collection == PROFILES:
        return VisibilityChange(profiles=(ProfileId(key),))
    return VisibilityChange(titles=(TitleId(key),))
