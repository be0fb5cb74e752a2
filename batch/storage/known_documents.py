"""Finds documents by many ids at once."""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Iterator, Mapping

from pymongo.collection import Collection

from batch.storage.batching import batched
from domain.serialization import Document

LOOKUP_BATCH = 1000
SCAN_FACTOR = 20
"""Reading this many neighbours in order costs about as much as one look-up by id. The local server's look-up of many
ids compares each with each, which a scan avoids, too."""


def find_by_ids(
    collection: Collection[Document], ids: Ids[str], fields: Mapping[str, int] | None = None
) -> Iterator[Document]:
    """The stored ones, in any order. `fields` is a projection."""
    wanted = set(ids)
    if not wanted:
        return
    if collection.estimated_document_count() <= SCAN_FACTOR * len(wanted):
        between = {"_id": {"$gte": min(wanted), "$lte": max(wanted)}}
        for document in collection.find(between, fields, batch_size=LOOKUP_BATCH):
            if document["_id"] in wanted:
                yield document
        return
    for batch in batched(sorted(wanted), LOOKUP_BATCH):
        yield from collection.find({"_id": {"$in": batch}}, fields)
