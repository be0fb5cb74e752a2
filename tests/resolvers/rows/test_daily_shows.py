"""A daily show goes on behind the day that was watched, also when that day has left the catalogue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.recommendations.lists import DataVersion
from domain.timestamps import to_iso
from tests.domain.made import HOUR, NOW, a_title, an_episode
from tests.resolvers import world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.event_mutations import RECORD, an_input, batch, done, rows

pytestmark = pytest.mark.stores

SHOW = replace(a_title("daily"), kind=TitleKind.SERIES)


def a_day(number: int, day: date, season: int | None = None) -> Title:
    aired = replace(an_episode("daily", 1, number), season=season, episode=None, air_date=day)
    return replace(aired, id=TitleId(f"daily-{number}"))


DAYS = [a_day(1, date(2025, 12, 30)), a_day(2, date(2025, 12, 31)), a_day(3, date(2026, 1, 2), season=2026)]


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    titles = world.TITLES | {title.id: title for title in (SHOW, *DAYS)}
    world.fill(corner, version, titles=titles)
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    async with opened(filled) as stores:
        yield Face(stores.ports)


async def test_the_day_after_the_one_that_is_gone_is_next(face: Face, filled: StoreUrls) -> None:
    await done(face, RECORD, batch(an_input("COMPLETE", "daily-2", occurredAt=to_iso(NOW - HOUR))))
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        client.get_default_database()["titles"].delete_one({"_id": "daily-2"})
    assert (await rows(face)).get("continue") == "daily-3 (Next: 2 Jan 2026)"
