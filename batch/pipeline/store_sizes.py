"""How many bytes a version takes in each store, and how many each store has taken and may take.

A version's documents are measured by a sample. What a store does not tell is left out.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import bson
from elasticsearch import ApiError, TransportError
from pymongo.errors import PyMongoError
from redis.exceptions import RedisError

from batch.storage.clients import BatchStores
from domain.recommendations.keys import index_name, trend_index_key
from domain.storage_names import VERSIONED

SAMPLE = 100
REDIS_KEY_BYTES = 100
"""Of a key's own bookkeeping in Redis."""

STORES = ("mongodb", "elasticsearch", "redis")


def version_sizes(stores: BatchStores, version: str) -> dict[str, int]:
    sizes = {"mongodb": _documents_bytes(stores, version), "redis": _lists_bytes(stores, version)}
    index = _index_bytes(stores, index_name(version))
    return sizes if index is None else {**sizes, "elasticsearch": index}


def used_sizes(stores: BatchStores) -> dict[str, int]:
    found: dict[str, int] = {}
    with suppress(PyMongoError, KeyError):
        found["mongodb"] = int(stores.mongo.command("dbStats")["dataSize"])
    with suppress(RedisError, KeyError):
        found["redis"] = int(_redis_memory(stores)["used_memory"])
    index = _index_bytes(stores, index_name("*"))
    return found if index is None else {**found, "elasticsearch": index}


def own_limits(stores: BatchStores) -> dict[str, int]:
    """What a store itself says it may take."""
    with suppress(RedisError, KeyError, ValueError):
        most = int(_redis_memory(stores).get("maxmemory", 0))
        return {"redis": most} if most > 0 else {}
    return {}


def _redis_memory(stores: BatchStores) -> dict[str, Any]:
    return dict(stores.redis.info("memory"))


def _documents_bytes(stores: BatchStores, version: str) -> int:
    total = 0.0
    for name in VERSIONED:
        of_version = {"version": version}
        sample = [len(bson.encode(one)) for one in stores.mongo[name].find(of_version).limit(SAMPLE)]
        if sample:
            total += stores.mongo[name].count_documents(of_version) * sum(sample) / len(sample)
    return round(total)


def _lists_bytes(stores: BatchStores, version: str) -> int:
    key = trend_index_key(version)
    names = [str(one) for one in stores.redis.srandmember(key, SAMPLE) or ()]
    if not names:
        return 0
    lengths = [int(stores.redis.strlen(name)) + 2 * len(name) + REDIS_KEY_BYTES for name in names]
    return round(int(stores.redis.scard(key)) * sum(lengths) / len(lengths))


def _index_bytes(stores: BatchStores, pattern: str) -> int | None:
    with suppress(ApiError, TransportError, KeyError, TypeError):
        stats = stores.elasticsearch.indices.stats(index=pattern, metric="store")
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])
    return None
