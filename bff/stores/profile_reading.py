"""Reads everything that MongoDB and Redis hold of one profile, for its export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bff.stores.mongo.database import MongoDatabase
from bff.stores.redis.profile_keys import RedisProfileKeys
from domain import storage_names
from domain.ids import AccountId, ProfileId
from domain.recommendations.keys import top_picks_id
from domain.serialization import Document
from domain.viewers.profile_export import ARCHIVE, StoredProfile, export_document, exported_title_ids
from domain.viewers.profiles import Profile


@dataclass(frozen=True, slots=True)
class ProfileReading:
    database: MongoDatabase
    keys: RedisProfileKeys

    async def export(self, profile: Profile, now: datetime) -> Document:
        stored = await self._read(profile)
        title_ids = exported_title_ids(stored)
        titles = await self.database.find_by_id(storage_names.TITLES, title_ids)
        names = {title["_id"]: title.get("name", "") for title in titles}
        return export_document(stored, now, (ARCHIVE,), names)

    async def _read(self, profile: Profile) -> StoredProfile:
        of_profile = {"profile_id": profile.id}
        [document] = await self.database.find_by_id(storage_names.PROFILES, [profile.id]) or [
            {"_id": profile.id}
        ]
        activity = await self.database.find_by_id(storage_names.ACTIVITY, [profile.id])
        merged = await self.database.find(storage_names.DEPARTURES, {"into": profile.id}, "export")
        return StoredProfile(
            profile=document,
            activity=activity[0] if activity else None,
            events=await self.database.find(storage_names.EVENTS, of_profile, "export"),
            picks=await self._picks(profile.id),
            exposures=await self.database.find(storage_names.EXPOSURES, of_profile, "export"),
            arms=await self._arms(profile.account_id, profile.id),
            pages=await self.keys.pages(profile.id),
            merged_from=sum(not one.get("session") for one in merged),
        )

    async def _picks(self, profile_id: ProfileId) -> list[Document]:
        with self.database.calls.guard("export"):
            versions = await self.database.collection(storage_names.TOP_PICKS).distinct("version")
        ids = [top_picks_id(version, profile_id) for version in versions]
        return await self.database.find_by_id(storage_names.TOP_PICKS, ids)

    async def _arms(self, account_id: AccountId, profile_id: ProfileId) -> Document:
        found = await self.database.find_by_id(storage_names.ACCOUNTS, [account_id])
        arms: Document = found[0].get("arms", {}) if found else {}
        return {
            name: units[profile_id]
            for name, units in arms.items()
            if isinstance(units, dict) and profile_id in units
        }
