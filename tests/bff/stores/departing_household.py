"""A household whose first profile is known everywhere in the stores, and a way to die after any write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient
from redis import Redis

from bff.local_stack import StoreUrls
from bff.stores.open_stores import OpenStores, open_stores
from bff.stores.redis.page_codec import page_to_bytes
from domain import storage_names
from domain.experiments.model import Unit
from domain.ids import AccountId, ProfileId, TitleId
from domain.page.model import Page
from domain.recommendations.keys import top_picks_id
from domain.snapshots.keys import page_key
from domain.snapshots.snapshot import snapshot_id, take_snapshot
from domain.timestamps import to_millis
from domain.viewers.activity import Activity, Disowning, Listing, Rating, merge
from domain.viewers.anonymous_sessions import session_changes, session_id
from domain.viewers.documents import account_to_document, activity_to_document, profile_to_document
from domain.viewers.event_documents import event_id, event_to_document
from domain.viewers.events import Event, EventType, activity_changes
from domain.viewers.profiles import Profile
from domain.viewers.removal import Removal
from domain.viewers.watches import one_playback
from tests.domain.made import a_profile, an_account

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
VERSIONS = ("20261121-1", "20261122-1")
COLLECTIONS = (
    storage_names.ACCOUNTS,
    storage_names.PROFILES,
    storage_names.ACTIVITY,
    storage_names.EVENTS,
    storage_names.EXPOSURES,
    storage_names.TOP_PICKS,
    storage_names.DEPARTURES,
)

READS = frozenset(
    {"find_moved", "session_events", "count_profile", "pages", "names", "faults", "profiles", "departures"}
)


class Killed(Exception):
    pass


@dataclass
class Kill:
    """After the call of this number, which the store has carried out; counts the calls of both stores.

    To die after reading is to die after the write before, so reads do not count.
    """

    at: int = -1
    calls: int = 0

    def after(self, calls: Any) -> Any:
        return KillingCalls(self, calls)


@dataclass
class KillingCalls:
    """In the place of an adapter's StoreCalls."""

    kill: Kill
    calls: Any

    @contextmanager
    def guard(self, verb: str) -> Iterator[None]:
        with self.calls.guard(verb):
            yield
        if verb in READS:
            return
        self.kill.calls += 1
        if self.kill.calls - 1 == self.kill.at:
            raise Killed(verb)

    def close(self) -> None:
        self.calls.close()


@dataclass(frozen=True)
class Household:
    one: Profile
    two: Profile
    other: Profile
    stores: OpenStores
    url: str
    redis_url: str

    @contextmanager
    def killing(self, kill: Kill) -> Iterator[None]:
        mongo, redis = self.stores.mongo.database, self.stores.redis
        usual = mongo.calls, redis._calls
        mongo.calls, redis._calls = kill.after(usual[0]), kill.after(usual[1])  # type: ignore[assignment]
        try:
            yield
        finally:
            mongo.calls, redis._calls = usual

    async def leave(self, kind: str) -> Removal:
        departures = self.stores.ports.departures
        if kind == "erase":
            return await departures.erase(self.one)
        return await departures.merge(self.one, self.two.id)

    def everything(self) -> dict[str, list[Any]]:
        """What the stores hold, without times and revisions, which grow with each attempt."""
        with MongoClient[dict[str, Any]](self.url) as client:
            database = client.get_default_database()
            found = {name: sorted(database[name].find(), key=str) for name in COLLECTIONS}
        for document in (document for documents in found.values() for document in documents):
            for field in ("revision", "at", "recorded_at", "expires_at"):
                document.pop(field, None)
        with Redis.from_url(self.redis_url) as redis:
            digests = [page_key(snapshot)[:24] for snapshot in self.snapshots()]
            found["redis"] = sorted(key for prefix in digests for key in redis.keys(prefix + "*"))
        return found

    def snapshots(self) -> list[str]:
        return [snapshot_id(profile.id, a_page()) for profile in (self.one, self.two, self.other)]


def a_page() -> Page:
    return Page("", "home", 3, "v1", NOW, ())


@asynccontextmanager
async def household(stack: StoreUrls, name: str) -> AsyncIterator[Household]:
    """Profile `one` is known everywhere; `two` is of its account, `other` of another one."""
    base, _, options = stack.mongo_url.partition("?")
    url = f"{base.rstrip('/')}/test_{name}?{options}"
    account = replace(an_account(), id=AccountId(f"{name}-home"))
    one, two, other = (
        replace(
            a_profile(), id=ProfileId(f"{name}-{each}"), account_id=account.id, created_at=NOW - days * DAY
        )
        for each, days in (("one", 9), ("two", 3), ("other", 1))
    )
    one = replace(one, favourite_genres=("Crime",), blocked=(TitleId("t9"),), onboarded_at=NOW - 8 * DAY)
    other = replace(other, account_id=AccountId(f"{name}-away"))
    stores = open_stores(replace(stack, mongo_url=url), clock=lambda: NOW)
    house = Household(one, two, other, stores, url, stack.redis_url)
    with MongoClient[dict[str, Any]](url) as client:
        plant(house, client.get_default_database())
        session = session_id(bytes(16))
        event = an_event(session, "in-session", EventType.LIKE)
        await stores.mongo.record(session, [event], activity_changes([event]))
        await stores.mongo.merge_session(session, one.id)
        try:
            yield house
        finally:
            await stores.close()
            client.drop_database(f"test_{name}")


def plant(house: Household, database: Any) -> None:
    for account in (house.one.account_id, house.other.account_id):
        arms = {
            "row-order": {
                profile.id: {"variant": "B", "phase": 1, "bucket": 0}
                for profile in (house.one, house.other)
                if profile.account_id == account
            }
        }
        document = account_to_document(replace(an_account(), id=account)) | {"arms": arms}
        database[storage_names.ACCOUNTS].insert_one(document)
    for number, profile in enumerate((house.one, house.two, house.other)):
        database[storage_names.PROFILES].insert_one(profile_to_document(profile))
        events = _events(profile.id, number)
        record = merge(Activity(profile.id), activity_changes(events))
        record = merge(record, session_changes(_old_history(profile.id, number)))
        database[storage_names.ACTIVITY].insert_one(activity_to_document(record))
        times = {"recorded_at": to_millis(NOW - DAY), "expires_at": NOW}
        database[storage_names.EVENTS].insert_many(
            [event_to_document(event) | {"_id": event_id(profile.id, event.id)} | times for event in events]
        )
        for version in VERSIONS:
            database[storage_names.TOP_PICKS].insert_one(
                {
                    "_id": top_picks_id(version, profile.id),
                    "version": version,
                    "profile_id": profile.id,
                    "items": [["t1", 1.0, "similar", None, 0]],
                    "genres": [],
                    "computed_at": 0,
                }
            )
        units = [
            (Unit.PROFILE, str(profile.id), "rows"),
            (Unit.ACCOUNT, str(profile.account_id), f"look-{number}"),
        ]
        for unit, unit_id, experiment in units:
            database[storage_names.EXPOSURES].insert_one(
                {
                    "_id": f"{experiment}:1:{unit}:{unit_id}",
                    "experiment": experiment,
                    "phase": 1,
                    "unit": str(unit),
                    "unit_id": unit_id,
                    "profile_id": profile.id,
                    "account_id": profile.account_id,
                    "page_id": "p",
                    "variant": "B",
                }
            )
    with Redis.from_url(house.redis_url) as redis:
        for profile in (house.one, house.two, house.other):
            page = replace(a_page(), snapshot_id=snapshot_id(profile.id, a_page()))
            redis.set(page_key(page.snapshot_id), page_to_bytes(take_snapshot(page, profile.id)), ex=600)


def an_event(profile: ProfileId, name: str, kind: EventType, title: str = "t1", minutes: int = 0) -> Event:
    return Event(name, profile, TitleId(title), kind, NOW - DAY + timedelta(minutes=minutes), "DE",
                 position_seconds=900, duration_seconds=6000)  # fmt: skip


def _events(profile: ProfileId, number: int) -> list[Event]:
    """Some titles are of several profiles, at different times."""
    return [
        an_event(profile, "e1", EventType.PROGRESS, "shared", number),
        an_event(profile, "e2", EventType.LIST_ADD if number else EventType.LIST_REMOVE, "listed", number),
        an_event(profile, "e3", EventType.CONTINUE_REMOVE, f"own-{number}", number),
    ]


def _old_history(profile: ProfileId, number: int) -> Activity:
    """What no event is left of."""
    at = NOW - 90 * DAY + number * DAY
    return Activity(
        profile,
        watched={TitleId(f"old-{number}"): one_playback(at, 6000, 6000, True)},
        listed={TitleId("old-list"): Listing(at, number == 0)},
        rated={TitleId("old-rated"): Rating(at, 1.0 - number)},
        impressions={742: {TitleId("seen"): 1 << number}},
        household={TitleId(f"together-{number}"): one_playback(at, 600, 6000, False)},
        disowned={TitleId(f"not-me-{number}"): Disowning(at, True)},
    )
