"""Many writers at once while a session is merged: every acknowledged event is in the profile in the end.

The servers are real and so is the concurrency: every writer is a task with calls of its own in flight, over the
adapters of two processes.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from bff.stores.mongo.viewers_and_lists import MongoStore
from domain import storage_names
from domain.ids import ProfileId, TitleId
from domain.resilience.timeouts import StoreTimeouts
from domain.viewers.anonymous_sessions import merged_event_id, session_id
from domain.viewers.event_documents import event_id
from domain.viewers.events import Event, EventType, activity_changes

pytestmark = pytest.mark.stores

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINA, ADE = ProfileId("mina"), ProfileId("ade")
WRITERS, EVENTS, ROUNDS = 12, 6, 6
TYPES = (EventType.PROGRESS, EventType.LIST_ADD, EventType.LIKE)


@pytest.fixture
async def processes(mongo_database: str) -> AsyncIterator[tuple[MongoStore, MongoStore]]:
    patient = StoreTimeouts(mongo_read=20, mongo_write=20)  # a slow machine is no outage
    opened = tuple(MongoStore(mongo_database, timeouts=patient) for _ in range(2))
    yield opened
    for store in opened:
        store.close()


def new_session() -> ProfileId:
    return session_id(secrets.token_bytes(16))


def an_event(profile: ProfileId, name: str, kind: EventType = EventType.PROGRESS, minutes: int = 0) -> Event:
    return Event(name, profile, TitleId(f"t-{name}"), kind, NOW + timedelta(minutes=minutes), "DE",
                 position_seconds=600, duration_seconds=6000)  # fmt: skip


def collection(url: str, name: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](url) as client:
        return list(client.get_default_database()[name].find())


class Writers:
    """Writes on; `acknowledged` are the ids of events whose record returned."""

    def __init__(self, stores: tuple[MongoStore, MongoStore], profile: ProfileId) -> None:
        self.stores, self.profile = stores, profile
        self.acknowledged: list[str] = []
        self._some = asyncio.Event()

    async def write(self, writer: int) -> None:
        for number in range(EVENTS):
            event = an_event(self.profile, f"{writer}-{number}", TYPES[number % 3])
            await self.stores[writer % 2].record(self.profile, [event], activity_changes([event]))
            self.acknowledged.append(event.id)
            if len(self.acknowledged) >= WRITERS:
                self._some.set()

    async def merge(self, target: ProfileId, store: int) -> None:
        await self._some.wait()
        await self.stores[store].merge_session(self.profile, target)


def lost(url: str, profile: ProfileId, target: ProfileId, acknowledged: list[str]) -> tuple[int, int]:
    """Acknowledged events that are not in the target's record, and those that are not among its events."""
    [record] = [one for one in collection(url, storage_names.ACTIVITY) if one["_id"] == target]
    titles = {title for part in ("watched", "listed", "rated") for title in record.get(part, {})}
    stored = {one["_id"] for one in collection(url, storage_names.EVENTS)}
    return (
        sum(f"t-{name}" not in titles for name in acknowledged),
        sum(event_id(target, merged_event_id(profile, name)) not in stored for name in acknowledged),
    )


async def test_no_acknowledged_event_is_lost_while_the_session_is_merged(
    processes: tuple[MongoStore, MongoStore], mongo_database: str
) -> None:
    in_all, missing = 0, []
    for number in range(ROUNDS):
        session, target = new_session(), ProfileId(f"target-{number}")
        writers = Writers(processes, session)
        await asyncio.gather(
            *(writers.write(writer) for writer in range(WRITERS)),
            writers.merge(target, 0),
            writers.merge(target, 1),
        )
        in_all += len(writers.acknowledged)
        missing.append(lost(mongo_database, session, target, writers.acknowledged))
    assert in_all == ROUNDS * WRITERS * EVENTS
    assert missing == [(0, 0)] * ROUNDS
    # And nothing is left behind that would be counted twice, or forgotten in a day.
    assert {one["_id"][:6] for one in collection(mongo_database, storage_names.ACTIVITY)} == {"target"}
    assert {one["profile_id"][:6] for one in collection(mongo_database, storage_names.EVENTS)} == {"target"}


async def test_a_device_that_still_writes_into_a_merged_session_writes_into_the_profile(
    processes: tuple[MongoStore, MongoStore], mongo_database: str
) -> None:
    session = new_session()
    await processes[0].merge_session(session, MINA)
    event = an_event(session, "late")
    for _ in range(2):
        written = await processes[1].record(session, [event], activity_changes([event]))
        assert written.moved_to == MINA
    assert (await processes[0].activities([MINA]))[MINA].watched == activity_changes([event]).watched
    [stored] = collection(mongo_database, storage_names.EVENTS)
    assert (stored["profile_id"], stored["id"]) == (MINA, merged_event_id(session, "late"))
    assert [one["_id"] for one in collection(mongo_database, storage_names.ACTIVITY)] == [MINA]


async def test_a_session_belongs_to_the_first_profile_it_was_merged_into(
    processes: tuple[MongoStore, MongoStore], mongo_database: str
) -> None:
    session = new_session()
    event = an_event(session, "e1")
    await processes[0].record(session, [event], activity_changes([event]))
    first = await processes[0].merge_session(session, MINA)
    second = await processes[1].merge_session(session, ADE)
    assert (first.moved_to, second.moved_to, bool(second.changes)) == (MINA, MINA, False)
    assert [one["profile_id"] for one in collection(mongo_database, storage_names.EVENTS)] == [MINA]
    assert set(await processes[0].activities([MINA, ADE])) == {MINA}


async def test_an_event_whose_writer_died_before_the_record_is_merged_as_well(
    processes: tuple[MongoStore, MongoStore], mongo_database: str
) -> None:
    session = new_session()
    event = an_event(session, "e1")
    await processes[0].record(session, [event], activity_changes([event]))
    with MongoClient[dict[str, Any]](mongo_database) as client:
        client.get_default_database()[storage_names.ACTIVITY].delete_many({})
    merged = await processes[0].merge_session(session, MINA)
    assert merged.changes == activity_changes([event])
    assert (await processes[0].activities([MINA]))[MINA].watched == activity_changes([event]).watched


async def test_first_events_of_a_profile_that_has_not_departed_leave_no_mark(
    processes: tuple[MongoStore, MongoStore], mongo_database: str
) -> None:
    events = [an_event(MINA, f"e{number}") for number in range(20)]
    await asyncio.gather(
        *(
            processes[number % 2].record(MINA, [event], activity_changes([event]))
            for number, event in enumerate(events)
        )
    )
    [record] = collection(mongo_database, storage_names.ACTIVITY)
    assert (record["revision"], len(record["watched"])) == (20, 20)
    assert set(record) == {"_id", "revision", "watched"}
