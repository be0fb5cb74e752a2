"""Bulk writes into MongoDB, and the indexes they need.

Every document has a `source` ("sample", "movielens" ...), which is deleted before it is loaded again. A document of
the same id from another source is replaced.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

from pymongo import IndexModel, ReplaceOne
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.versions import layout_to_record
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, ACTIVITY, LAYOUTS, MONGO_INDEXES, PROFILES, TITLES

BATCH_SIZE = 1000
LOADED_COLLECTIONS = (ACCOUNTS, PROFILES, TITLES, ACTIVITY)
_DUPLICATE_KEY = 11000


def ensure_indexes(database: Database[Document]) -> None:
    for collection, keys, options in MONGO_INDEXES:
        database[collection].create_indexes([IndexModel(list(keys), **options)])


def ensure_default_layout(database: Database[Document]) -> None:
    document = layout_to_record(SHIPPED_LAYOUT)
    database[LAYOUTS].update_one({"_id": document["_id"]}, {"$setOnInsert": document}, upsert=True)


def delete_source(
    database: Database[Document], source: str, collections: Iterable[str] = LOADED_COLLECTIONS
) -> int:
    """Returns the deleted documents."""
    return sum(database[name].delete_many({"source": source}).deleted_count for name in collections)


class BulkWriter:
    """Writes the last batch on exit, unless by an error."""

    def __init__(self, database: Database[Document], collection: str, source: str) -> None:
        self._collection: Collection[Document] = database[collection]
        self._source = source
        self._batch: list[Document] = []
        self.written = 0

    def add(self, documents: Iterable[Document]) -> None:
        for document in documents:
            self._batch.append({**document, "source": self._source})
            if len(self._batch) >= BATCH_SIZE:
                self.flush()

    def flush(self) -> None:
        if self._batch:
            insert_or_replace(self._collection, self._batch)
            self.written += len(self._batch)
            self._batch = []

    def __enter__(self) -> BulkWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.flush()


def insert_or_replace(collection: Collection[Document], documents: list[Document]) -> None:
    """Inserts are several times faster than replacements, so they go first."""
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        failures = error.details.get("writeErrors", [])
        if any(failure.get("code") != _DUPLICATE_KEY for failure in failures):
            raise
        existing = [documents[failure["index"]] for failure in failures]
        collection.bulk_write([ReplaceOne({"_id": one["_id"]}, one) for one in existing], ordered=False)
