"""Keeping a page takes nothing from its answer, and what became of it is counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from bff.local_stack import StoreUrls
from domain.kept_pages import Keeping
from domain.observing import Silent
from resolvers.process import Background, Process
from tests.resolvers.conftest import Face, opened
from tests.resolvers.test_snapshots import FINISH, home, nodes

pytestmark = pytest.mark.stores


@dataclass
class Counting(Silent):
    """Remembers what became of pages."""

    told: list[Keeping] = field(default_factory=list)

    def page_kept(self, keeping: Keeping) -> None:
        self.told.append(keeping)


@asynccontextmanager
async def counted(urls: StoreUrls, most: int = 1000) -> AsyncIterator[tuple[Face, Counting]]:
    observer = Counting()
    process = Process(background=Background(most), observer=observer, clock=lambda: 0.0)
    async with opened(urls) as stores:
        yield Face(stores.ports, process), observer


async def test_a_page_is_written_when_it_is_new_and_not_when_it_is_served_again(filled: StoreUrls) -> None:
    async with counted(filled) as (face, observer):
        for _ in range(3):
            await home(face)
            await face.process.background.settle()
        assert observer.told == [Keeping.SAVED]
        await face.data(FINISH, id="kept-10", title="title_mv10")
        await home(face)
        await face.process.background.settle()
    assert observer.told == [Keeping.SAVED, Keeping.SAVED]


async def test_without_redis_it_is_counted_as_not_saved_and_tried_again(filled: StoreUrls) -> None:
    async with counted(replace(filled, redis_url="redis://127.0.0.1:9/0")) as (face, observer):
        for _ in range(2):
            await home(face)
            await face.process.background.settle()
    assert observer.told == [Keeping.NOT_SAVED, Keeping.NOT_SAVED]


async def test_when_too_much_is_under_way_it_is_dropped_and_goes_on_here_all_the_same(
    filled: StoreUrls,
) -> None:
    async with counted(filled, most=0) as (face, observer):
        before = await home(face)
        assert observer.told == [Keeping.DROPPED]
        await face.data(FINISH, id="kept-11", title="title_mv11")
        again = await home(face, after=before["rows"]["edges"][0]["cursor"])
    assert again["snapshotId"] != before["snapshotId"]
    assert again["rows"]["pageInfo"]["restarted"] is False
    assert nodes(again["rows"]) == nodes(before["rows"])[1:]
