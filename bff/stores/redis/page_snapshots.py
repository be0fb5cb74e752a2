"""Snapshots of served pages: in this process at once, in Redis a moment later.

Cursors must work as soon as a client has them, and no response waits for Redis. So pages are cached here before the
response and written after it. Another process that misses one retries after RETRY_DELAY_SECONDS.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from bff.page_ttls import PageTtls
from bff.stores.redis.lists import RedisStore
from bff.stores.redis.page_codec import UnreadableRecord, page_from_bytes, page_to_bytes
from domain.ids import PROFILE_DIGEST_CHARACTERS, ProfileId
from domain.page.model import Page
from domain.signed_tokens import digest
from domain.snapshots.keys import departed_key, page_key
from domain.snapshots.snapshot import PageSnapshot, is_snapshot_id, take_snapshot

MAX_WRITTEN = 1000
"""Encoded pages, some 15 kB each."""
MAX_UNWRITTEN = 200
"""Composed pages, some 500 kB each."""
RETRY_DELAY_SECONDS = 0.05
SCAN_BATCH = 200

log = logging.getLogger("marquee.pages")


@dataclass(slots=True)
class _WrittenPage:
    record: bytes
    renew_at: float
    expires_at: float


class RedisPageSnapshots:
    """The PageSnapshots port."""

    def __init__(
        self,
        redis: RedisStore,
        ttls: PageTtls,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._redis = redis
        self._ttls = ttls
        self._clock = clock
        self._pause = pause
        self._unwritten: OrderedDict[str, tuple[Page, ProfileId]] = OrderedDict()
        self._written: OrderedDict[str, _WrittenPage] = OrderedDict()

    def cache(self, page: Page, profile_id: ProfileId) -> bool:
        written = self._written.get(page.snapshot_id)
        if written is not None and self._clock() < written.renew_at:
            self._written.move_to_end(page.snapshot_id)
            return False
        self._unwritten[page.snapshot_id] = (page, profile_id)
        if len(self._unwritten) > MAX_UNWRITTEN:
            self._unwritten.popitem(last=False)
        return True

    async def save(self, snapshot_id: str) -> None:
        """Raises StoreUnavailable if Redis fails; this process keeps the page. A departed profile's is dropped."""
        unwritten = self._unwritten.pop(snapshot_id, None)
        if unwritten is None:
            return
        profile_id = unwritten[1]
        text = page_to_bytes(take_snapshot(*unwritten))
        now = self._clock()
        written = self._store_written(snapshot_id, _WrittenPage(text, now, now + self._ttls.paging_seconds))
        await self._redis.set_if_absent(
            "keep_page",
            page_key(snapshot_id),
            text,
            self._ttls.ttl_seconds(snapshot_id),
            unless=departed_key(profile_id),
        )
        written.renew_at = now + self._ttls.renewal_seconds

    def forget(self, profile_id: ProfileId) -> None:
        """What this process holds of a departed profile."""
        for name, (_, owner) in list(self._unwritten.items()):
            if owner == profile_id:
                del self._unwritten[name]
        prefix = digest(profile_id)[:PROFILE_DIGEST_CHARACTERS]
        for name in [name for name in self._written if name.startswith(prefix)]:
            del self._written[name]

    async def snapshots(self, snapshot_ids: Sequence[str]) -> dict[str, PageSnapshot]:
        """Raises StoreUnavailable if a page is not cached and Redis does not answer."""
        ids = [name for name in dict.fromkeys(snapshot_ids) if is_snapshot_id(name)]
        pages = {name: page for name in ids if (page := self._load_local(name)) is not None}
        for delay in (0.0, RETRY_DELAY_SECONDS):
            missing = [name for name in ids if name not in pages]
            if not missing:
                break
            if delay:
                await self._pause(delay)
            pages |= await self._load_from_redis(missing)
        return pages

    async def all_snapshots(self) -> AsyncIterator[PageSnapshot]:
        seen: set[str] = set()
        batch: list[str] = []
        async for name in self._redis.scan_names(page_key("*")):
            if name not in seen:
                seen.add(name)
                batch.append(name)
            if len(batch) == SCAN_BATCH:
                async for page in self._load_batch(batch):
                    yield page
                batch = []
        async for page in self._load_batch(batch):
            yield page

    async def _load_batch(self, names: Sequence[str]) -> AsyncIterator[PageSnapshot]:
        for name, text in (await self._redis.get_texts("pages", names)).items() if names else ():
            page = self._decode(name.rpartition(":")[2], text)
            if page is not None:
                yield page

    def _load_local(self, snapshot_id: str) -> PageSnapshot | None:
        if snapshot_id in self._unwritten:
            return take_snapshot(*self._unwritten[snapshot_id])
        written = self._written.get(snapshot_id)
        if written is None or written.expires_at <= self._clock():
            return None
        return self._decode(snapshot_id, written.record)

    async def _load_from_redis(self, snapshot_ids: Sequence[str]) -> dict[str, PageSnapshot]:
        names = {page_key(name): name for name in snapshot_ids}
        pages: dict[str, PageSnapshot] = {}
        for key, text in (await self._redis.get_texts("pages", list(names))).items():
            page = self._decode(names[key], text)
            if page is not None:
                pages[names[key]] = page
                # Its TTL in Redis is unknown here; the page's next card comes soon.
                now = self._clock()
                self._store_written(names[key], _WrittenPage(text, now, now + self._ttls.renewal_seconds))
        return pages

    def _store_written(self, snapshot_id: str, written: _WrittenPage) -> _WrittenPage:
        self._written[snapshot_id] = written
        self._written.move_to_end(snapshot_id)
        if len(self._written) > MAX_WRITTEN:
            self._written.popitem(last=False)
        return written

    def _decode(self, snapshot_id: str, record: bytes) -> PageSnapshot | None:
        """None for an unreadable record: such a page counts as expired."""
        try:
            return page_from_bytes(record)
        except UnreadableRecord as error:
            log.error("page %s is unreadable and is skipped: %r", snapshot_id, error)
            return None
