"""Redis: trending lists, one JSON text per list, and texts that others keep here. With pipelined.py the
only file that imports redis.

All keys of a call travel in one non-transactional pipeline of GETs: one round trip on a single server, one
per node on a cluster, where a plain MGET over several slots would be refused.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, TypeAlias

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError

from bff.stores.base.instrumentation import Calls
from bff.stores.redis.connection import Pipelined
from domain.recommendations.documents import ranked_list_from_document
from domain.recommendations.keys import trend_key
from domain.recommendations.lists import RankedList, TrendKey
from domain.resilience.timeouts import USUAL, TimeOuts

MAX_CONNECTIONS = 64

Client: TypeAlias = Redis | RedisCluster

log = logging.getLogger("marquee.stores")


def open_client(url: str, cluster: bool, seconds: float) -> Client:
    """A client for redis:// or rediss:// that gives up quickly. Opens no connection yet."""
    # One retry at once heals a connection that the server closed while it lay idle in the pool.
    retry = Retry(NoBackoff(), 1)
    if cluster:
        return RedisCluster.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=retry)
    return Redis.from_url(
        url,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        max_connections=MAX_CONNECTIONS,
        retry=retry,
    )


class Script:
    """Lua that runs whole, between no other two commands. The server knows it by its digest once it has run."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisStore:
    """The Trends port, and texts by name."""

    def __init__(self, url: str, cluster: bool = False, time_outs: TimeOuts = USUAL) -> None:
        self._client = open_client(url, cluster, time_outs.redis)
        # A cluster has a server for each slot: its client knows which.
        self._pipelined = None if cluster else Pipelined(url, time_outs.redis, time_outs.redis)
        errors = (RedisError, OSError, TimeoutError)
        self._calls = Calls("redis", self._answer, errors, longest=time_outs.longest)
        self._rotten: set[str] = set()

    async def close(self) -> None:
        self._calls.close()
        if self._pipelined is not None:
            await self._pipelined.close()
        await self._client.aclose()

    async def ping(self) -> None:
        """Raises StoreUnavailable when the server does not answer."""
        with self._calls.one("ping"):
            await self._answer()

    async def _answer(self) -> None:
        await self._client.execute_command("PING")

    async def trends(self, version: str, keys: Sequence[TrendKey]) -> dict[TrendKey, RankedList]:
        if not keys:
            return {}
        names = {key: trend_key(version, key) for key in keys}
        texts = await self.texts("trends", list(names.values()))
        found: dict[TrendKey, RankedList] = {}
        for key, name in names.items():
            decoded = self._decoded(name, texts[name]) if name in texts else None
            if decoded is not None:
                found[key] = decoded
        return found

    async def texts(self, verb: str, names: Sequence[str]) -> dict[str, bytes]:
        """The texts under these names, as far as there are any. `verb` is what the call counts as."""
        pipeline = self._client.pipeline(transaction=False)
        for name in names:
            pipeline.get(name)
        with self._calls.one(verb):
            texts: list[bytes | None] = await pipeline.execute()
        return {name: text for name, text in zip(names, texts, strict=True) if text is not None}

    async def keep(self, verb: str, name: str, text: bytes, seconds: int) -> None:
        """Keep a text from now for `seconds`. A text that is there already stays and lives as long."""
        pipeline = self._client.pipeline(transaction=False)
        pipeline.set(name, text, nx=True, ex=seconds)
        pipeline.expire(name, seconds)
        with self._calls.one(verb):
            await pipeline.execute()

    async def run(self, verb: str, script: Script, key: str, *arguments: bytes | str | int) -> Any:
        """What the script answers, as redis gives it. It works on this key and on others of the same slot."""
        with self._calls.one(verb):
            try:
                return await self._execute("EVALSHA", script.digest, 1, key, *arguments)
            except NoScriptError:
                return await self._execute("EVAL", script.text, 1, key, *arguments)

    async def _execute(self, *words: bytes | str | int) -> object:
        if self._pipelined is not None:
            return await self._pipelined.execute(*words)
        return await self._client.execute_command(*words)

    async def names(self, pattern: str) -> AsyncIterator[str]:
        """Names that match, each at least once, as far as they are there all the while. Walks the whole store."""
        with self._calls.one("names"):
            async for name in self._client.scan_iter(match=pattern, count=1000):
                yield name.decode()

    async def push(self, verb: str, texts: Mapping[str, bytes], most: int, seconds: int) -> None:
        """Put a text at the head of each list, which keeps its first `most` and lives from now for `seconds`."""
        pipeline = self._client.pipeline(transaction=False)
        for name, text in texts.items():
            pipeline.lpush(name, text)
            pipeline.ltrim(name, 0, most - 1)
            pipeline.expire(name, seconds)
        with self._calls.one(verb):
            await pipeline.execute()

    async def pushed(self, verb: str, names: Sequence[str]) -> list[bytes]:
        """All texts of these lists, list by list, the last pushed first."""
        pipeline = self._client.pipeline(transaction=False)
        for name in names:
            pipeline.lrange(name, 0, -1)
        with self._calls.one(verb):
            lists: list[list[bytes]] = await pipeline.execute()
        return [text for texts in lists for text in texts]

    def _decoded(self, name: str, text: bytes) -> RankedList | None:
        """None for a text that is no trending list; it is logged once."""
        try:
            return ranked_list_from_document(json.loads(text))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if name not in self._rotten and len(self._rotten) < 1000:
                self._rotten.add(name)
                log.error("redis %s cannot be read and is skipped: %r", name, error)
            return None
