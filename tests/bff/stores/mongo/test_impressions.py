"""What was shown, in MongoDB: merged by the server itself, so late, repeated and racing writers cannot miscount."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient

from bff.stores.mongo.viewers_and_lists import MongoStore
from domain import storage_names
from domain.viewers.activity import Activity, Changes, merge
from domain.viewers.events import Event, EventType, activity_changes
from domain.viewers.impressions import SPAN_DAYS, day_number
from tests.domain.made import DAY, MINA, NOW, an_event

pytestmark = pytest.mark.stores

SPAN, TODAY = divmod(day_number(NOW), SPAN_DAYS)
CARD = "snap|top-picks|1|0|tt1|popular"


@pytest.fixture
async def store(mongo_database: str) -> AsyncIterator[MongoStore]:
    opened = MongoStore(mongo_database)
    yield opened
    opened.close()


def seen(name: str, **changes: Any) -> Event:
    return replace(an_event(EventType.IMPRESSION, tracking=CARD, occurred_at=NOW), id=name, **changes)


async def shown(store: MongoStore) -> Any:
    return (await store.activities([MINA]))[MINA].impressions


async def test_sent_again_or_seen_again_that_day_it_is_one_day(store: MongoStore) -> None:
    for event in (seen("e1"), seen("e1"), seen("e2")):
        await store.record(MINA, [event], activity_changes([event]))
    assert await shown(store) == {SPAN: {"tt1": 1 << TODAY, "~top-picks": 1 << TODAY}}


async def test_a_retry_heals_what_a_crash_lost(store: MongoStore, mongo_database: str) -> None:
    event = seen("e1", episode_count=16)
    await store.record(MINA, [event], activity_changes([event]))
    with MongoClient[dict[str, Any]](mongo_database) as client:
        client.get_default_database()[storage_names.ACTIVITY].delete_many({})
    later = replace(event, occurred_at=NOW + DAY, episode_count=17)
    await store.record(MINA, [later], activity_changes([later]))
    assert await shown(store) == {SPAN: {"tt1~16": 1 << TODAY, "~top-picks": 1 << TODAY}}


async def test_twenty_devices_at_once_leave_what_one_after_the_other_would(store: MongoStore) -> None:
    batches = [
        Changes(
            impressions={SPAN - n % 2: {"tt1": 1 << n, f"tt{n % 3}": 1 << n % 7, "~top-picks": 1 << n % 5}}
        )
        for n in range(20)
    ]
    await asyncio.gather(*(store.record(MINA, [], changes) for changes in batches))
    expected = Activity(MINA)
    for changes in batches:
        expected = merge(expected, changes)
    assert (await store.activities([MINA]))[MINA] == expected


async def test_the_third_span_pushes_out_the_first(store: MongoStore) -> None:
    for ago in (3, 2, 1, 0):
        await store.record(MINA, [], Changes(impressions={SPAN - ago: {"tt1": 1}}))
    assert await shown(store) == {SPAN - 1: {"tt1": 1}, SPAN: {"tt1": 1}}


async def test_what_arrives_late_takes_nothing_away(store: MongoStore) -> None:
    for ago in (0, 1):
        await store.record(MINA, [], Changes(impressions={SPAN - ago: {"tt1": 1}}))
    assert await shown(store) == {SPAN: {"tt1": 1}, SPAN - 1: {"tt1": 1}}
