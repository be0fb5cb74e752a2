"""A source that is late costs its own row, for as long as its budget lasts, and goes on behind the page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from domain.layouts.model import RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import RankedList, TrendKey
from tests.resolvers import world
from tests.resolvers.conftest import Face
from tests.resolvers.home.test_store_calls import publish
from tests.resolvers.shipped import a_process

pytestmark = pytest.mark.stores

HOME = """query Home { home(profileId: "profile_ade", device: {formFactor: TV}) {
  degradations { what rowId servedInstead } rows(first: 20) { nodes { id status servedFrom } } } }"""


class Slow:
    """A Trends port that answers when `may_answer` is set, and notes how often it did."""

    def __init__(self, trends: Any) -> None:
        self._trends = trends
        self.may_answer = asyncio.Event()
        self.answers = 0

    async def trends(self, version: str, keys: Sequence[TrendKey]) -> Mapping[TrendKey, RankedList]:
        await self.may_answer.wait()
        found: Mapping[TrendKey, RankedList] = await self._trends.trends(version, keys)
        self.answers += 1
        return found


def a_layout(**changes: Any) -> Any:
    chart = RowSpec("chart", RowSource.TRENDING, RowStyle.NUMBERED, max_cards=4, **changes)
    return replace(world.LAYOUT, rows=(*world.LAYOUT.rows[:3], chart), budget_ms=5000)


async def test_a_late_row_is_replaced_within_its_budget_and_its_read_comes_to_its_end(
    filled: StoreUrls, face: Face
) -> None:
    publish(filled.mongo_url, a_layout(budget_ms=50))
    slow = Slow(face.stores.trends)
    late = Face(replace(face.stores, trends=slow), a_process())
    async with asyncio.timeout(3):
        home = (await late.data(HOME))["home"]
    assert home["degradations"] == [
        {"what": "ROW_LATE", "rowId": "chart", "servedInstead": "what is popular in the region"}
    ]
    assert [(row["id"].split("~")[1], row["servedFrom"]) for row in home["rows"]["nodes"]] == [
        ("continue", "FRESH"),
        ("picks", "FRESH"),
        ("because", "FRESH"),
        ("because", "FRESH"),
        ("chart", "REGIONAL"),
    ]
    assert slow.answers == 0
    slow.may_answer.set()
    await late.process.background.settle()
    assert slow.answers == 1


async def test_a_row_may_not_take_longer_than_its_page(filled: StoreUrls, face: Face) -> None:
    publish(filled.mongo_url, replace(a_layout(budget_ms=60_000), budget_ms=50))
    slow = Slow(face.stores.trends)
    late = Face(replace(face.stores, trends=slow), a_process())
    async with asyncio.timeout(3):
        home = (await late.data(HOME))["home"]
    assert "ROW_LATE" in {loss["what"] for loss in home["degradations"]}
    slow.may_answer.set()
    await late.process.background.settle()
