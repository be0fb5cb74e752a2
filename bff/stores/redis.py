"""Redis: trending lists, one JSON text per list. The only file that imports redis.

All keys of a call travel in one non-transactional pipeline of GETs: one round trip on a single server, one
per node on a cluster, where a plain MGET over several slots would be refused.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import TypeAlias

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bff.stores.calls import Calls
from domain.contracts import trend_key
from domain.list_documents import ranked_list_from_document
from domain.recommendations import RankedList, TrendKey

TIMEOUT_SECONDS = 0.5
CONNECT_SECONDS = 0.5
MAX_CONNECTIONS = 64

Client: TypeAlias = Redis | RedisCluster

log = logging.getLogger("marquee.stores")


def open_client(url: str, cluster: bool) -> Client:
    """A client for redis:// or rediss:// that gives up quickly. Opens no connection yet."""
    # One retry at once heals a connection that the server closed while it lay idle in the pool.
    retry = Retry(NoBackoff(), 1)
    if cluster:
        return RedisCluster.from_url(
            url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=CONNECT_SECONDS, retry=retry
        )
    return Redis.from_url(
        url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        max_connections=MAX_CONNECTIONS,
        retry=retry,
    )


class RedisStore:
    """The Trends port."""

    def __init__(self, url: str, cluster: bool = False) -> None:
        self._client = open_client(url, cluster)
        self._calls = Calls("redis", (RedisError, OSError, TimeoutError))
        self._rotten: set[str] = set()

    async def close(self) -> None:
        await self._client.aclose()

    async def ping(self) -> None:
        """Raises StoreUnavailable when the server does not answer."""
        with self._calls.one("ping"):
            await self._client.execute_command("PING")

    async def trends(self, version: str, keys: Sequence[TrendKey]) -> dict[TrendKey, RankedList]:
        if not keys:
            return {}
        pipeline = self._client.pipeline(transaction=False)
        for key in keys:
            pipeline.get(trend_key(version, key))
        with self._calls.one("trends"):
            texts: list[bytes | None] = await pipeline.execute()
        found: dict[TrendKey, RankedList] = {}
        for key, text in zip(keys, texts, strict=True):
            decoded = None if text is None else self._decoded(trend_key(version, key), text)
            if decoded is not None:
                found[key] = decoded
        return found

    def _decoded(self, name: str, text: bytes) -> RankedList | None:
        """None for a text that is no trending list; it is logged once."""
        try:
            return ranked_list_from_document(json.loads(text))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if name not in self._rotten and len(self._rotten) < 1000:
                self._rotten.add(name)
                log.error("redis %s cannot be read and is skipped: %r", name, error)
            return None
