"""One MongoDB database: its client, instrumented calls and document decoding.

The only file that imports motor, so that replacing it (`pymongo.AsyncMongoClient`) changes one file. Unreadable
documents are skipped and logged once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import pymongo
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo.errors import BulkWriteError, PyMongoError

from bff.stores.base.instrumentation import StoreCalls
from domain import storage_names
from domain.errors import MarqueeError, StoreUnavailable
from domain.resilience.timeouts import DEFAULT_TIMEOUTS, StoreTimeouts
from domain.serialization import Document

POOL_SIZE = 64
DUPLICATE_KEY = 11000
STREAM_WAIT_MS = 500
"""How long the server waits for a write before it says that there is none."""
STREAM_TIMEOUT_MS = 2500
DECODE_ERRORS = (KeyError, TypeError, ValueError, AttributeError, MarqueeError)
"""What decoding a foreign document can raise."""

V = TypeVar("V")

log = logging.getLogger("marquee.stores")


class MongoDatabase:
    """Opens no connection before the first call."""

    def __init__(self, url: str, timeouts: StoreTimeouts = DEFAULT_TIMEOUTS) -> None:
        self._url = url
        self._read_seconds = timeouts.mongo_read
        self._client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            url,
            appname="marquee",
            maxPoolSize=POOL_SIZE,
            timeoutMS=int(timeouts.mongo_write * 1000),
            # On the disks of a majority (Jepsen: less loses writes by design).
            w="majority",
            journal=True,
        )
        self._database: AsyncIOMotorDatabase[Document] = self._client.get_default_database(
            storage_names.DATABASE
        )
        self.calls = StoreCalls("mongo", self._send_ping, (PyMongoError,), max_timeout=timeouts.longest)
        self._logged_documents: set[tuple[str, str]] = set()

    def close(self) -> None:
        self.calls.close()
        self._client.close()

    async def ping(self) -> None:
        """Raises StoreUnavailable."""
        with self.calls.guard("ping"):
            await self._send_ping()

    async def _send_ping(self) -> None:
        with pymongo.timeout(self._read_seconds):
            await self._client.admin.command("ping")

    async def ensure_indexes(self) -> None:
        """Those of domain/storage_names.py."""
        with self.calls.guard("ensure_indexes"):
            for collection, keys, options in storage_names.MONGO_INDEXES:
                await self.collection(collection).create_index(list(keys), **cast("dict[str, Any]", options))

    def collection(self, name: str) -> AsyncIOMotorCollection[Document]:
        return self._database[name]

    async def collection_names(self) -> list[str]:
        with self.calls.guard("collections"):
            return sorted(await self._database.list_collection_names())

    async def find(
        self, collection: str, query: Document, verb: str, fields: Sequence[str] | None = None
    ) -> list[Document]:
        """`fields` None: whole documents."""
        with self.calls.guard(verb), pymongo.timeout(self._read_seconds):
            return await self.collection(collection).find(query, fields).to_list(length=None)

    async def find_by_id(self, collection: str, ids: Iterable[str]) -> list[Document]:
        return await self.find(collection, {"_id": {"$in": list(ids)}}, collection)

    async def find_all(self, collection: str) -> list[Document]:
        """For small collections."""
        return await self.find(collection, {}, collection)

    async def update_each(
        self, collection: str, changes: Sequence[tuple[str, Mapping[str, Any]]], upsert: bool = False
    ) -> None:
        """Idempotent updates by id, in one round trip."""
        updates = [pymongo.UpdateOne({"_id": key}, change, upsert=upsert) for key, change in changes]
        with self.calls.guard("change_each"):
            try:
                await self.collection(collection).bulk_write(updates, ordered=False)
            except BulkWriteError as error:
                # Two processes raced to create a document. It exists now, so apply all updates again.
                if any(failure.get("code") != DUPLICATE_KEY for failure in error.details["writeErrors"]):
                    raise
                await self.collection(collection).bulk_write(updates, ordered=False)

    async def writes_to(self, collections: Sequence[str]) -> AsyncGenerator[Document | None, None]:
        """Change events of these collections, whoever writes; None each time there was none for a moment.

        Only replica sets have this. Raises StoreUnavailable. Not counted by the circuit breaker: it is no request's.
        """
        pipeline: list[Mapping[str, Any]] = [
            {"$match": {"ns.coll": {"$in": list(collections)}}},
            {"$project": {"operationType": 1, "ns": 1, "documentKey": 1, "updateDescription": 1}},
        ]
        # Its own client: one that hangs is closed with all its connections, and no request waits behind it.
        client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            self._url,
            appname="marquee-writes",
            connectTimeoutMS=STREAM_TIMEOUT_MS,
            serverSelectionTimeoutMS=STREAM_TIMEOUT_MS,
            socketTimeoutMS=STREAM_TIMEOUT_MS,
        )
        try:
            database = client.get_default_database(storage_names.DATABASE)
            stream = database.watch(pipeline, max_await_time_ms=STREAM_WAIT_MS)
            while True:
                async with asyncio.timeout(STREAM_TIMEOUT_MS / 1000):
                    event = await stream.try_next()
                yield event
        except (PyMongoError, OSError, TimeoutError) as error:
            raise StoreUnavailable("mongo", str(error).partition("\n")[0][:200]) from error
        finally:
            client.close()

    def decode_all(
        self, collection: str, documents: Iterable[Document], decode: Callable[[Document], V]
    ) -> dict[Any, V]:
        decoded: dict[Any, V] = {}
        for document in documents:
            try:
                decoded[document["_id"]] = decode(document)
            except DECODE_ERRORS as error:
                self._log_once(collection, str(document["_id"]), error)
        return decoded

    def _log_once(self, collection: str, document_id: str, error: Exception) -> None:
        if (collection, document_id) not in self._logged_documents and len(self._logged_documents) < 1000:
            self._logged_documents.add((collection, document_id))
            log.error("%s %r cannot be read and is skipped: %r", collection, document_id[:80], error)
