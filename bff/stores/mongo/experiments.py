"""Experiments in MongoDB: read every few seconds for all pages, written by designers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from bff.stores.base.polled import PolledValue
from bff.stores.mongo.database import MongoDatabase
from domain.errors import StoreUnavailable
from domain.experiments.documents import experiments_from_documents
from domain.experiments.model import ExperimentSet
from domain.serialization import Document
from domain.storage_names import EXPERIMENTS

MAX_AGE_SECONDS = 2.0
"""How long pages may use an experiment that was just stopped."""

log = logging.getLogger("marquee.experiments")


class ExperimentStore:
    """The Experiments and ExperimentAdminStore ports."""

    def __init__(self, database: MongoDatabase, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._polled: PolledValue[ExperimentSet] = PolledValue(self._read, MAX_AGE_SECONDS, clock)
        self._logged_errors: set[str] = set()

    async def live_experiments(self) -> ExperimentSet:
        """Better a page without experiments than none."""
        try:
            return await self._polled.latest()
        except StoreUnavailable:
            return ExperimentSet()

    async def documents(self) -> dict[str, Document]:
        documents = await self._database.find_all(EXPERIMENTS)
        return {document["_id"]: document for document in documents}

    async def save(self, key: str, document: Mapping[str, Any], expected: int) -> bool:
        stored = {**document, "_id": key, "revision": expected + 1}
        collection = self._database.collection(EXPERIMENTS)
        with self._database.calls.guard("save_experiment"):
            if expected:
                seen = {"_id": key, "revision": expected}
                return (await collection.replace_one(seen, stored)).matched_count == 1
            try:
                await collection.insert_one(stored)
            except DuplicateKeyError:
                return False
        return True

    async def _read(self) -> ExperimentSet:
        experiments, errors = experiments_from_documents((await self.documents()).values())
        for error in errors:
            if str(error) not in self._logged_errors and len(self._logged_errors) < 1000:
                self._logged_errors.add(str(error))
                log.error("%s. The experiment does not run until that is fixed.", error)
        return experiments
