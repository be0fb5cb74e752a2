"""Where Redis holds something of one profile: cached pages, page snapshots and samples of invariant violations."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bff.stores.redis.invariant_violations import ViolationLog
from bff.stores.redis.lists import RedisStore
from bff.stores.redis.page_codec import UnreadableRecord, page_from_bytes
from domain.ids import ProfileId
from domain.page.invariants import Invariant
from domain.serialization import Document
from domain.snapshots.documents import page_to_document
from domain.snapshots.keys import departed_key, page_cache_key, page_key_prefix, violation_key

DEPARTED_SECONDS = 3600
"""Longer than a page that was composed before is on its way to Redis."""

SCAN_BATCH = 200
WRITE_TOKEN, LEASE = "s", "l"
"""Fields of a page cache's hash that hold no page (page_cache.py)."""


class RedisProfileKeys:
    def __init__(self, redis: RedisStore) -> None:
        self._redis = redis
        self._violations = ViolationLog(redis)

    async def close_to(self, profile_id: ProfileId) -> None:
        """From now on no snapshot of it is stored."""
        await self._redis.set_text("depart", departed_key(profile_id), b"1", DEPARTED_SECONDS)

    async def count_cached(self, profile_id: ProfileId) -> int:
        """A write token or a lease is no page: whoever asks for a page makes one."""
        fields = await self._redis.field_names("pages", page_cache_key(profile_id))
        return sum(field != WRITE_TOKEN and not field.startswith(LEASE) for field in fields)

    async def remove_cached(self, profile_id: ProfileId) -> None:
        await self._redis.remove("forget_pages", [page_cache_key(profile_id)])

    async def count_snapshots(self, profile_id: ProfileId) -> int:
        return len([name async for name in self._snapshots(profile_id)])

    async def remove_snapshots(self, profile_id: ProfileId) -> None:
        names = [name async for name in self._snapshots(profile_id)]
        await self._redis.remove("forget_pages", names)

    async def pages(self, profile_id: ProfileId) -> list[Document]:
        """Page documents of its snapshots, those of invariant violations among them."""
        found = [name async for name in self._snapshots(profile_id)]
        pages = []
        for record in (await self._redis.get_texts("pages", found)).values() if found else ():
            try:
                pages.append(page_to_document(page_from_bytes(record)))
            except UnreadableRecord:
                continue
        samples = [
            sample.page for sample in await self._violations.latest() if sample.page.profile_id == profile_id
        ]
        return [*pages, *map(page_to_document, samples)]

    async def _snapshots(self, profile_id: ProfileId) -> AsyncIterator[str]:
        """Few profiles share a key prefix, so the record decides. An unreadable one is of use to nobody."""
        names = [name async for name in self._redis.scan_names(page_key_prefix(profile_id) + "*")]
        unique = list(dict.fromkeys(names))
        for start in range(0, len(unique), SCAN_BATCH):
            batch = unique[start : start + SCAN_BATCH]
            for name, record in (await self._redis.get_texts("pages", batch)).items():
                if _is_of(record, profile_id):
                    yield name

    async def count_violations(self, profile_id: ProfileId) -> int:
        return sum([len(await self._violations.texts_of(each, profile_id)) for each in Invariant])

    async def remove_violations(self, profile_id: ProfileId) -> None:
        for invariant in Invariant:
            texts = await self._violations.texts_of(invariant, profile_id)
            await self._redis.remove_from_list("forget_pages", violation_key(invariant), texts)


def _is_of(record: bytes, profile_id: ProfileId) -> bool:
    try:
        return page_from_bytes(record).profile_id == profile_id
    except UnreadableRecord:
        return True
