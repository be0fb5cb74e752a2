"""The MongoDB adapter against the real local server: reads by many keys, durable events, merges, failures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from bff.stores.base.instrumentation import record_store_calls
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain import storage_names
from domain.errors import StoreUnavailable
from domain.ids import GLOBAL, AccountId, ProfileId, Region, TitleId
from domain.recommendations.lists import DataVersion, PopularKey
from domain.resilience.timeouts import StoreTimeouts
from domain.timestamps import to_millis
from domain.viewers.activity import Activity, Changes, Listing, Rating, merge
from domain.viewers.events import Event, EventType, activity_changes
from domain.viewers.watches import merge_watches, one_playback

pytestmark = pytest.mark.stores

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TT1, TT2 = TitleId("tt1"), TitleId("tt2")
MINA, ADE = ProfileId("mina"), ProfileId("ade")


@pytest.fixture
async def store(urls: StoreUrls) -> AsyncIterator[MongoStore]:
    """Over the small world."""
    opened = MongoStore(urls.mongo_url)
    yield opened
    opened.close()


@pytest.fixture
async def empty(mongo_database: str) -> AsyncIterator[MongoStore]:
    opened = MongoStore(mongo_database)
    yield opened
    opened.close()


def documents(url: str, collection: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](url, tz_aware=True) as client:
        return list(client.get_default_database()[collection].find().sort("_id"))


def insert(url: str, collection: str, *rows: dict[str, Any]) -> None:
    with MongoClient[dict[str, Any]](url) as client:
        client.get_default_database()[collection].insert_many(rows)


def an_event(name: str, title_id: TitleId = TT1, minutes: int = 0, **changes: Any) -> Event:
    event = Event(name, MINA, title_id, EventType.PROGRESS, NOW + timedelta(minutes=minutes), "DE",
                  position_seconds=600 + minutes, duration_seconds=6000)  # fmt: skip
    return replace(event, **changes)


async def test_many_keys_are_one_call_and_missing_ones_are_absent(
    store: MongoStore, world: ModuleType
) -> None:
    with record_store_calls() as call_log:
        found = await store.profiles([MINA, ProfileId("nobody"), ADE])
        accounts = await store.accounts([AccountId("home"), AccountId("nowhere")])
    assert found == {MINA: world.MINA, ADE: world.ADE}
    assert set(accounts) == {"home"}
    assert call_log.calls == {"mongo.profiles": 1, "mongo.accounts": 1}
    assert call_log.failed == {}


async def test_no_keys_find_nothing(store: MongoStore) -> None:
    assert await store.profiles([]) == {}
    assert await store.titles([]) == {}


async def test_profiles_of_an_account_come_oldest_first(store: MongoStore) -> None:
    found = await store.profiles_by_account([AccountId("home"), AccountId("nowhere")])
    assert {account: [profile.id for profile in profiles] for account, profiles in found.items()} == {
        "home": ["mina", "ade", "kids"]
    }


async def test_personas_are_the_profiles_that_have_one(store: MongoStore) -> None:
    assert [profile.persona for profile in await store.personas()] == ["new", "binge", "kids"]


async def test_lists_belong_to_their_version(store: MongoStore, version: DataVersion) -> None:
    picks = await store.top_picks(version.version, [ADE, MINA])
    similar = await store.similar(version.version, [TitleId("m0"), TitleId("m1")])
    popular = await store.popular(version.version, [PopularKey(GLOBAL), PopularKey(Region("JP"))])
    assert [pick.title_id for pick in picks[ADE].picks[:2]] == ["m1", "m2"]
    assert (set(picks), set(similar), set(popular)) == ({"ade"}, {"m0"}, {PopularKey(GLOBAL)})
    assert await store.top_picks("another", [ADE]) == {}


async def test_the_pointer_is_the_live_version_and_none_before_the_first(
    store: MongoStore, empty: MongoStore, version: DataVersion
) -> None:
    found = await store.live()
    assert found is not None
    assert (found.version, found.index) == (version.version, version.index)
    assert await empty.live() is None


async def test_episodes_come_in_watching_order(store: MongoStore) -> None:
    found = await store.episodes([TitleId("s1"), TitleId("m1")])
    assert {series: [title.id for title in titles] for series, titles in found.items()} == {
        "s1": ["s1e1", "s1e2", "s1e3"]
    }


async def test_a_rotten_document_costs_its_own_key(
    empty: MongoStore, mongo_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    good = {"_id": "home", "region": "DE", "plan": "standard", "created_at": 0}
    insert(mongo_database, storage_names.ACCOUNTS, good, {"_id": "rows", "region": "DE"}, {"_id": "none"})
    for _ in range(3):
        assert set(await empty.accounts([AccountId(name) for name in ("home", "rows", "none")])) == {"home"}
    assert len([line for line in caplog.messages if "is skipped" in line]) == 2


@pytest.mark.parametrize("rubbish", [{}, {"watched": 3}, {"watched": {"a": {"at": "x"}}}, {"rated": []}])
async def test_rotten_activity_is_skipped(
    empty: MongoStore, mongo_database: str, rubbish: dict[str, Any]
) -> None:
    insert(mongo_database, storage_names.ACTIVITY, {"_id": "mina", **rubbish}, {"_id": "ade", "revision": 4})
    found = await empty.activities([MINA, ADE])
    assert found[ADE] == Activity(ADE, revision=4)
    assert found.get(MINA) in (None, Activity(MINA))


async def test_recorded_events_are_kept_with_their_expiry_and_merged(
    mongo_database: str,
) -> None:
    store = MongoStore(mongo_database, clock=lambda: NOW)
    event = an_event("e1")
    recorded = await store.record(MINA, [event], activity_changes([event]))
    assert (recorded.revision, recorded.duplicates) == (1, frozenset())
    [kept] = documents(mongo_database, storage_names.EVENTS)
    assert kept["_id"] == "mina:e1"
    assert kept["recorded_at"] == int(NOW.timestamp() * 1000)
    assert kept["expires_at"] == NOW + timedelta(days=storage_names.EVENT_TTL_DAYS)
    assert (await store.activities([MINA]))[MINA] == merge(Activity(MINA), activity_changes([event]))
    store.close()


async def test_an_event_sent_again_is_named_and_kept_once(empty: MongoStore, mongo_database: str) -> None:
    first, second = an_event("e1"), an_event("e2", minutes=5)
    await empty.record(MINA, [first], activity_changes([first]))
    recorded = await empty.record(MINA, [first, second, second], activity_changes([first, second]))
    assert recorded.duplicates == {"e1"}
    assert [kept["_id"] for kept in documents(mongo_database, storage_names.EVENTS)] == ["mina:e1", "mina:e2"]


async def test_the_same_id_on_another_profile_is_another_event(
    empty: MongoStore, mongo_database: str
) -> None:
    await empty.record(MINA, [an_event("e1")], Changes())
    recorded = await empty.record(ADE, [an_event("e1", profile_id=ADE)], Changes())
    assert recorded.duplicates == frozenset()
    assert len(documents(mongo_database, storage_names.EVENTS)) == 2


async def test_a_retry_heals_a_crash_between_the_event_and_the_merge(
    empty: MongoStore, mongo_database: str
) -> None:
    event = an_event("e1")
    await empty.record(MINA, [event], activity_changes([event]))
    with MongoClient[dict[str, Any]](mongo_database) as client:
        client.get_default_database()[storage_names.ACTIVITY].delete_many({})
    recorded = await empty.record(MINA, [event], activity_changes([event]))
    assert recorded.duplicates == {"e1"}
    assert (await empty.activities([MINA]))[MINA].watched == activity_changes([event]).watched


async def test_a_known_event_counts_as_it_was_first_sent(empty: MongoStore) -> None:
    """A retry says a later "now"; it must not bring back what was taken off the list since."""
    added = an_event("e1", type=EventType.LIST_ADD)
    removed = an_event("e2", type=EventType.LIST_REMOVE, minutes=5)
    for event in (added, removed):
        await empty.record(MINA, [event], activity_changes([event]))
    again = replace(added, occurred_at=NOW + timedelta(minutes=9))
    recorded = await empty.record(MINA, [again], activity_changes([again]))
    assert (recorded.revision, recorded.duplicates) == (3, {"e1"})
    assert recorded.changes == activity_changes([added])
    assert (await empty.activities([MINA]))[MINA].my_list() == []


async def test_twenty_writers_at_once_leave_what_one_after_the_other_would(empty: MongoStore) -> None:
    batches = [
        Changes(
            watched={TitleId(f"tt{n % 3}"): one_playback(NOW + timedelta(minutes=n), n, 6000, n % 2 == 0)},
            listed={TT1: Listing(NOW + timedelta(minutes=(n * 7) % 20), n % 2 == 0)},
            rated={TT2: Rating(NOW + timedelta(minutes=n), 1.0 if n % 2 else -1.0)},
        )
        for n in range(20)
    ]
    recorded = await asyncio.gather(*(empty.record(MINA, [], changes) for changes in batches))
    assert max(one.revision for one in recorded) == 20
    expected = Activity(MINA)
    for changes in batches:
        expected = merge(expected, changes)
    assert (await empty.activities([MINA]))[MINA] == expected


async def test_a_flat_entry_of_an_earlier_build_keeps_what_it_knew(
    empty: MongoStore, mongo_database: str
) -> None:
    flat = {"at": to_millis(NOW), "finished": True, "position": 6000, "duration": 6000, "series": ""}
    with MongoClient[dict[str, Any]](mongo_database) as client:
        activity = client.get_default_database()[storage_names.ACTIVITY]
        activity.insert_one({"_id": MINA, "revision": 4, "watched": {"tt1": flat}})
    slip = Changes(watched={TT1: one_playback(NOW + timedelta(minutes=1), 25, 6000)})
    assert (await empty.record(MINA, [], slip)).revision == 5
    watch = (await empty.activities([MINA]))[MINA].watched[TT1]
    assert watch == merge_watches(one_playback(NOW, 6000, 6000, finished=True), slip.watched[TT1])
    assert (watch.finished, watch.is_open, watch.position_seconds) == (True, False, 25)


async def test_an_older_event_that_arrives_late_changes_nothing_but_the_revision(empty: MongoStore) -> None:
    late, early = an_event("e2", minutes=9), an_event("e1", minutes=1)
    await empty.record(MINA, [late], activity_changes([late]))
    await empty.record(MINA, [early], activity_changes([early]))
    assert (await empty.activities([MINA]))[MINA] == Activity(MINA, 2, activity_changes([late]).watched)


async def test_the_indexes_of_the_contract_exist_and_events_expire(
    empty: MongoStore, mongo_database: str
) -> None:
    await empty.database.ensure_indexes()
    await empty.database.ensure_indexes()
    with MongoClient[dict[str, Any]](mongo_database) as client:
        database = client.get_default_database()
        indexes = {
            (collection, tuple(index["key"])): index.get("expireAfterSeconds")
            for collection in database.list_collection_names()
            for index in database[collection].index_information().values()
        }
    for collection, keys, _ in storage_names.MONGO_INDEXES:
        assert (collection, keys) in indexes
    assert indexes[storage_names.EVENTS, (("expires_at", 1),)] == 0


async def test_a_server_that_is_not_there_is_unavailable_within_the_time_out() -> None:
    brief = StoreTimeouts(mongo_read=0.2, mongo_write=0.3)
    store = MongoStore("mongodb://127.0.0.1:9/marquee?directConnection=true", timeouts=brief)
    began = time.perf_counter()
    with pytest.raises(StoreUnavailable) as raised:
        await store.profiles([MINA])
    assert raised.value.store == "mongo"
    assert time.perf_counter() - began < 2.5
    with pytest.raises(StoreUnavailable):
        await store.record(MINA, [an_event("e1")], Changes())
    store.close()


async def test_a_server_that_never_answers_is_unavailable_within_the_time_out() -> None:
    silent = await asyncio.start_server(lambda reader, writer: asyncio.sleep(30), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    store = MongoStore(
        f"mongodb://127.0.0.1:{port}/marquee?directConnection=true", timeouts=StoreTimeouts(mongo_read=0.2)
    )
    began = time.perf_counter()
    with pytest.raises(StoreUnavailable):
        await store.activities([MINA])
    assert time.perf_counter() - began < 2.5
    store.close()
    silent.close()
