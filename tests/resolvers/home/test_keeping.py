"""Storing a snapshot does not delay the response, and its outcome is counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from bff.local_stack import StoreUrls
from bff.stores.base.instrumentation import record_store_calls
from domain.page_cache.cached_page import PageCachePolicy
from domain.ports.observer import NullObserver
from domain.snapshots.snapshot import SnapshotOutcome
from resolvers.runtime.background import Background
from resolvers.runtime.process import Process
from tests.resolvers.conftest import Face, opened
from tests.resolvers.home.test_snapshots import FINISH, home, nodes

pytestmark = pytest.mark.stores

REPLAY = {
    "redis.changes": 1,
    "mongo.title_facts": 1,
    "mongo.profiles": 1,
    "mongo.accounts": 1,
    "mongo.activity": 1,
    "mongo.pointers": 1,
    "redis.pages": 1,
    "elasticsearch.titles": 1,
}


@dataclass
class Counting(NullObserver):
    """Records the outcomes."""

    told: list[SnapshotOutcome] = field(default_factory=list)

    def snapshot_stored(self, keeping: SnapshotOutcome) -> None:
        self.told.append(keeping)


@asynccontextmanager
async def counted(urls: StoreUrls, most: int = 1000) -> AsyncIterator[tuple[Face, Counting]]:
    observer = Counting()
    composing = PageCachePolicy(fresh_seconds=0)
    process = Process(Background(most), observer, page_cache_policy=composing, clock=lambda: 0.0)
    async with opened(urls) as stores:
        yield Face(stores.ports, process), observer


async def test_a_page_is_written_when_it_is_new_and_not_when_it_is_served_again(filled: StoreUrls) -> None:
    async with counted(filled) as (face, observer):
        for _ in range(3):
            await home(face)
            await face.process.background.settle()
        assert observer.told == [SnapshotOutcome.SAVED]
        await face.data(FINISH, id="kept-10", title="title_mv10")
        await home(face)
        await face.process.background.settle()
    assert observer.told == [SnapshotOutcome.SAVED, SnapshotOutcome.SAVED]


async def test_without_redis_it_is_counted_as_not_saved_and_tried_again(filled: StoreUrls) -> None:
    async with counted(replace(filled, redis_url="redis://127.0.0.1:9/0")) as (face, observer):
        for _ in range(2):
            await home(face)
            await face.process.background.settle()
    assert observer.told == [SnapshotOutcome.NOT_SAVED, SnapshotOutcome.NOT_SAVED]


async def test_a_snapshot_is_dropped_under_load_and_paging_goes_on_in_the_same_process(
    filled: StoreUrls,
) -> None:
    async with counted(filled, most=0) as (face, observer):
        before = await home(face)
        assert observer.told == [SnapshotOutcome.DROPPED]
        await face.data(FINISH, id="kept-11", title="title_mv11")
        again = await home(face, after=before["rows"]["edges"][0]["cursor"])
    assert again["snapshotId"] != before["snapshotId"]
    assert again["rows"]["pageInfo"]["restarted"] is False
    assert nodes(again["rows"]) == nodes(before["rows"])[1:]


async def test_showing_a_page_again_asks_the_stores_for_little_whatever_its_rows(filled: StoreUrls) -> None:
    """No layout, no list: who watches, the page, and its titles in one call."""
    async with counted(filled) as (face, _):
        before = await home(face)
        await face.process.background.settle()
    async with counted(filled) as (face, _):
        with record_store_calls() as noted:
            again = await home(face, snapshot=before["snapshotId"])
        assert again["snapshot"]["state"] == "REPLAYED"
        assert dict(noted.calls) == REPLAY
        with record_store_calls() as noted:
            await home(face, snapshot=before["snapshotId"])
        assert dict(noted.calls) == {
            name: 1 for name in REPLAY if name not in ("mongo.pointers", "redis.pages")
        }


async def test_many_rows_that_go_on_at_once_share_one_call(filled: StoreUrls) -> None:
    async with counted(filled) as (face, _):
        before = await home(face)
        await face.process.background.settle()
    rows = [row for row in nodes(before["rows"]) if len(row["cards"]["edges"]) > 1][:4]
    fields = [
        f"""r{number}: node(id: "{row["id"]}", snapshotId: "{before["snapshotId"]}") {{ ... on Row {{
          cards(after: "{row["cards"]["edges"][0]["cursor"]}") {{ nodes {{ cardId }} }} }} }}"""
        for number, row in enumerate(rows)
    ]
    async with counted(filled) as (face, _):
        with record_store_calls() as noted:
            found = await face.data(f"{{ {' '.join(fields)} }}")
    assert dict(noted.calls) == REPLAY
    expected = [[card["cardId"] for card in nodes(row["cards"])[1:]] for row in rows]
    assert [[card["cardId"] for card in found[f"r{n}"]["cards"]["nodes"]] for n in range(4)] == expected
