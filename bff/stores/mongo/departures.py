"""Departures in MongoDB: which profiles and sessions are gone, by a digest of their id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from pymongo.errors import DuplicateKeyError

from bff.stores.mongo.database import MongoDatabase
from domain.ids import ProfileId
from domain.storage_names import DEPARTURES
from domain.viewers.departures import (
    DEPARTURE_LIFETIME,
    Departure,
    departure_from_document,
    departure_key,
    departure_to_document,
)


class DepartureStore:
    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    async def find(self, ids: Iterable[ProfileId]) -> dict[ProfileId, Departure]:
        by_key = {departure_key(profile_id): profile_id for profile_id in ids}
        raw = await self._database.find_by_id(DEPARTURES, by_key)
        found = self._database.decode_all(DEPARTURES, raw, departure_from_document)
        return {by_key[key]: departure for key, departure in found.items()}

    async def find_one(self, profile_id: ProfileId) -> Departure | None:
        return (await self.find([profile_id])).get(profile_id)

    async def unfinished(self) -> list[Departure]:
        """Those whose data is not gone from the stores yet."""
        raw = await self._database.find(DEPARTURES, {"profile_id": {"$exists": True}}, "departures")
        return list(self._database.decode_all(DEPARTURES, raw, departure_from_document).values())

    async def add(self, departure: Departure, lifetime: timedelta = DEPARTURE_LIFETIME) -> Departure:
        """Returns the stored one, when the profile has departed before."""
        collection = self._database.collection(DEPARTURES)
        with self._database.calls.guard("depart"):
            try:
                await collection.insert_one(departure_to_document(departure, lifetime))
                return departure
            except DuplicateKeyError:
                stored = await collection.find_one({"_id": departure.key})
        return departure_from_document(stored) if stored else departure

    async def withdraw(self, departure: Departure) -> None:
        """Before anything was removed."""
        with self._database.calls.guard("depart"):
            await self._database.collection(DEPARTURES).delete_one({"_id": departure.key})

    async def finish(self, departure: Departure) -> Departure:
        """Nothing in the stores has the id any more, so neither does the departure."""
        with self._database.calls.guard("depart"):
            await self._database.collection(DEPARTURES).update_one(
                {"_id": departure.key}, {"$unset": {"profile_id": "", "account_id": ""}}
            )
        return replace(departure, profile_id=None, account_id=None)
