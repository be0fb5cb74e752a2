"""Drops the cached pages of profiles whose activity a tool has changed, so that their next page is composed anew.

As the service does after its own writes (bff/stores/redis/page_cache.py): the hash goes, and a new write token keeps
out pages that are being composed from what was read before.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import redis

from batch.storage.batching import batched
from domain.ids import ProfileId
from domain.snapshots.keys import PAGE_CACHE_TTL_SECONDS, WRITE_MARK_FIELD, page_cache_key

CHUNK = 500


def drop_cached_pages(client: redis.Redis, profiles: Iterable[ProfileId]) -> None:
    """Call it after the write. Raises redis.RedisError."""
    for chunk in batched(profiles, CHUNK):
        commands = client.pipeline(transaction=False)
        for profile_id in chunk:
            key = page_cache_key(profile_id)
            commands.delete(key)
            commands.hset(key, WRITE_MARK_FIELD, uuid.uuid4().hex)
            commands.expire(key, PAGE_CACHE_TTL_SECONDS)
        commands.execute()
