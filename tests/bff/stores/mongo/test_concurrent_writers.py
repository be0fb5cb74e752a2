"""Other places that read, work and then delete or replace: with many writers at once nothing acknowledged is lost.

test_concurrent_merges.py has sessions, test_profile_removal.py profiles, test_layouts.py drafts and publishing.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from batch.jobs.archive_events import archive_live_events
from bff.stores.cache_invalidation import InvalidatingPageCache
from bff.stores.mongo.experiments import ExperimentStore
from bff.stores.mongo.exposures import ExposureLog
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.errors import NotFound, StoreUnavailable
from domain.experiments.exposures import Exposure
from domain.experiments.model import Unit
from domain.ids import AccountId, ProfileId, TitleId
from domain.page_cache.cached_page import CacheKey
from domain.resilience.timeouts import StoreTimeouts
from domain.storage_names import ACCOUNTS, EVENTS, EXPOSURES
from domain.viewers.events import Event, EventType, activity_changes
from domain.viewers.profiles import Preferences

pytestmark = pytest.mark.stores

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINA = ProfileId("mina")
ROUNDS, WRITERS = 4, 10


@pytest.fixture
async def processes(mongo_database: str) -> AsyncIterator[tuple[MongoStore, MongoStore]]:
    patient = StoreTimeouts(mongo_read=20, mongo_write=20)  # a slow machine is no outage
    opened = tuple(MongoStore(mongo_database, timeouts=patient) for _ in range(2))
    yield opened
    for store in opened:
        store.close()


def collection(client: MongoClient[dict[str, Any]], name: str) -> Any:
    return client.get_default_database()[name]


def archived_ids(lake: Path) -> list[str]:
    return [
        json.loads(line)["id"]
        for path in lake.glob("events/month=*/*.gz")
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]


async def test_experiments_saved_by_many_designers_lose_no_acknowledged_change(
    processes: tuple[MongoStore, MongoStore],
) -> None:
    """Each adds its mark to what it read; a save that was overtaken is refused and tried again."""
    stores = [ExperimentStore(one.database) for one in processes]
    assert await stores[0].save("rows", {"marks": []}, 0)

    async def add(mark: int) -> None:
        store = stores[mark % 2]
        while True:
            stored = (await store.documents())["rows"]
            document = {"marks": [*stored["marks"], mark]}
            if await store.save("rows", document, stored["revision"]):
                return

    for number in range(ROUNDS):
        await asyncio.gather(*(add(number * WRITERS + writer) for writer in range(WRITERS)))
    marks = (await stores[0].documents())["rows"]["marks"]
    assert sorted(marks) == list(range(ROUNDS * WRITERS))


async def test_sticky_variants_of_one_account_are_all_kept(
    processes: tuple[MongoStore, MongoStore], mongo_database: str
) -> None:
    """Two processes write what many profiles of an account were shown."""
    logs = [ExposureLog(one.database) for one in processes]
    with MongoClient[dict[str, Any]](mongo_database) as client:
        collection(client, ACCOUNTS).insert_one({"_id": "home"})
        for number in range(ROUNDS * WRITERS):
            profile, account = ProfileId(f"p{number}"), AccountId("home")
            recorded = logs[number % 2].record(
                Exposure(
                    "rows",
                    1,
                    Unit.PROFILE,
                    profile,
                    "B",
                    0,
                    True,
                    profile,
                    account,
                    "page",
                    1,
                    "v",
                    NOW,
                )
            )
            assert recorded
        await asyncio.gather(*(log.flush() for log in logs))
        [stored] = collection(client, ACCOUNTS).find()
        assert len(stored["arms"]["rows"]) == ROUNDS * WRITERS
        assert collection(client, EXPOSURES).count_documents({}) == ROUNDS * WRITERS
    assert [log.dropped for log in logs] == [0, 0]


async def test_events_recorded_while_the_archive_is_written_are_all_archived_once(
    processes: tuple[MongoStore, MongoStore], mongo_database: str, tmp_path: Path
) -> None:
    """The night rewrites whole days while the service records; the next night has the rest."""
    today, over = datetime.now(UTC), threading.Event()

    def archive() -> int:
        runs = 0
        with MongoClient[dict[str, Any]](mongo_database) as client:
            while not over.is_set() or not runs:
                archive_live_events(collection(client, EVENTS), tmp_path, today.date(), datetime.now(UTC))
                runs += 1
            # The next night: events may become visible a little late.
            later = today + timedelta(days=1)
            archive_live_events(collection(client, EVENTS), tmp_path, later.date(), later)
        return runs

    acknowledged: list[str] = []

    async def write(writer: int) -> None:
        for number in range(ROUNDS * 4):
            event = Event(f"{writer}-{number}", MINA, TitleId("t1"), EventType.LIKE, NOW, "DE")
            await processes[writer % 2].record(MINA, [event], activity_changes([event]))
            acknowledged.append(event.id)

    archiving = asyncio.create_task(asyncio.to_thread(archive))
    await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
    over.set()
    assert await archiving >= 1
    archived = archived_ids(tmp_path)
    assert len(acknowledged) == WRITERS * ROUNDS * 4
    assert sorted(archived) == sorted(acknowledged)


async def test_an_answer_of_a_profile_that_has_left_is_no_success(
    processes: tuple[MongoStore, MongoStore],
) -> None:
    with pytest.raises(NotFound):
        await processes[0].save_preferences(MINA, Preferences(("Drama",), NOW))


async def test_a_page_that_two_writes_outdated_is_invalidated_for_the_second_too() -> None:
    """The first retry is under way when the second write asks: Redis may have carried it out before that write."""
    retrying, go_on = asyncio.Event(), asyncio.Event()
    invalidated: list[str] = []

    class SlowRedis:
        async def invalidate(self, profile_id: ProfileId) -> None:
            if not failing.is_set():
                failing.set()
                raise StoreUnavailable("redis")
            retrying.set()
            await go_on.wait()
            invalidated.append(profile_id)

    async def no_pause(seconds: float) -> None:
        pass

    failing = asyncio.Event()
    cache = InvalidatingPageCache(SlowRedis(), no_pause)  # type: ignore[arg-type]
    await cache.invalidate(MINA)
    await retrying.wait()
    cache.invalidate_later(MINA)
    go_on.set()
    while cache._retrying is not None:
        await asyncio.wait({cache._retrying})
    assert invalidated == [MINA, MINA]
    with pytest.raises(AttributeError):
        # It asks Redis again: nothing is pending.
        await cache.read(CacheKey(MINA, "v"))
