"""All that the jobs read and write. Executors talk to the stores themselves: nothing passes the driver.

Collections are read in ranges of `_id` and written in bulk, one client per partition. Writing is safe to
repeat: ids carry the version, so a task that Spark runs twice finds its documents there and carries on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, TypeVar

from pymongo.errors import BulkWriteError
from pyspark import RDD
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from batch.storage.clients import open_mongo, open_redis
from batch.storage.schemas import EVENT
from domain.errors import BadInput
from domain.serialization import Document

BATCH = 1000
DOCUMENTS_PER_SLICE = 25_000
SAMPLES_PER_SLICE = 20
DUPLICATE_KEY = 11000

Range = tuple[str | None, str | None]
"""Ids from the first (in) to the second (out); None: no bound."""

T = TypeVar("T")


def read_events(spark: SparkSession, archive: Path, before_millis: int) -> DataFrame:
    """Archived events that occurred before this instant. Raises BadInput when there is no archive."""
    if next(archive.glob("month=*/*.jsonl.gz"), None) is None:
        raise BadInput(
            f"{archive}: no events to learn from. Bring some with `marquee import`, or make them "
            "with `marquee sample`."
        )
    reader = spark.read.schema(EVENT).option("mode", "FAILFAST")
    return reader.json(archive.resolve().as_uri()).where(F.col("occurred_at") < before_millis)


def read_collection(
    spark: SparkSession,
    url: str,
    collection: str,
    schema: StructType,
    query: Document,
    columns: Callable[[Document], tuple[Any, ...]],
) -> DataFrame:
    """A MongoDB collection as a DataFrame; each slice of ids is read by an executor."""
    rows = slices_of(spark, url, collection).flatMap(
        partial(_read_slice, url=url, collection=collection, query=query, columns=columns)
    )
    return spark.createDataFrame(rows, schema, verifySchema=False)


def slices_of(spark: SparkSession, url: str, collection: str) -> RDD[Range]:
    """Ranges of ids that cover the collection, one per partition, about equal in size."""
    ranges = id_ranges(url, collection)
    return spark.sparkContext.parallelize(ranges, len(ranges))


def id_ranges(url: str, collection: str) -> list[Range]:
    """Bounds from a sample of ids: a handful of numbers reaches the driver, however many documents there are."""
    database = open_mongo(url)
    try:
        count = database[collection].estimated_document_count()
        slices = -(-count // DOCUMENTS_PER_SLICE)
        if slices < 2:
            return [(None, None)]
        stages = [{"$sample": {"size": slices * SAMPLES_PER_SLICE}}, {"$project": {"_id": 1}}]
        ids = sorted({document["_id"] for document in database[collection].aggregate(stages)})
    finally:
        database.client.close()
    inner = [ids[index * len(ids) // slices] for index in range(1, slices)]
    bounds: list[str | None] = [None, *dict.fromkeys(inner), None]
    return list(pairwise(bounds))


def documents_between(url: str, collection: str, span: Range, query: Document) -> Iterator[Document]:
    """The documents of one slice, streamed."""
    low, high = span
    bounds = {key: value for key, value in (("$gte", low), ("$lt", high)) if value is not None}
    database = open_mongo(url)
    try:
        where = {**query, "_id": bounds} if bounds else query
        yield from database[collection].find(where, batch_size=BATCH)
    finally:
        database.client.close()


def _read_slice(
    span: Range, url: str, collection: str, query: Document, columns: Callable[[Document], tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    return (columns(document) for document in documents_between(url, collection, span, query))


def write_documents(
    frame: DataFrame, url: str, collection: str, to_document: Callable[[Row], Document]
) -> int:
    """Insert one document per row, in bulk per partition. Returns how many rows there were."""
    written = frame.rdd.mapPartitions(
        partial(_insert, url=url, collection=collection, to_document=to_document)
    )
    return int(written.sum())


def _insert(
    rows: Iterable[Row], url: str, collection: str, to_document: Callable[[Row], Document]
) -> Iterator[int]:
    database = open_mongo(url)
    try:
        for batch in batched(map(to_document, rows), BATCH):
            insert_ignoring_known(database[collection], batch)
            yield len(batch)
    finally:
        database.client.close()


def insert_ignoring_known(collection: Any, documents: list[Document]) -> None:
    """Insert documents; those whose id is there already are left as they are."""
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        details = error.details or {}
        others = [one for one in details.get("writeErrors", []) if one.get("code") != DUPLICATE_KEY]
        if others or details.get("writeConcernErrors"):
            raise


def write_lists(
    frame: DataFrame, url: str, index_key: str, to_entry: Callable[[Row], tuple[str, Any]]
) -> int:
    """Set one Redis key per row to JSON, in pipelines, and name each in the set `index_key`."""
    written = frame.rdd.mapPartitions(partial(_set_keys, url=url, index_key=index_key, to_entry=to_entry))
    return int(written.sum())


def _set_keys(
    rows: Iterable[Row], url: str, index_key: str, to_entry: Callable[[Row], tuple[str, Any]]
) -> Iterator[int]:
    client = open_redis(url)
    try:
        for batch in batched(map(to_entry, rows), BATCH):
            # Keys of one list may lie on several cluster slots, so this is a pipeline, not a transaction.
            pipeline = client.pipeline(transaction=False)
            for key, value in batch:
                pipeline.set(key, json.dumps(value, separators=(",", ":")))
            pipeline.sadd(index_key, *(key for key, _ in batch))
            pipeline.execute()
            yield len(batch)
    finally:
        client.close()


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
