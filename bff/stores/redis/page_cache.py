"""Warm pages in Redis: one hash a profile, beside the pages themselves on one cluster slot.

    marquee:warm:{page:4a0c12}:ade          s            the stamp
                                            <variant>    a warm page, beginning with the id of its page
                                            l<variant>   until when (server's clock, ms) which process composes it
    marquee:{page:4a0c12}:<snapshot id>     the page, as paging and replay read it too

A write of the viewer's deletes the hash and leaves a new stamp: every page of the profile is gone at once, and one
that was begun before is not taken any more. All of it happens in scripts, so nothing comes in between.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable

from bff.page_ttls import PageLives
from bff.stores.redis.lists import RedisStore, Script
from bff.stores.redis.page_codec import (
    Unreadable,
    page_from_bytes,
    page_to_bytes,
    warm_from_bytes,
    warm_to_bytes,
)
from domain.ids import ProfileId
from domain.page_cache.cached_page import CachedPage, CacheKey
from domain.ports.page_cache import PageCacheRead
from domain.snapshots.keys import page_keys, warm_key
from domain.snapshots.snapshot import PageSnapshot

LEASE_MS = 2000
"""How long others wait for a process that composes, at most; it may have died."""
WAIT_SECONDS = 0.3
LOOK_AGAIN_SECONDS = 0.02
STAMP_SECONDS = 600
"""How long a hash lives: longer than any page in it is fresh, and than any composing takes."""
MOST_VARIANTS = 24
"""Fields of one hash. Clients that make up versions do not fill it: then all of it is dropped."""

READ = Script("""
local got = redis.call('HMGET', KEYS[1], 's', ARGV[1], 'l' .. ARGV[1])
if got[1] and got[2] then
  local page = redis.call('GET', ARGV[2] .. string.sub(got[2], 1, 24))
  if page then
    if redis.call('TTL', ARGV[2] .. string.sub(got[2], 1, 24)) < tonumber(ARGV[3]) then
      redis.call('EXPIRE', ARGV[2] .. string.sub(got[2], 1, 24), ARGV[4])
    end
    return {got[1], got[2], page}
  end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stamp = got[1]
if not stamp then
  stamp = ARGV[5]
  redis.call('HSET', KEYS[1], 's', stamp)
  redis.call('EXPIRE', KEYS[1], ARGV[7])
end
local ends, whose = string.match(got[3] or '', '^(%d+) (.*)$')
if ends and tonumber(ends) > now and whose ~= ARGV[8] then return {stamp, 'busy'} end
redis.call('HSET', KEYS[1], 'l' .. ARGV[1], string.format('%.0f', now + ARGV[6]) .. ' ' .. ARGV[8])
return {stamp}
""")

KEEP = Script("""
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

CONFIRM = Script("""
local got = redis.call('HMGET', KEYS[1], 's', ARGV[1])
if got[1] ~= ARGV[2] or not got[2] or string.sub(got[2], 1, 24) ~= string.sub(ARGV[3], 1, 24) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
""")

CLAIM = Script("""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = string.match(redis.call('HGET', KEYS[1], 'l' .. ARGV[1]) or '', '^%d+')
if ends and tonumber(ends) > now then return 0 end
redis.call('HSET', KEYS[1], 'l' .. ARGV[1], string.format('%.0f', now + ARGV[2]) .. ' ' .. ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
""")

MOVE = Script("""
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 's', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
""")

log = logging.getLogger("marquee.pages")


class RedisPageCache:
    """The WarmPages port."""

    def __init__(
        self,
        redis: RedisStore,
        lives: PageLives,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._redis = redis
        self._lives = lives
        self._pause = pause
        self._name = uuid.uuid4().hex

    async def read(self, place: CacheKey, wait: bool = False) -> PageCacheRead:
        """See warm_ports.WarmPages."""
        reading = await self._read(place)
        waited = 0.0
        while wait and reading.busy and waited < WAIT_SECONDS:
            await self._pause(LOOK_AGAIN_SECONDS)
            waited += LOOK_AGAIN_SECONDS
            reading = await self._read(place)
        return reading

    async def _read(self, place: CacheKey) -> PageCacheRead:
        lives, profile_id = self._lives, place.profile_id
        arguments = (
            place.variant,
            page_keys(profile_id),
            lives.paging,
            lives.seconds(place.variant),
            uuid.uuid4().hex,
            LEASE_MS,
            STAMP_SECONDS,
            self._name,
        )
        answer = await self._redis.run("warm_page", READ, warm_key(profile_id), *arguments)
        stamp = answer[0].decode()
        if len(answer) < 3:
            return PageCacheRead(stamp, busy=len(answer) == 2)
        try:
            found = warm_from_bytes(answer[1]), page_from_bytes(answer[2])
        except Unreadable as error:
            return _refused(place, stamp, str(error))
        if found[0].snapshot_id != found[1].snapshot_id or found[1].profile_id != profile_id:
            return _refused(place, stamp, "it belongs elsewhere")
        return PageCacheRead(stamp, found)

    async def keep(self, place: CacheKey, stamp: str, warm: CachedPage, kept: PageSnapshot) -> bool:
        """See warm_ports.WarmPages."""
        name = page_keys(place.profile_id) + kept.snapshot_id
        arguments = (
            place.variant,
            stamp,
            warm_to_bytes(warm),
            name,
            page_to_bytes(kept),
            self._lives.seconds(kept.snapshot_id),
            MOST_VARIANTS,
            STAMP_SECONDS,
        )
        return bool(await self._redis.run("keep_warm", KEEP, warm_key(place.profile_id), *arguments))

    async def confirm(self, place: CacheKey, stamp: str, warm: CachedPage) -> bool:
        """See warm_ports.WarmPages."""
        arguments = (place.variant, stamp, warm_to_bytes(warm), STAMP_SECONDS)
        return bool(await self._redis.run("confirm_warm", CONFIRM, warm_key(place.profile_id), *arguments))

    async def claim(self, place: CacheKey) -> bool:
        """See warm_ports.WarmPages."""
        key = warm_key(place.profile_id)
        arguments = (place.variant, LEASE_MS, self._name, STAMP_SECONDS)
        return bool(await self._redis.run("claim_warm", CLAIM, key, *arguments))

    async def moved(self, profile_id: ProfileId) -> None:
        """The viewer did something: no page of theirs is to be served again. Raises StoreUnavailable."""
        key = warm_key(profile_id)
        await self._redis.run("move_stamp", MOVE, key, uuid.uuid4().hex, STAMP_SECONDS)


def _refused(place: CacheKey, stamp: str, why: str) -> PageCacheRead:
    log.error("the warm page of %s is skipped: %s", place.profile_id, why)
    return PageCacheRead(stamp, corrupt=True)
