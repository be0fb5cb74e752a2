"""Builds a catalog index, which is then only read.

The pointer in MongoDB, not an alias, selects the live index, so all three stores switch at once.
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
        source = {key: value for key, value in document.items() if key != "_id"}
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
