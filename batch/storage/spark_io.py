"""Input and output of the jobs. Executors talk to the stores directly, so documents do not pass the driver.

Writes are idempotent: ids carry the version, so a task that Spark repeats skips the documents it has written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from pymongo.errors import BulkWriteError
from pyspark import RDD
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql.types import StructType

from batch.storage.batching import batched
from batch.storage.clients import open_mongo, open_redis
from domain.errors import BadInput
from domain.serialization import Document

BATCH_SIZE = 1000
DOCUMENTS_PER_RANGE = 25_000
SAMPLES_PER_RANGE = 20
DUPLICATE_KEY = 11000

IdRange = tuple[str | None, str | None]
"""First id inclusive, second exclusive; None: no bound."""


def read_collection(
    spark: SparkSession,
    url: str,
    collection: str,
    schema: StructType,
    query: Document,
    columns: Callable[[Document], tuple[Any, ...]],
    fields: Sequence[str] = (),
) -> DataFrame:
    """`fields` are those of the documents that `columns` reads; without any, whole documents are read."""
    rows = parallelize_id_ranges(spark, url, collection).flatMap(
        partial(
            _read_rows, url=url, collection=collection, query=query, columns=columns, fields=tuple(fields)
        )
    )
    return spark.createDataFrame(rows, schema, verifySchema=False)


def parallelize_id_ranges(spark: SparkSession, url: str, collection: str) -> RDD[IdRange]:
    """One range per partition."""
    ranges = id_ranges(url, collection)
    return spark.sparkContext.parallelize(ranges, len(ranges))


def id_ranges(url: str, collection: str) -> list[IdRange]:
    """Sampled, so that few ids reach the driver."""
    database = open_mongo(url)
    try:
        count = database[collection].estimated_document_count()
        slices = -(-count // DOCUMENTS_PER_RANGE)
        if slices < 2:
            return [(None, None)]
        stages = [{"$sample": {"size": slices * SAMPLES_PER_RANGE}}, {"$project": {"_id": 1}}]
        ids = sorted({document["_id"] for document in database[collection].aggregate(stages)})
    finally:
        database.client.close()
    inner = [ids[index * len(ids) // slices] for index in range(1, slices)]
    bounds: list[str | None] = [None, *dict.fromkeys(inner), None]
    return list(pairwise(bounds))


def read_id_range(
    url: str, collection: str, id_range: IdRange, query: Document, fields: Sequence[str] = ()
) -> Iterator[Document]:
    low, high = id_range
    bounds = {key: value for key, value in (("$gte", low), ("$lt", high)) if value is not None}
    database = open_mongo(url)
    try:
        where = {**query, "_id": bounds} if bounds else query
        yield from database[collection].find(where, list(fields) or None, batch_size=BATCH_SIZE)
    finally:
        database.client.close()


def _read_rows(
    id_range: IdRange,
    url: str,
    collection: str,
    query: Document,
    columns: Callable[[Document], tuple[Any, ...]],
    fields: Sequence[str],
) -> Iterator[tuple[Any, ...]]:
    for document in read_id_range(url, collection, id_range, query, fields):
        try:
            row = columns(document)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
            raise BadInput(
                f"MongoDB, collection {collection}, document {document['_id']!r}: {what}. Import it again, or "
                "delete it."
            ) from error
        yield row


def write_documents(
    frame: DataFrame, url: str, collection: str, to_document: Callable[[Row], Document]
) -> int:
    """Returns the number of rows."""
    written = frame.rdd.mapPartitions(
        partial(_insert_partition, url=url, collection=collection, to_document=to_document)
    )
    return int(written.sum())


def _insert_partition(
    rows: Iterable[Row], url: str, collection: str, to_document: Callable[[Row], Document]
) -> Iterator[int]:
    database = open_mongo(url)
    try:
        for batch in batched(map(to_document, rows), BATCH_SIZE):
            insert_new(database[collection], batch)
            yield len(batch)
    finally:
        database.client.close()


def insert_new(collection: Any, documents: list[Document]) -> None:
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
    """Set a key per row and add it to the set `index_key`. Returns the number of rows."""
    written = frame.rdd.mapPartitions(
        partial(_set_partition, url=url, index_key=index_key, to_entry=to_entry)
    )
    return int(written.sum())


def _set_partition(
    rows: Iterable[Row], url: str, index_key: str, to_entry: Callable[[Row], tuple[str, Any]]
) -> Iterator[int]:
    client = open_redis(url)
    try:
        for batch in batched(map(to_entry, rows), BATCH_SIZE):
            # No transaction: keys may lie on several cluster slots.
            pipeline = client.pipeline(transaction=False)
            for key, value in batch:
                pipeline.set(key, json.dumps(value, separators=(",", ":")))
            pipeline.sadd(index_key, *(key for key, _ in batch))
            pipeline.execute()
            yield len(batch)
    finally:
        client.close()
