"""Pages as they were served: at hand in this process at once, in Redis for every other a moment later.

A cursor must work as soon as a client has it, and no answer waits for Redis. So a page is remembered here
before its answer leaves and written behind it. Another process that is asked in the moment between looks
again after `PATIENCE_SECONDS`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from bff.page_ttls import PageLives
from bff.stores.redis.lists import RedisStore
from bff.stores.redis.page_codec import Unreadable, page_from_bytes, page_to_bytes
from domain.ids import ProfileId
from domain.page.model import Page
from domain.snapshots.keys import page_key
from domain.snapshots.snapshot import PageSnapshot, is_snapshot_id, kept_page

REMEMBERED = 1000
"""Pages written down, some 15 kB each."""
UNWRITTEN = 200
"""Pages as they were composed, some 500 kB each, until they are written down."""
PATIENCE_SECONDS = 0.05
TOGETHER = 200
"""Pages read by one call when all of them are."""

log = logging.getLogger("marquee.pages")


@dataclass(slots=True)
class _Written:
    """Instants are the process's clock."""

    text: bytes
    renew_at: float
    ends_at: float


class RedisPageSnapshots:
    """The Pages port."""

    def __init__(
        self,
        redis: RedisStore,
        lives: PageLives,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._redis = redis
        self._lives = lives
        self._clock = clock
        self._pause = pause
        self._unwritten: OrderedDict[str, tuple[Page, ProfileId]] = OrderedDict()
        self._written: OrderedDict[str, _Written] = OrderedDict()

    def remember(self, page: Page, profile_id: ProfileId) -> bool:
        known = self._written.get(page.snapshot_id)
        if known is not None and self._clock() < known.renew_at:
            self._written.move_to_end(page.snapshot_id)
            return False
        self._unwritten[page.snapshot_id] = (page, profile_id)
        if len(self._unwritten) > UNWRITTEN:
            self._unwritten.popitem(last=False)
        return True

    async def save(self, snapshot_id: str) -> None:
        """Raises StoreUnavailable when Redis has it not; this process has it all the same."""
        waiting = self._unwritten.pop(snapshot_id, None)
        if waiting is None:
            return
        text = page_to_bytes(kept_page(*waiting))
        now = self._clock()
        written = self._keep(snapshot_id, _Written(text, now, now + self._lives.paging))
        await self._redis.keep("keep_page", page_key(snapshot_id), text, self._lives.seconds(snapshot_id))
        written.renew_at = now + self._lives.renewal

    async def pages(self, snapshot_ids: Sequence[str]) -> dict[str, PageSnapshot]:
        """See ports.Pages. Raises StoreUnavailable when one is not at hand and Redis does not answer."""
        wanted = [name for name in dict.fromkeys(snapshot_ids) if is_snapshot_id(name)]
        found = {name: page for name in wanted if (page := self._at_hand(name)) is not None}
        for patience in (0.0, PATIENCE_SECONDS):
            missing = [name for name in wanted if name not in found]
            if not missing:
                break
            if patience:
                await self._pause(patience)
            found |= await self._from_redis(missing)
        return found

    async def every(self) -> AsyncIterator[PageSnapshot]:
        """See ports.Pages."""
        seen: set[str] = set()
        batch: list[str] = []
        async for name in self._redis.names(page_key("*")):
            if name not in seen:
                seen.add(name)
                batch.append(name)
            if len(batch) == TOGETHER:
                async for page in self._read(batch):
                    yield page
                batch = []
        async for page in self._read(batch):
            yield page

    async def _read(self, names: Sequence[str]) -> AsyncIterator[PageSnapshot]:
        for name, text in (await self._redis.texts("pages", names)).items() if names else ():
            page = self._decoded(name.rpartition(":")[2], text)
            if page is not None:
                yield page

    def _at_hand(self, snapshot_id: str) -> PageSnapshot | None:
        if snapshot_id in self._unwritten:
            return kept_page(*self._unwritten[snapshot_id])
        written = self._written.get(snapshot_id)
        if written is None or written.ends_at <= self._clock():
            return None
        return self._decoded(snapshot_id, written.text)

    async def _from_redis(self, snapshot_ids: Sequence[str]) -> dict[str, PageSnapshot]:
        names = {page_key(name): name for name in snapshot_ids}
        found: dict[str, PageSnapshot] = {}
        for key, text in (await self._redis.texts("pages", list(names))).items():
            page = self._decoded(names[key], text)
            if page is not None:
                found[names[key]] = page
                # How long it lives on in Redis is not known here; the next card of this page comes soon.
                now = self._clock()
                self._keep(names[key], _Written(text, now, now + self._lives.renewal))
        return found

    def _keep(self, snapshot_id: str, written: _Written) -> _Written:
        self._written[snapshot_id] = written
        self._written.move_to_end(snapshot_id)
        if len(self._written) > REMEMBERED:
            self._written.popitem(last=False)
        return written

    def _decoded(self, snapshot_id: str, text: bytes) -> PageSnapshot | None:
        """None for a text that is no page, and for a page of another format: to us that page has expired."""
        try:
            return page_from_bytes(text)
        except Unreadable as error:
            log.error("page %s cannot be read and is skipped: %r", snapshot_id, error)
            return None
