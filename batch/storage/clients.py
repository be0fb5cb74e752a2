"""Store clients for the driver and for partitions."""

from __future__ import annotations

from typing import cast

import redis
from bson.codec_options import CodecOptions, TypeDecoder, TypeRegistry
from bson.int64 import Int64
from elasticsearch import Elasticsearch
from pymongo import MongoClient
from pymongo.database import Database

from batch.storage.settings import BatchSettings
from domain.serialization import Document
from domain.storage_names import DATABASE, split_redis_url

TIMEOUT_SECONDS = 60


class _Int64Decoder(TypeDecoder):
    """The JVM accepts int but not bson's Int64."""

    @property
    def bson_type(self) -> type[Int64]:
        return Int64

    def transform_bson(self, value: int) -> int:
        return int(value)


CODEC: CodecOptions[Document] = CodecOptions(type_registry=TypeRegistry([_Int64Decoder()]))


def open_mongo(url: str, timeout_seconds: int = TIMEOUT_SECONDS) -> Database[Document]:
    """Close it by `database.client.close()`."""
    client: MongoClient[Document] = MongoClient(
        url,
        appname="marquee-batch",
        serverSelectionTimeoutMS=min(10, timeout_seconds) * 1000,
        socketTimeoutMS=timeout_seconds * 1000,
    )
    return client.get_default_database(DATABASE, codec_options=CODEC)


def open_elasticsearch(url: str) -> Elasticsearch:
    return Elasticsearch(url, request_timeout=TIMEOUT_SECONDS, retry_on_timeout=True, max_retries=3)


def open_redis(url: str) -> redis.Redis:
    """Of a cluster, too. Batches go in pipelines without a transaction, one key a command, so that slots do not
    matter.
    """
    plain, is_cluster = split_redis_url(url)
    if not is_cluster:
        return redis.Redis.from_url(plain, socket_timeout=TIMEOUT_SECONDS, decode_responses=True)
    client = redis.RedisCluster.from_url(plain, socket_timeout=TIMEOUT_SECONDS, decode_responses=True)
    # It has the commands that the pipeline uses, and no class in common with Redis.
    return cast("redis.Redis", client)


class BatchStores:
    """Opened on first use."""

    def __init__(self, settings: BatchSettings) -> None:
        self.settings = settings
        self._mongo: Database[Document] | None = None
        self._elasticsearch: Elasticsearch | None = None
        self._redis: redis.Redis | None = None

    @property
    def mongo(self) -> Database[Document]:
        if self._mongo is None:
            self._mongo = open_mongo(self.settings.require_url("mongo_url"))
        return self._mongo

    @property
    def elasticsearch(self) -> Elasticsearch:
        if self._elasticsearch is None:
            self._elasticsearch = open_elasticsearch(self.settings.require_url("elasticsearch_url"))
        return self._elasticsearch

    @property
    def redis(self) -> redis.Redis:
        if self._redis is None:
            self._redis = open_redis(self.settings.require_url("redis_url"))
        return self._redis

    def __enter__(self) -> BatchStores:
        return self

    def __exit__(self, *_: object) -> None:
        if self._mongo is not None:
            self._mongo.client.close()
        if self._elasticsearch is not None:
            self._elasticsearch.close()
        if self._redis is not None:
            self._redis.close()
