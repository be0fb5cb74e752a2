"""Leaving Soon and editors' rows: exact cards, in order, for viewers who may and who may not see them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from bff.stores.base.instrumentation import record_store_calls
from domain.catalog.titles import LicenceWindow as Licence
from domain.ids import AccountId, ProfileId
from domain.layouts.model import Layout, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page_cache.cached_page import PageCachePolicy
from domain.recommendations.lists import DataVersion
from domain.viewers.profiles import Account
from tests.domain.made import DAY, DE, NOW, US
from tests.resolvers import world
from tests.resolvers.conftest import Face, a_process, opened
from tests.resolvers.world import ADE, SINCE, TITLES, tid

pytestmark = pytest.mark.stores

LAYOUT = Layout(
    "home",
    4,
    (
        RowSpec("week", RowSource.LEAVING_SOON, min_cards=1, options={"days": 7}),
        RowSpec("leaving", RowSource.LEAVING_SOON, min_cards=1),
        RowSpec(
            "chosen",
            RowSource.EDITORIAL,
            min_cards=1,
            max_cards=4,
            options={"titles": "mv20 us01 mv12 nothing mv12 mv21 premium nr01 ex01 mv22 mv23"},
        ),
    ),
    NOW - DAY,
)
LEAVING = {7: 2, 3: 1, 11: 14, 13: 15, 19: 7, 21: 7.5}
"""Movie number -> days until it leaves Germany."""


def a_world() -> dict[Any, Any]:
    changed = {
        tid(number): replace(
            TITLES[tid(number)], windows=(Licence((DE, US), SINCE, NOW + timedelta(days=days)),)
        )
        for number, days in LEAVING.items()
    }
    renewed = Licence((DE,), SINCE, NOW + DAY), Licence((DE,), NOW + DAY, NOW + 90 * DAY)
    changed[tid(8)] = replace(TITLES[tid(8)], windows=renewed)
    changed[tid(9)] = replace(
        TITLES[tid(9)], windows=(Licence((US,), SINCE, NOW + DAY), Licence((DE,), SINCE))
    )
    premium = replace(TITLES[tid(10)], id="premium", name="Golden Orchard", plans=("premium",))
    return {**TITLES, **changed, premium.id: premium}


PAYS = replace(ADE, id=ProfileId("pays"), account_id=AccountId("rich"))
BLOCKED = replace(ADE, id=ProfileId("blocked"), blocked=(tid(12), tid(19)))
PEOPLE = [
    (Account(AccountId("rich"), DE, "premium", SINCE), PAYS, None),
    (world.ACCOUNTS[0], BLOCKED, None),
]


@pytest.fixture(scope="module")
async def stage(corner: StoreUrls, version: DataVersion) -> AsyncIterator[Face]:
    world.fill(corner, version, people=PEOPLE, layout=LAYOUT, titles=a_world())
    async with opened(corner, clock=lambda: NOW) as stores:
        yield Face(stores.ports)


HOME = """query Home($p: ID!) { home(profileId: $p, device: {formFactor: TV}) { rows(first: 20) { nodes {
  id title subtitle cards(first: 40) { nodes { title { id } } } } } } }"""


async def rows(stage: Face, profile: str, account: str = "home", now: datetime = NOW) -> dict[str, str]:
    answer = await stage.data(HOME, stage.context(account, now), p=f"profile_{profile}")
    return {
        row["id"].partition("~")[2]: " ".join(
            card["title"]["id"].removeprefix("title_") for card in row["cards"]["nodes"]
        )
        for row in answer["home"]["rows"]["nodes"]
    }


async def test_what_leaves_within_two_weeks_stands_soonest_first(stage: Face) -> None:
    """mv02 ends in three days, mv13 after fifteen; mv08 is renewed, mv09 leaves elsewhere only."""
    assert await rows(stage, "new") == {
        "week": "mv03 mv07 mv02 mv19",
        "leaving": "mv21 mv11",
        "chosen": "mv20 mv12 nr01 mv22",
    }


async def test_a_minute_before_and_after_an_end(stage: Face) -> None:
    ends = NOW + DAY
    before = await rows(stage, "new", now=ends - timedelta(milliseconds=1))
    assert before["week"].split()[0] == "mv03"
    assert (await rows(stage, "new", now=ends))["week"].split()[0] == "mv07"


async def test_what_is_watched_or_too_old_does_not_stand_in_them(stage: Face) -> None:
    """Ade has begun mv02, liked mv03; children see neither mv11 (12) nor mv19 and mv21 (18)."""
    ade = await rows(stage, "ade")
    assert (ade["week"], ade["leaving"]) == ("mv03 mv07 mv19", "mv21 mv11")
    assert await rows(stage, "kids") == {"week": "mv03 mv07 mv02"}


async def test_a_plan_opens_what_it_has_and_what_a_parent_blocked_makes_room_for_the_next(
    stage: Face,
) -> None:
    assert (await rows(stage, "pays", "rich"))["chosen"] == "mv20 mv12 premium nr01"
    blocked = await rows(stage, "blocked")
    assert blocked == {"week": "mv03 mv07 mv02", "leaving": "mv21 mv11", "chosen": "mv20 nr01 mv22 mv23"}


async def test_their_words(stage: Face) -> None:
    nodes = (await stage.data(HOME, p="profile_new"))["home"]["rows"]["nodes"]
    assert [row["title"] for row in nodes] == ["Leaving Soon", "Leaving Soon", "Editors' Picks"]
    assert nodes[0]["subtitle"] == "Your last chance to watch these"
    assert nodes[2]["subtitle"] == "Chosen by our editors"


async def test_two_such_rows_cost_one_more_call_for_titles(stage: Face) -> None:
    face = Face(stage.stores, a_process(PageCachePolicy(fresh_seconds=0)))
    await face.data(HOME, p="profile_new")
    with record_store_calls() as noted:
        await face.data(HOME, p="profile_new")
    assert noted.calls["elasticsearch.titles"] == 2
    assert noted.calls["elasticsearch.browse"] <= 1
