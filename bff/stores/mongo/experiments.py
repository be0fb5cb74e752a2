"""Experiments in MongoDB: read every few seconds for all pages at once, written by designers one at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from bff.stores.base.polled import Polled
from bff.stores.mongo.database import MongoDatabase
from domain.errors import StoreUnavailable
from domain.experiments.documents import Document, book_of
from domain.experiments.model import ExperimentBook
from domain.storage_names import EXPERIMENTS

FRESH_SECONDS = 2.0
"""How long a page may go on with an experiment that was just stopped."""

log = logging.getLogger("marquee.experiments")


class ExperimentStore:
    """The Experiments and ExperimentDesk ports."""

    def __init__(self, database: MongoDatabase, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._polled: Polled[ExperimentBook] = Polled(self._read, FRESH_SECONDS, clock)
        self._told: set[str] = set()

    async def book(self) -> ExperimentBook:
        """See ports.Experiments. Pages are served without experiments rather than not at all."""
        try:
            return await self._polled.latest()
        except StoreUnavailable:
            return ExperimentBook()

    async def documents(self) -> dict[str, Document]:
        """See ports.ExperimentDesk."""
        found = await self._database.everything(EXPERIMENTS)
        return {document["_id"]: document for document in found}

    async def save(self, key: str, document: Mapping[str, Any], expected: int) -> bool:
        """See ports.ExperimentDesk."""
        stored = {**document, "_id": key, "revision": expected + 1}
        collection = self._database.collection(EXPERIMENTS)
        with self._database.calls.one("save_experiment"):
            if expected:
                seen = {"_id": key, "revision": expected}
                return (await collection.replace_one(seen, stored)).matched_count == 1
            try:
                await collection.insert_one(stored)
            except DuplicateKeyError:
                return False
        return True

    async def _read(self) -> ExperimentBook:
        book, refused = book_of((await self.documents()).values())
        for error in refused:
            if str(error) not in self._told and len(self._told) < 1000:
                self._told.add(str(error))
                log.error("%s. It does not run until that is mended.", error)
        return book
