"""Nothing forbidden leaves while stores are down: from memory, from lower tiers, from the fallback page.

A page is served whole first, so that memory is full of what the profile might see then. Then its account moves,
its plan ends, it becomes a child's or titles are blocked, time passes over licences, and stores go dark.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bff.local_stack import StoreUrls
from bff.stores.base.instrumentation import record_store_calls
from domain.ids import Region, TitleId
from domain.page_cache.cached_page import PageCachePolicy
from domain.recommendations.lists import DataVersion
from resolvers.runtime.process import Process
from resolvers.runtime.stores import Stores
from tests.domain.made import DE, JP, NOW, US
from tests.resolvers import poison, world
from tests.resolvers.conftest import NOWHERE, Face, opened
from tests.resolvers.poison import PAGE, SHIFTING, TITLES, leaked, may_see, spoken_of
from tests.resolvers.shipped import Ship

pytestmark = pytest.mark.stores

EXAMPLES = 25
DARK = (
    "elasticsearch",
    "redis",
    "elasticsearch redis",
    "mongo",
    "mongo elasticsearch",
    "mongo elasticsearch redis",
)


@dataclass(frozen=True)
class Stage:
    urls: StoreUrls
    whole: Stores
    dark: Mapping[str, Stores]


@pytest.fixture(scope="module")
async def stage(corner: StoreUrls, version: DataVersion) -> AsyncIterator[Stage]:
    world.fill(corner, version, poison.LISTS, poison.CAST, poison.LAYOUT, TITLES)
    async with AsyncExitStack() as stack:
        whole = await stack.enter_async_context(opened(corner, clock=lambda: NOW))
        dark = {}
        for names in DARK:
            gone = {f"{store}_url": getattr(NOWHERE, f"{store}_url") for store in names.split()}
            stores = await stack.enter_async_context(opened(replace(corner, **gone), clock=lambda: NOW))
            dark[names] = stores.ports
        yield Stage(corner, whole.ports, dark)


def a_process() -> Process:
    ship = Ship(poison.SHIPPED)
    return Process(
        shipped_pages=ship,
        clock=lambda: 0.0,
        fallback_timeout_seconds=20,
        page_cache_policy=PageCachePolicy(confirm_seconds=0),
    )


async def page(face: Face, now: datetime, region: str | None = None) -> dict[str, Any]:
    context = face.context(SHIFTING, now=now, region=region)
    result = await face.ask(PAGE, context, p=f"profile_{SHIFTING}")
    assert result.data is not None
    assert {error.message for error in result.errors or ()} <= {"mongo did not answer"}
    return result.data


@given(
    before=poison.facts,
    after=poison.facts,
    then=poison.instants,
    later=st.sampled_from(
        [timedelta(0), poison.MILLI, 2 * poison.MILLI, timedelta(hours=1), timedelta(days=1)]
    ),
    names=st.sampled_from(DARK[:3]),
)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_process_remembers_nothing_that_may_not_be_seen_any_more(
    stage: Stage, before: Any, after: Any, then: datetime, later: timedelta, names: str
) -> None:
    """The profile can be read, the catalogue or the lists cannot."""
    process = a_process()
    poison.become(stage.urls, *before)
    await page(Face(stage.whole, process), then)
    person = poison.become(stage.urls, *after)
    with record_store_calls() as asked:
        answer = await page(Face(stage.dark[names], process), then + later)
    assert asked.failed["mongo"] == 0
    assert leaked(answer, *person, then + later) == set()


@given(
    before=poison.facts,
    then=poison.instants,
    names=st.sampled_from(DARK[3:]),
    region=st.sampled_from([DE, US, JP, None]),
)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_an_unknown_viewer_sees_titles_for_all_ages_and_plans_in_the_region_of_the_token(
    stage: Stage, before: Any, then: datetime, names: str, region: Region | None
) -> None:
    """Without a region, what is licensed in every region that the shipped page knows."""
    process = a_process()
    poison.become(stage.urls, *before)
    await page(Face(stage.whole, process), then)
    answer = await page(Face(stage.dark[names], process), then, region)
    _, guest = poison.a_person(DE, "", 0, True, True)
    for where in [region] if region else [DE, US]:
        assert leaked(answer, poison.an_account(where, ""), replace(guest, blocked=()), then) == set()


@pytest.mark.parametrize("names", DARK)
async def test_a_page_in_the_dark_has_cards_all_the_same(stage: Stage, names: str) -> None:
    """So that the tests above do not pass because nothing is shown."""
    process = a_process()
    account, profile = poison.become(stage.urls, DE, "premium", 18, False, False)
    await page(Face(stage.whole, process), NOW)
    spoken = spoken_of(await page(Face(stage.dark[names], process), NOW, "DE"))
    if "mongo" in names:
        account, profile = poison.an_account(DE, ""), replace(profile, kids=True, maturity_limit=0)
    assert len(spoken) >= 6
    assert {one for one in spoken if not may_see(TITLES[TitleId(one)], account, profile, NOW)} == set()
