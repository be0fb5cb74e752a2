"""Redis: trending lists, and the text, list and script commands of other adapters. Only this file and connection.py
import redis.

Several keys travel in one non-transactional pipeline: one round trip on a single server, one per node on a cluster,
which would refuse an MGET over several slots.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError

from bff.stores.base.instrumentation import StoreCalls
from bff.stores.redis.connection import PipelinedRedis
from domain.recommendations.documents import ranked_list_from_document
from domain.recommendations.keys import trend_key
from domain.recommendations.lists import RankedList, TrendKey
from domain.resilience.timeouts import DEFAULT_TIMEOUTS, StoreTimeouts
from domain.storage_names import split_redis_url

MAX_CONNECTIONS = 64

Client: TypeAlias = Redis | RedisCluster

log = logging.getLogger("marquee.stores")


def open_client(url: str, cluster: bool, timeout: float) -> Client:
    # One immediate retry heals a pooled connection that the server closed while idle.
    retry = Retry(NoBackoff(), 1)
    if cluster:
        return RedisCluster.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=retry)
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        max_connections=MAX_CONNECTIONS,
        retry=retry,
    )


class LuaScript:
    """Runs atomically. The server knows it by digest after the first run."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


READ_COMMANDS: dict[str, tuple[str, ...]] = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "list": ("LRANGE", "0", "-1"),
    "set": ("SMEMBERS",),
    "zset": ("ZRANGE", "0", "-1"),
    "stream": ("XRANGE", "-", "+"),
}


def _flatten(value: object) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _flatten([key, inner])
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for inner in value:
            yield from _flatten(inner)


SET_IF_ABSENT = LuaScript("""
if redis.call('EXISTS', ARGV[3]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
""")


class RedisStore:
    """The Trends port, and texts by name."""

    def __init__(self, url: str, cluster: bool = False, timeouts: StoreTimeouts = DEFAULT_TIMEOUTS) -> None:
        url, is_marked = split_redis_url(url)
        cluster = cluster or is_marked
        self._client = open_client(url, cluster, timeouts.redis)
        # Only a cluster's client knows the server of a slot.
        self._pipelined = None if cluster else PipelinedRedis(url, timeouts.redis, timeouts.redis)
        errors = (RedisError, OSError, TimeoutError)
        self._calls = StoreCalls("redis", self._send_ping, errors, max_timeout=timeouts.longest)
        self._logged_names: set[str] = set()

    @property
    def is_cluster(self) -> bool:
        return self._pipelined is None

    async def close(self) -> None:
        self._calls.close()
        if self._pipelined is not None:
            await self._pipelined.close()
        await self._client.aclose()

    async def ping(self) -> None:
        """Raises StoreUnavailable."""
        with self._calls.guard("ping"):
            await self._send_ping()

    async def _send_ping(self) -> None:
        await self._client.execute_command("PING")

    async def trends(self, version: str, keys: Sequence[TrendKey]) -> dict[TrendKey, RankedList]:
        if not keys:
            return {}
        names = {key: trend_key(version, key) for key in keys}
        texts = await self.get_texts("trends", list(names.values()))
        lists: dict[TrendKey, RankedList] = {}
        for key, name in names.items():
            decoded = self._decode_list(name, texts[name]) if name in texts else None
            if decoded is not None:
                lists[key] = decoded
        return lists

    async def get_texts(self, verb: str, names: Sequence[str]) -> dict[str, bytes]:
        """Existing ones only. `verb` names the call in the metrics."""
        pipeline = self._client.pipeline(transaction=False)
        for name in names:
            pipeline.get(name)
        with self._calls.guard(verb):
            texts: list[bytes | None] = await pipeline.execute()
        return {name: text for name, text in zip(names, texts, strict=True) if text is not None}

    async def set_if_absent(self, verb: str, name: str, text: bytes, ttl_seconds: int, unless: str) -> None:
        """An existing text stays; its TTL is renewed. Nothing happens while the key `unless` exists, which is of the
        same slot."""
        await self.run_script(verb, SET_IF_ABSENT, name, text, ttl_seconds, unless)

    async def set_text(self, verb: str, name: str, text: bytes, ttl_seconds: int) -> None:
        with self._calls.guard(verb):
            await self._execute("SET", name, text, "EX", ttl_seconds)

    async def count_existing(self, verb: str, names: Sequence[str]) -> int:
        pipeline = self._client.pipeline(transaction=False)
        for name in names:
            pipeline.exists(name)
        with self._calls.guard(verb):
            return sum(await pipeline.execute())

    async def dump(self, name: str) -> list[bytes]:
        """Everything that a key holds, whatever its type. For searches."""
        with self._calls.guard("dump"):
            kind: Any = await self._execute("TYPE", name)
            arguments = READ_COMMANDS.get(kind.decode() if isinstance(kind, bytes) else kind)
            if arguments is None:
                return []
            found: Any = await self._execute(arguments[0], name, *arguments[1:])
        return list(_flatten(found))

    async def field_names(self, verb: str, name: str) -> list[str]:
        """Of a hash; empty for none."""
        with self._calls.guard(verb):
            found: Any = await self._execute("HKEYS", name)
        return [field.decode() for field in found]

    async def remove(self, verb: str, names: Sequence[str]) -> None:
        pipeline = self._client.pipeline(transaction=False)
        for name in names:
            pipeline.unlink(name)
        with self._calls.guard(verb):
            await pipeline.execute()

    async def remove_from_list(self, verb: str, name: str, texts: Sequence[bytes]) -> None:
        """Every element that equals one of them."""
        pipeline = self._client.pipeline(transaction=False)
        for text in texts:
            pipeline.execute_command("LREM", name, 0, text)
        with self._calls.guard(verb):
            await pipeline.execute()

    async def run_script(self, verb: str, script: LuaScript, key: str, *arguments: bytes | str | int) -> Any:
        """The script may use this key and others of its slot."""
        with self._calls.guard(verb):
            try:
                return await self._execute("EVALSHA", script.digest, 1, key, *arguments)
            except NoScriptError:
                return await self._execute("EVAL", script.text, 1, key, *arguments)

    async def _execute(self, *parts: bytes | str | int) -> object:
        if self._pipelined is not None:
            return await self._pipelined.execute(*parts)
        return await self._client.execute_command(*parts)

    async def scan_names(self, pattern: str) -> AsyncIterator[str]:
        """Each at least once. Scans the whole store."""
        with self._calls.guard("names"):
            async for name in self._client.scan_iter(match=pattern, count=1000):
                yield name.decode()

    async def push_to_lists(
        self, verb: str, texts: Mapping[str, bytes], max_length: int, ttl_seconds: int
    ) -> None:
        """Prepends each text, trims its list and renews the TTL."""
        pipeline = self._client.pipeline(transaction=False)
        for name, text in texts.items():
            pipeline.lpush(name, text)
            pipeline.ltrim(name, 0, max_length - 1)
            pipeline.expire(name, ttl_seconds)
        with self._calls.guard(verb):
            await pipeline.execute()

    async def read_lists(self, verb: str, names: Sequence[str]) -> list[bytes]:
        """List by list, newest first."""
        pipeline = self._client.pipeline(transaction=False)
        for name in names:
            pipeline.lrange(name, 0, -1)
        with self._calls.guard(verb):
            lists: list[list[bytes]] = await pipeline.execute()
        return [text for texts in lists for text in texts]

    def _decode_list(self, name: str, text: bytes) -> RankedList | None:
        """None for an invalid list."""
        try:
            return ranked_list_from_document(json.loads(text))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            if name not in self._logged_names and len(self._logged_names) < 1000:
                self._logged_names.add(name)
                log.error("redis %s cannot be read and is skipped: %r", name, error)
            return None
