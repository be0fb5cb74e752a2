"""Filling a catalog index: make it, load it in bulk, check the count; a failure leaves no index behind.

The index of a data version is written once and then only read. Which index is live is said by the pointer
in MongoDB, not by an alias, so that all three stores change over at the same instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError, helpers

from domain.errors import StoreUnavailable
from domain.serialization import Document
from search.mapping import MAPPINGS, index_settings

CHUNK = 500
STORE = "elasticsearch"


def create(client: Elasticsearch, index: str, replicas: int = 0) -> None:
    """A new, empty index; one of that name left by a broken run is replaced."""
    drop(client, index)
    _guarded(client.indices.create, index=index, settings=index_settings(replicas), mappings=MAPPINGS)


def load(client: Elasticsearch, index: str, documents: Iterable[Document]) -> int:
    """Put title documents (with `_id`) into the index, overwriting equal ids. Returns how many."""
    try:
        done, _ = helpers.bulk(client, _actions(index, documents), chunk_size=CHUNK, stats_only=True)
    except helpers.BulkIndexError as error:
        raise StoreUnavailable(STORE, f"{index}: {_first_refusal(error)}") from error
    except (ApiError, TransportError) as error:
        raise StoreUnavailable(STORE, f"{index}: {error}") from error
    return int(done)


def check(client: Elasticsearch, index: str, expected: int) -> int:
    """Make what was loaded searchable and count it. Raises StoreUnavailable when documents are missing."""
    _guarded(client.indices.refresh, index=index)
    found = count(client, index)
    if found != expected:
        raise StoreUnavailable(STORE, f"{index}: {expected} titles were sent, {found} arrived.")
    return expected


def build(client: Elasticsearch, index: str, documents: Iterable[Document]) -> int:
    """Make, load and check in one go. On any failure the half-filled index is removed."""
    create(client, index)
    try:
        return check(client, index, load(client, index, documents))
    except BaseException:
        drop(client, index)
        raise


def count(client: Elasticsearch, index: str) -> int | None:
    """Documents in the index; None when there is no such index."""
    answer = _guarded(client.options(ignore_status=404).count, index=index)
    found = answer.get("count")
    return None if found is None else int(found)


def drop(client: Elasticsearch, index: str) -> None:
    """Remove the index if it is there."""
    _guarded(client.options(ignore_status=404).indices.delete, index=index)


def _actions(index: str, documents: Iterable[Document]) -> Iterator[Document]:
    for document in documents:
        source = {key: value for key, value in document.items() if key != "_id"}
        yield {"_index": index, "_id": document["_id"], "_source": source}


def _first_refusal(error: helpers.BulkIndexError) -> str:
    outcome = next(iter(error.errors[0].values()))
    reason = outcome.get("error", {})
    text = reason.get("reason", reason) if isinstance(reason, dict) else reason
    return f"{len(error.errors)} titles were refused, the first ({outcome.get('_id')}) because: {text}"


def _guarded(call: Any, **arguments: Any) -> Any:
    try:
        return call(**arguments)
    except (ApiError, TransportError) as error:
        raise StoreUnavailable(STORE, str(error)) from error
