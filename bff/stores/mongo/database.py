"""One MongoDB database: its client, its calls counted and timed, its documents decoded.

The only file that imports motor, so that its successor (`pymongo.AsyncMongoClient`) is one file's change. What is
asked of it stands in mongo.py (people, titles, lists) and layouts.py. Documents that cannot be read are skipped and
logged once: one rotten document costs its own key, never its neighbours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

import pymongo
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo.errors import BulkWriteError, PyMongoError

from bff.stores.base.instrumentation import Calls
from domain import storage_names
from domain.errors import MarqueeError
from domain.resilience.timeouts import USUAL, TimeOuts
from domain.serialization import Document

POOL_SIZE = 64
DUPLICATE_KEY = 11000
ROTTEN = (KeyError, TypeError, ValueError, AttributeError, MarqueeError)
"""What decoding a document that Marquee did not write can raise."""

V = TypeVar("V")

log = logging.getLogger("marquee.stores")


class MongoDatabase:
    """Opens no connection before the first call."""

    def __init__(self, url: str, time_outs: TimeOuts = USUAL) -> None:
        self._read_seconds = time_outs.mongo_read
        self._client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
            url,
            appname="marquee",
            maxPoolSize=POOL_SIZE,
            timeoutMS=int(time_outs.mongo_write * 1000),
            # An acknowledged event is on the disks of most of the set (Jepsen: less loses it by design).
            w="majority",
            journal=True,
        )
        self._database: AsyncIOMotorDatabase[Document] = self._client.get_default_database(
            storage_names.DATABASE
        )
        self.calls = Calls("mongo", self._answer, (PyMongoError,), longest=time_outs.longest)
        self._rotten: set[tuple[str, str]] = set()

    def close(self) -> None:
        self.calls.close()
        self._client.close()

    async def ping(self) -> None:
        """Raises StoreUnavailable when the server does not answer."""
        with self.calls.one("ping"):
            await self._answer()

    async def _answer(self) -> None:
        with pymongo.timeout(self._read_seconds):
            await self._client.admin.command("ping")

    async def ensure_indexes(self) -> None:
        """Make the indexes of domain.contracts; those that exist stay as they are."""
        with self.calls.one("ensure_indexes"):
            for collection, keys, options in storage_names.MONGO_INDEXES:
                await self.collection(collection).create_index(list(keys), **cast("dict[str, Any]", options))

    def collection(self, name: str) -> AsyncIOMotorCollection[Document]:
        return self._database[name]

    async def find(self, collection: str, query: Document, verb: str) -> list[Document]:
        with self.calls.one(verb), pymongo.timeout(self._read_seconds):
            return await self.collection(collection).find(query).to_list(length=None)

    async def by_id(self, collection: str, ids: Iterable[str]) -> list[Document]:
        return await self.find(collection, {"_id": {"$in": list(ids)}}, collection)

    async def everything(self, collection: str) -> list[Document]:
        """Every document of a small collection."""
        return await self.find(collection, {}, collection)

    async def change_each(
        self, collection: str, changes: Sequence[tuple[str, Mapping[str, Any]]], upsert: bool = False
    ) -> None:
        """Make changes that may be made twice, each to the document of its id, in one round trip."""
        updates = [pymongo.UpdateOne({"_id": key}, change, upsert=upsert) for key, change in changes]
        with self.calls.one("change_each"):
            try:
                await self.collection(collection).bulk_write(updates, ordered=False)
            except BulkWriteError as error:
                # Two processes raced to make one document; now it exists, and the rest is made again.
                if any(failure.get("code") != DUPLICATE_KEY for failure in error.details["writeErrors"]):
                    raise
                await self.collection(collection).bulk_write(updates, ordered=False)

    def decoded(
        self, collection: str, found: Iterable[Document], decode: Callable[[Document], V]
    ) -> dict[Any, V]:
        decoded: dict[Any, V] = {}
        for document in found:
            try:
                decoded[document["_id"]] = decode(document)
            except ROTTEN as error:
                self._log_once(collection, str(document["_id"]), error)
        return decoded

    def _log_once(self, collection: str, document_id: str, error: Exception) -> None:
        if (collection, document_id) not in self._rotten and len(self._rotten) < 1000:
            self._rotten.add((collection, document_id))
            log.error("%s %r cannot be read and is skipped: %r", collection, document_id[:80], error)
