"""Clients of the three stores, with their options, once. Used by the driver and, one each, by partitions."""

from __future__ import annotations

import redis
from bson.codec_options import CodecOptions, TypeDecoder, TypeRegistry
from bson.int64 import Int64
from elasticsearch import Elasticsearch
from pymongo import MongoClient
from pymongo.database import Database

from batch.storage.settings import BatchSettings
from domain.serialization import Document
from domain.storage_names import DATABASE

TIMEOUT_SECONDS = 60


class _PlainInt(TypeDecoder):
    """Spark's executors hand rows to the JVM, which knows int and not the driver's own Int64."""

    @property
    def bson_type(self) -> type[Int64]:
        return Int64

    def transform_bson(self, value: int) -> int:
        return int(value)


CODEC: CodecOptions[Document] = CodecOptions(type_registry=TypeRegistry([_PlainInt()]))


def open_mongo(url: str) -> Database[Document]:
    """The database that the URL names, else "marquee". Close by `database.client.close()`."""
    client: MongoClient[Document] = MongoClient(
        url, appname="marquee-batch", serverSelectionTimeoutMS=10_000, socketTimeoutMS=TIMEOUT_SECONDS * 1000
    )
    return client.get_default_database(DATABASE, codec_options=CODEC)


def open_elasticsearch(url: str) -> Elasticsearch:
    return Elasticsearch(url, request_timeout=TIMEOUT_SECONDS, retry_on_timeout=True, max_retries=3)


def open_redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, decode_responses=True)


class BatchStores:
    """The driver's own clients, opened on first use and closed together."""

    def __init__(self, settings: BatchSettings) -> None:
        self.settings = settings
        self._mongo: Database[Document] | None = None
        self._elasticsearch: Elasticsearch | None = None
        self._redis: redis.Redis | None = None

    @property
    def mongo(self) -> Database[Document]:
        if self._mongo is None:
            self._mongo = open_mongo(self.settings.require("mongo_url"))
        return self._mongo

    @property
    def elasticsearch(self) -> Elasticsearch:
        if self._elasticsearch is None:
            self._elasticsearch = open_elasticsearch(self.settings.require("elasticsearch_url"))
        return self._elasticsearch

    @property
    def redis(self) -> redis.Redis:
        if self._redis is None:
            self._redis = open_redis(self.settings.require("redis_url"))
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
