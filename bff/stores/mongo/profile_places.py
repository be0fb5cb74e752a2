"""Where MongoDB holds something of one profile: how to count it, to remove it, and to make it another profile's.

Everything here can be repeated: a removal that was interrupted is finished by running it again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bff.stores.mongo.activity_writes import ActivityWrites
from bff.stores.mongo.database import MongoDatabase
from domain import storage_names
from domain.experiments.exposures import exposure_id
from domain.experiments.model import Unit
from domain.ids import AccountId, ProfileId
from domain.recommendations.keys import top_picks_id
from domain.serialization import Document
from domain.viewers.departures import Departure
from domain.viewers.profile_merge import profile_join

Remove = Callable[[], Awaitable[None]]
OWN_UNIT = str(Unit.PROFILE)


@dataclass(frozen=True, slots=True)
class ProfilePlace:
    """`name` is a collection. `remove` takes everything of the profile out of it, or to the successor."""

    name: str
    count: Callable[[], Awaitable[int]]
    remove: Remove


class MongoProfilePlaces:
    """The places of one departed profile, in the order in which they are emptied."""

    def __init__(self, database: MongoDatabase, writes: ActivityWrites, departure: Departure) -> None:
        """The departure must be unfinished, so that it has the ids."""
        if departure.profile_id is None or departure.account_id is None:
            raise ValueError("a finished departure has no ids any more")
        self._database = database
        self._writes = writes
        self._departure = departure
        self._profile = departure.profile_id
        self._account = departure.account_id
        self._into = departure.into

    def places(self) -> list[ProfilePlace]:
        """The profile first: from then on nobody finds it. The record before events (activity_writes.py)."""
        own, of_profile = {"_id": self._profile}, {"profile_id": self._profile}
        return [
            self._place(storage_names.PROFILES, own, self._remove_profile),
            self._place(storage_names.ACTIVITY, own, self._remove_activity),
            self._place(storage_names.EVENTS, of_profile, self._remove_activity),
            self._place(storage_names.EXPOSURES, of_profile, self._remove_exposures),
            ProfilePlace(storage_names.ACCOUNTS, self._count_arms, self._remove_arms),
            ProfilePlace(storage_names.TOP_PICKS, self._count_picks, self._remove_picks),
            self._place(storage_names.DEPARTURES, {"into": self._profile}, self._remove_departures),
        ]

    def _place(self, name: str, query: Document, remove: Remove) -> ProfilePlace:
        return ProfilePlace(name, lambda: self._count(name, query), remove)

    async def _count(self, name: str, query: Document) -> int:
        with self._database.calls.guard("count_profile"):
            return await self._database.collection(name).count_documents(query)

    async def _remove_profile(self) -> None:
        profiles = self._database.collection(storage_names.PROFILES)
        with self._database.calls.guard("remove_profile"):
            if self._into is not None:
                document = await profiles.find_one({"_id": self._profile})
                if document is not None:
                    await profiles.update_one({"_id": self._into}, profile_join(document))
            await profiles.delete_one({"_id": self._profile})

    async def _remove_activity(self) -> None:
        await self._writes.move(self._profile, self._departure)

    async def _remove_exposures(self) -> None:
        """An account's exposure stays: it is about the account, and forgets who saw the page."""
        exposures = self._database.collection(storage_names.EXPOSURES)
        of_account = {"profile_id": self._profile, "unit": {"$ne": OWN_UNIT}}
        of_profile = {"profile_id": self._profile, "unit": OWN_UNIT}
        with self._database.calls.guard("remove_profile"):
            if self._into is None:
                await exposures.update_many(of_account, {"$unset": {"profile_id": "", "page_id": ""}})
            else:
                await exposures.update_many(of_account, {"$set": {"profile_id": self._into}})
                for document in await exposures.find(of_profile).to_list(None):
                    moved = self._moved_exposure(document, self._into)
                    await exposures.update_one(
                        {"_id": moved.pop("_id")}, {"$setOnInsert": moved}, upsert=True
                    )
            await exposures.delete_many(of_profile)

    def _moved_exposure(self, document: Document, into: ProfileId) -> Document:
        """An exposure of the successor's own to the same experiment stays as it is."""
        key = exposure_id(document["experiment"], document["phase"], Unit.PROFILE, into)
        return document | {"_id": key, "unit_id": into, "profile_id": into}

    async def _arms(self) -> Document:
        """Experiment -> the profile's sticky assignment."""
        with self._database.calls.guard("remove_profile"):
            account = await self._database.collection(storage_names.ACCOUNTS).find_one(
                {"_id": self._account}, {"arms": 1}
            )
        arms: Document = (account or {}).get("arms") or {}
        return {
            experiment: units[self._profile]
            for experiment, units in arms.items()
            if isinstance(units, dict) and self._profile in units
        }

    async def _count_arms(self) -> int:
        return len(await self._arms())

    async def _remove_arms(self) -> None:
        arms = await self._arms()
        if not arms:
            return
        accounts = self._database.collection(storage_names.ACCOUNTS)
        successor = await self._account_of(self._into) if self._into is not None else None
        with self._database.calls.guard("remove_profile"):
            for experiment, assignment in arms.items():
                if successor is not None:
                    path = f"arms.{experiment}.{self._into}"
                    absent = {"_id": successor, path: {"$exists": False}}
                    await accounts.update_one(absent, {"$set": {path: assignment}})
            gone = {f"arms.{experiment}.{self._profile}": "" for experiment in arms}
            await accounts.update_one({"_id": self._account}, {"$unset": gone})

    async def _account_of(self, profile_id: ProfileId) -> AccountId | None:
        with self._database.calls.guard("remove_profile"):
            found = await self._database.collection(storage_names.PROFILES).find_one(
                {"_id": profile_id}, {"account_id": 1}
            )
        return AccountId(found["account_id"]) if found else None

    async def _pick_ids(self) -> list[str]:
        with self._database.calls.guard("remove_profile"):
            versions = await self._database.collection(storage_names.TOP_PICKS).distinct("version")
        return [top_picks_id(version, self._profile) for version in versions]

    async def _count_picks(self) -> int:
        return await self._count(storage_names.TOP_PICKS, {"_id": {"$in": await self._pick_ids()}})

    async def _remove_picks(self) -> None:
        """The next nightly run computes the successor's anew, from the history of both."""
        ids = await self._pick_ids()
        with self._database.calls.guard("remove_profile"):
            await self._database.collection(storage_names.TOP_PICKS).delete_many({"_id": {"$in": ids}})

    async def _remove_departures(self) -> None:
        """Sessions and profiles that were merged into this one go where it goes."""
        change: Document = {"$set": {"into": self._into}} if self._into else {"$unset": {"into": ""}}
        with self._database.calls.guard("remove_profile"):
            await self._database.collection(storage_names.DEPARTURES).update_many(
                {"into": self._profile}, change
            )
