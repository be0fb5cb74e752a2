"""Writes documents that other writers change, too: sets the fields of one writer and leaves the others alone.

The service adds onboarding answers to profiles and experiments to accounts. Replacing a document would erase them.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

from pymongo import DeleteOne, UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from batch.storage.departures import without_departed
from domain.serialization import Document

BATCH_SIZE = 1000
DUPLICATE_KEY = 11000


class DocumentWriter:
    """Collects inserts and updates of one collection; writes the last batch on exit, unless by an error.

    `owned` are the writer's fields: an update removes those that the document lacks. Of `first_only` fields the first
    value stays.
    """

    def __init__(
        self,
        database: Database[Document],
        collection: str,
        owned: Iterable[str] = (),
        first_only: Iterable[str] = (),
    ) -> None:
        self._collection: Collection[Document] = database[collection]
        self._owned = frozenset(owned)
        self._first_only = frozenset(first_only)
        self._inserts: list[Document] = []
        self._updates: list[UpdateOne] = []

    def put(self, document: Document, is_new: bool) -> None:
        """`is_new` is a hint: a document that exists all the same is updated."""
        if is_new:
            self._inserts.append(document)
        else:
            self._updates.append(self._update_of(document))
        self._flush_if_full()

    def set(self, document_id: str, changes: Document) -> None:
        """Sets these fields of a stored document; None removes a field."""
        self._updates.append(UpdateOne({"_id": document_id}, _update(changes)))
        self._flush_if_full()

    def flush(self) -> None:
        inserts, self._inserts = self._inserts, []
        updates, self._updates = self._updates, []
        updates += [self._update_of(one) for one in insert_missing(self._collection, inserts)]
        if updates:
            self._collection.bulk_write(updates, ordered=False)

    def _flush_if_full(self) -> None:
        if len(self._inserts) + len(self._updates) >= BATCH_SIZE:
            self.flush()

    def _update_of(self, document: Document) -> UpdateOne:
        changes = {key: value for key, value in document.items() if key not in self._first_only | {"_id"}}
        absent = self._owned - self._first_only - set(document)
        return UpdateOne({"_id": document["_id"]}, _update({**changes, **dict.fromkeys(absent)}))

    def __enter__(self) -> DocumentWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.flush()


def _update(changes: Document) -> Document:
    """None: the field goes."""
    update: Document = {}
    if present := {key: value for key, value in changes.items() if value is not None}:
        update["$set"] = present
    if absent := {key: "" for key, value in changes.items() if value is None}:
        update["$unset"] = absent
    return update


def insert_missing(collection: Collection[Document], documents: list[Document]) -> list[Document]:
    """Returns those whose id exists. Departed profiles stay away."""
    documents = without_departed(collection, documents)
    if not documents:
        return []
    try:
        collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        failures = error.details.get("writeErrors", [])
        if any(failure.get("code") != DUPLICATE_KEY for failure in failures):
            raise
        return [documents[failure["index"]] for failure in failures]
    return []


def delete_by_ids(collection: Collection[Document], ids: Iterable[str]) -> None:
    deletions = [DeleteOne({"_id": one}) for one in ids]
    for start in range(0, len(deletions), BATCH_SIZE):
        collection.bulk_write(deletions[start : start + BATCH_SIZE], ordered=False)
