"""The page cache in Redis: one hash per profile, beside the page snapshots on one cluster slot.

    marquee:warm:{page:4a0c12}:<digest>     s            write token
                                            <variant>    cached page, beginning with its snapshot id
                                            l<variant>   lease: end (server clock, ms) and process
    marquee:{page:4a0c12}:<snapshot id>     page snapshot, shared with paging and replay

A write deletes the hash and sets a new write token: the profile's cached pages are gone at once, and pages composed
under the old token are not stored. Scripts make each step atomic. The read also brings the position of the last
visibility change, which lies on another slot: on a cluster it is asked for by a call of its own.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable

from bff.page_ttls import PageTtls
from bff.stores.redis.lists import LuaScript, RedisStore
from bff.stores.redis.page_codec import (
    UnreadableRecord,
    cached_page_from_bytes,
    cached_page_to_bytes,
    page_from_bytes,
    page_to_bytes,
)
from domain.ids import ProfileId
from domain.page_cache.cached_page import CachedPage, CacheKey
from domain.ports.page_cache import PageCacheRead
from domain.snapshots.keys import PAGE_CACHE_TTL_SECONDS, page_cache_key, page_key_prefix
from domain.snapshots.snapshot import PageSnapshot
from domain.visibility.changes import LAST_KEY
from resolvers.runtime.lru_cache import LruCache

LEASE_MS = 2000
"""How long others wait for the composing process, which may have died."""
WAIT_TIMEOUT_SECONDS = 0.3
POLL_SECONDS = 0.02
MAX_RECENT = 1000
"""Entries in this process's memory, as bytes: some 30 MB."""
MAX_FIELDS = 24
"""A fuller hash (clients that invent versions) is dropped whole."""

READ_SCRIPT = LuaScript("""
local last = ARGV[9] ~= '' and (redis.call('GET', ARGV[9]) or '')
local got = redis.call('HMGET', KEYS[1], 's', ARGV[1], 'l' .. ARGV[1])
if got[1] and got[2] then
  local page = redis.call('GET', ARGV[2] .. string.sub(got[2], 1, 24))
  if page then
    if redis.call('TTL', ARGV[2] .. string.sub(got[2], 1, 24)) < tonumber(ARGV[3]) then
      redis.call('EXPIRE', ARGV[2] .. string.sub(got[2], 1, 24), ARGV[4])
    end
    return {got[1], last, got[2], page}
  end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local write_token = got[1]
if not write_token then
  write_token = ARGV[5]
  redis.call('HSET', KEYS[1], 's', write_token)
  redis.call('EXPIRE', KEYS[1], ARGV[7])
end
local ends, owner = string.match(got[3] or '', '^(%d+) (.*)$')
if ends and tonumber(ends) > now and owner ~= ARGV[8] then return {write_token, last, 'busy'} end
redis.call('HSET', KEYS[1], 'l' .. ARGV[1], string.format('%.0f', now + ARGV[6]) .. ' ' .. ARGV[8])
return {write_token, last}
""")

STORE_SCRIPT = LuaScript("""
if redis.call('HGET', KEYS[1], 's') ~= ARGV[2] then return 0 end
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[7]) then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 's', ARGV[2])
end
redis.call('SET', ARGV[4], ARGV[5], 'EX', ARGV[6])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HDEL', KEYS[1], 'l' .. ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[8])
return 1
""")

CONFIRM_SCRIPT = LuaScript("""
local got = redis.call('HMGET', KEYS[1], 's', ARGV[1])
if got[1] ~= ARGV[2] or not got[2] or string.sub(got[2], 1, 24) ~= string.sub(ARGV[3], 1, 24) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
""")

CLAIM_SCRIPT = LuaScript("""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = string.match(redis.call('HGET', KEYS[1], 'l' .. ARGV[1]) or '', '^%d+')
if ends and tonumber(ends) > now then return 0 end
redis.call('HSET', KEYS[1], 'l' .. ARGV[1], string.format('%.0f', now + ARGV[2]) .. ' ' .. ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
""")

INVALIDATE_SCRIPT = LuaScript("""
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 's', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
""")

log = logging.getLogger("marquee.pages")


class RedisPageCache:
    """The PageCache port."""

    def __init__(
        self,
        redis: RedisStore,
        ttls: PageTtls,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._redis = redis
        self._ttls = ttls
        self._pause = pause
        self._process_id = uuid.uuid4().hex
        self._recent: LruCache[CacheKey, tuple[bytes, bytes]] = LruCache(MAX_RECENT)

    async def read(self, key: CacheKey, wait: bool = False) -> PageCacheRead:
        result = await self._read(key)
        waited_seconds = 0.0
        while wait and result.busy and waited_seconds < WAIT_TIMEOUT_SECONDS:
            await self._pause(POLL_SECONDS)
            waited_seconds += POLL_SECONDS
            result = await self._read(key)
        return result

    async def _read(self, key: CacheKey) -> PageCacheRead:
        ttls, profile_id = self._ttls, key.profile_id
        arguments = (
            key.variant,
            page_key_prefix(profile_id),
            ttls.paging_seconds,
            ttls.ttl_seconds(key.variant),
            uuid.uuid4().hex,
            LEASE_MS,
            PAGE_CACHE_TTL_SECONDS,
            self._process_id,
            "" if self._redis.is_cluster else LAST_KEY,
        )
        reply = await self._redis.run_script("warm_page", READ_SCRIPT, page_cache_key(profile_id), *arguments)
        write_token = reply[0].decode()
        last = reply[1].decode() if reply[1] is not None else None
        if len(reply) < 4:
            return PageCacheRead(write_token, busy=len(reply) == 3, last_announcement=last)
        try:
            found = cached_page_from_bytes(reply[2]), page_from_bytes(reply[3])
        except UnreadableRecord as error:
            return _skip_corrupt(key, write_token, last, str(error))
        if found[0].snapshot_id != found[1].snapshot_id or found[1].profile_id != profile_id:
            return _skip_corrupt(key, write_token, last, "it belongs to another page or profile")
        self._recent.put(key, (reply[2], reply[3]))
        return PageCacheRead(write_token, found, last_announcement=last)

    async def store(
        self, key: CacheKey, write_token: str, cached: CachedPage, snapshot: PageSnapshot
    ) -> bool:
        name = page_key_prefix(key.profile_id) + snapshot.snapshot_id
        record, page = cached_page_to_bytes(cached), page_to_bytes(snapshot)
        self._recent.put(key, (record, page))
        arguments = (
            key.variant,
            write_token,
            record,
            name,
            page,
            self._ttls.ttl_seconds(snapshot.snapshot_id),
            MAX_FIELDS,
            PAGE_CACHE_TTL_SECONDS,
        )
        return bool(
            await self._redis.run_script(
                "keep_warm", STORE_SCRIPT, page_cache_key(key.profile_id), *arguments
            )
        )

    def recent(self, key: CacheKey) -> tuple[CachedPage, PageSnapshot] | None:
        entry = self._recent.get(key)
        return (cached_page_from_bytes(entry[0]), page_from_bytes(entry[1])) if entry else None

    async def confirm(self, key: CacheKey, write_token: str, cached: CachedPage) -> bool:
        arguments = (key.variant, write_token, cached_page_to_bytes(cached), PAGE_CACHE_TTL_SECONDS)
        return bool(
            await self._redis.run_script(
                "confirm_warm", CONFIRM_SCRIPT, page_cache_key(key.profile_id), *arguments
            )
        )

    async def claim(self, key: CacheKey) -> bool:
        redis_key = page_cache_key(key.profile_id)
        arguments = (key.variant, LEASE_MS, self._process_id, PAGE_CACHE_TTL_SECONDS)
        return bool(await self._redis.run_script("claim_warm", CLAIM_SCRIPT, redis_key, *arguments))

    async def invalidate(self, profile_id: ProfileId) -> None:
        """After a write. Raises StoreUnavailable."""
        key = page_cache_key(profile_id)
        await self._redis.run_script(
            "move_stamp", INVALIDATE_SCRIPT, key, uuid.uuid4().hex, PAGE_CACHE_TTL_SECONDS
        )


def _skip_corrupt(key: CacheKey, write_token: str, last: str | None, error: str) -> PageCacheRead:
    log.error("the cached page of %s is skipped: %s", key.profile_id, error)
    return PageCacheRead(write_token, corrupt=True, last_announcement=last)
