"""Builds a catalog index, which then changes only when an import changes or withdraws titles.

The pointer in MongoDB, not an alias, selects the live index, so all three stores switch at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError, helpers

from domain.errors import StoreUnavailable
from domain.serialization import Document
from search.documents import index_document
from search.mapping import MAPPINGS, index_settings

CHUNK = 500
STORE = "elasticsearch"
NOT_FOUND = 404


def create(client: Elasticsearch, index: str, replicas: int = 0) -> None:
    """Replaces one left by a failed run."""
    drop(client, index)
    _call(client.indices.create, index=index, settings=index_settings(replicas), mappings=MAPPINGS)


def load(client: Elasticsearch, index: str, documents: Iterable[Document]) -> int:
    """Returns the number of titles."""
    try:
        loaded, _ = helpers.bulk(client, _actions(index, documents), chunk_size=CHUNK, stats_only=True)
    except helpers.BulkIndexError as error:
        raise StoreUnavailable(STORE, f"{index}: {_first_error(error)}") from error
    except (ApiError, TransportError) as error:
        raise StoreUnavailable(STORE, f"{index}: {error}") from error
    return int(loaded)


def update(
    client: Elasticsearch, index: str, documents: Iterable[Document], withdrawn: Iterable[str]
) -> None:
    """Titles that changed since the index was built; their popularity stays. Without such an index nothing happens.

    Raises StoreUnavailable.
    """
    if count(client, index) is None:
        return
    deletions = ({"_op_type": "delete", "_index": index, "_id": one} for one in withdrawn)
    try:
        for batch in _batches(documents):
            helpers.bulk(
                client, _actions(index, _with_known_popularity(client, index, batch)), chunk_size=CHUNK
            )
        _, errors = helpers.bulk(client, deletions, chunk_size=CHUNK, raise_on_error=False)
    except helpers.BulkIndexError as error:
        raise StoreUnavailable(STORE, f"{index}: {_first_error(error)}") from error
    except (ApiError, TransportError) as error:
        raise StoreUnavailable(STORE, f"{index}: {error}") from error
    failures = errors if isinstance(errors, list) else []
    if any(one.get("delete", {}).get("status") != NOT_FOUND for one in failures):
        raise StoreUnavailable(STORE, f"{index}: withdrawn titles could not be removed.")
    _call(client.indices.refresh, index=index)


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    iterator = iter(documents)
    while batch := list(islice(iterator, CHUNK)):
        yield batch


def _with_known_popularity(client: Elasticsearch, index: str, batch: list[Document]) -> Iterator[Document]:
    ids = [document["_id"] for document in batch]
    answer = client.mget(index=index, ids=ids, source_includes=["popularity"])
    known = {one["_id"]: one["_source"].get("popularity", 0.0) for one in answer["docs"] if one.get("found")}
    for document in batch:
        yield {**document, "popularity": known.get(document["_id"], 0.0)}


def check(client: Elasticsearch, index: str, expected: int) -> int:
    """Refreshes. Raises StoreUnavailable when the count differs."""
    _call(client.indices.refresh, index=index)
    indexed = count(client, index)
    if indexed != expected:
        raise StoreUnavailable(STORE, f"{index}: {expected} titles were sent, {indexed} arrived.")
    return expected


def build(client: Elasticsearch, index: str, documents: Iterable[Document]) -> int:
    """A failure drops the index."""
    create(client, index)
    try:
        return check(client, index, load(client, index, documents))
    except BaseException:
        drop(client, index)
        raise


def count(client: Elasticsearch, index: str) -> int | None:
    """None without such an index."""
    answer = _call(client.options(ignore_status=404).count, index=index)
    indexed = answer.get("count")
    return None if indexed is None else int(indexed)


def drop(client: Elasticsearch, index: str) -> None:
    _call(client.options(ignore_status=404).indices.delete, index=index)


def _actions(index: str, documents: Iterable[Document]) -> Iterator[Document]:
    for document in documents:
        source = {key: value for key, value in index_document(document).items() if key != "_id"}
        yield {"_index": index, "_id": document["_id"], "_source": source}


def _first_error(error: helpers.BulkIndexError) -> str:
    outcome = next(iter(error.errors[0].values()))
    reason = outcome.get("error", {})
    text = reason.get("reason", reason) if isinstance(reason, dict) else reason
    return f"{len(error.errors)} titles were refused, the first ({outcome.get('_id')}) because: {text}"


def _call(call: Any, **arguments: Any) -> Any:
    try:
        return call(**arguments)
    except (ApiError, TransportError) as error:
        raise StoreUnavailable(STORE, str(error)) from error
