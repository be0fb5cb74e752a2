"""Erases a profile, or merges it into another, in MongoDB and Redis; and proves that nothing of it is left.

The departure is stored first, so that late writers and imports find it. Then the running services are told, each
place is emptied, and each is searched again. What was interrupted is finished by the same call: the departure keeps
the ids until all of it is done. Files follow by `marquee data purge` or the next nightly run.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bff.stores.cache_invalidation import InvalidatingPageCache
from bff.stores.caches.last_known import LastKnownViewers
from bff.stores.mongo.exposures import ExposureLog
from bff.stores.mongo.profile_places import MongoProfilePlaces, ProfilePlace
from bff.stores.mongo.viewers_and_lists import MongoStore
from bff.stores.profile_reading import ProfileReading
from bff.stores.redis.page_snapshots import RedisPageSnapshots
from bff.stores.redis.profile_keys import RedisProfileKeys
from domain.errors import Conflict, NotFound
from domain.ids import AccountId, ProfileId
from domain.ports.visibility import Announcements
from domain.serialization import Document
from domain.viewers.departures import Departure, LastProfile, OtherDeparture, departure_key
from domain.viewers.profiles import Profile
from domain.viewers.removal import Place, Removal
from domain.visibility.changes import VisibilityChange

FILES_PENDING = "the event archive and other files (`marquee data purge`, or the next nightly run)"


@dataclass(frozen=True, slots=True)
class StoredProfileRemoval:
    """The ProfileDepartures port."""

    mongo: MongoStore
    viewers: LastKnownViewers
    keys: RedisProfileKeys
    page_cache: InvalidatingPageCache
    snapshots: RedisPageSnapshots
    exposures: ExposureLog
    announcements: Announcements
    clock: Callable[[], datetime]

    async def departure(self, profile_id: ProfileId) -> Departure | None:
        return await self.mongo.writes.departures.find_one(profile_id)

    async def unfinished(self) -> list[Departure]:
        return await self.mongo.writes.departures.unfinished()

    async def erase(self, profile: Profile, even_last: bool = False) -> Removal:
        return await self._depart(profile, None, even_last)

    async def merge(self, profile: Profile, into: ProfileId) -> Removal:
        return await self._depart(profile, into, even_last=False)

    async def export(self, profile: Profile) -> Document:
        return await ProfileReading(self.mongo.database, self.keys).export(profile, self.clock())

    async def _depart(self, profile: Profile, into: ProfileId | None, even_last: bool) -> Removal:
        departures = self.mongo.writes.departures
        wanted = Departure(departure_key(profile.id), self.clock(), into, profile.id, profile.account_id)
        departure = await departures.add(wanted)
        if departure is wanted:
            refusal = await self._refusal(profile, into, even_last)
            if refusal is not None:
                await departures.withdraw(departure)
                raise refusal
        elif departure.into != into:
            raise OtherDeparture
        return await self.finish(departure)

    async def _refusal(self, profile: Profile, into: ProfileId | None, even_last: bool) -> Conflict | None:
        """After the departure is stored: of two removals at once, each sees the other's."""
        of_account = await self.mongo.profiles_by_account([profile.account_id])
        ids = [one.id for one in of_account.get(profile.account_id, ())] + ([into] if into else [])
        departed = await self.mongo.writes.departures.find(ids)
        if into in departed:
            return OtherDeparture()
        if into is None and not even_last and not set(ids) - departed.keys():
            return LastProfile()
        return None

    async def finish(self, departure: Departure) -> Removal:
        """Raises NotFound when it is finished, StoreUnavailable when it must be called again."""
        if departure.profile_id is None or departure.account_id is None:
            raise NotFound("There is no such profile.")
        profile_id, account_id = departure.profile_id, departure.account_id
        places = self._places(departure, profile_id)
        found = [await place.count() for _, place in places]
        await self._tell(profile_id, account_id)
        for _, place in places:
            await place.remove()
        await self._tell(profile_id, account_id)
        if departure.into is not None:
            await self.page_cache.invalidate(departure.into)
        self.viewers.forget(profile_id, account_id, departure.into)
        proof = []
        for before, (store, place) in zip(found, places, strict=True):
            left = await place.count()
            proof.append(Place(store, place.name, before, max(0, before - left), left))
        if not any(place.left for place in proof):
            await self.mongo.writes.departures.finish(departure)
        return Removal(departure.key, departure.into, tuple(proof), (FILES_PENDING,))

    async def _tell(self, profile_id: ProfileId, account_id: AccountId) -> None:
        """Every process, and this one. By the account: the log must not keep the profile's id."""
        await self.keys.close_to(profile_id)
        await self.page_cache.invalidate(profile_id)
        self.snapshots.forget(profile_id)
        self.exposures.forget(profile_id)
        await self.announcements.announce(VisibilityChange(accounts=(account_id,)))

    def _places(self, departure: Departure, profile_id: ProfileId) -> list[tuple[str, ProfilePlace]]:
        keys = self.keys

        def place(
            name: str,
            count: Callable[[ProfileId], Awaitable[int]],
            remove: Callable[[ProfileId], Awaitable[None]],
        ) -> tuple[str, ProfilePlace]:
            return "redis", ProfilePlace(name, lambda: count(profile_id), lambda: remove(profile_id))

        mongo = MongoProfilePlaces(self.mongo.database, self.mongo.writes, departure)
        return [
            *(("mongo", each) for each in mongo.places()),
            place("cached pages", keys.count_cached, keys.remove_cached),
            place("page snapshots", keys.count_snapshots, keys.remove_snapshots),
            place("invariant samples", keys.count_violations, keys.remove_violations),
        ]
