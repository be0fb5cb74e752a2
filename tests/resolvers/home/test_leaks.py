"""Nothing forbidden leaves by any way: every audience, every way there is to a title, the whole answer read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bff.local_stack import StoreUrls
from domain.ids import TitleId
from domain.recommendations.lists import DataVersion
from domain.viewers.profiles import Account, Profile
from tests.domain.made import DE, NOW
from tests.resolvers import poison, world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.poison import EVERY_WAY, TITLES, leaked, may_see, spoken_of

pytestmark = pytest.mark.stores

EXAMPLES = 40


@pytest.fixture(scope="module")
async def poisoned(corner: StoreUrls, version: DataVersion) -> AsyncIterator[Face]:
    world.fill(corner, version, poison.LISTS, poison.CAST, poison.LAYOUT, TITLES)
    async with opened(corner, clock=lambda: NOW) as stores:
        yield Face(stores.ports)


def test_the_reader_of_answers_sees_ids_and_names_wherever_they_stand() -> None:
    answer = {
        "a": "/art/poster/mv07-abcdefghijklmnopqrstuv.svg?v=1",
        "b": "row_ade~because~sb",
        "c": "marquee://play/title_sc-1-2",
        "d": "Because you liked Granite Viaduct",
    }
    assert spoken_of(answer) == {"mv07", "sb", "sc-1-2", "us02"}


async def asked(face: Face, person: tuple[Account, Profile], now: datetime, **asked: Any) -> Any:
    account, profile = person
    return await face.ask(
        EVERY_WAY,
        face.context(account.id, now=now),
        p=f"profile_{profile.id}",
        home=f"home_{profile.id}",
        **asked,
    )


@pytest.mark.parametrize(
    ("plan", "limit", "kids", "blocked", "count"),
    [("premium", 18, False, False, 51), ("standard", 18, False, True, 34), ("standard", 7, True, False, 18)],
)
async def test_every_permitted_title_is_within_reach(
    poisoned: Face, plan: str, limit: int, kids: bool, blocked: bool, count: int
) -> None:
    """So the next test does not pass because nothing is ever shown."""
    person = poison.a_person(DE, plan, limit, kids, blocked)
    result = await asked(poisoned, person, NOW, text="harbour", one="title_mv01", another="title_sa")
    expected = {title.id for title in TITLES.values() if may_see(title, *person, NOW)}
    assert spoken_of(result.data) == expected
    assert len(expected) == count


@given(
    person=poison.people,
    now=poison.instants,
    text=poison.titles.map(lambda title: title.name) | st.sampled_from(["Drama", "Ada Example", "almanak"]),
    one=poison.ids,
    another=poison.ids,
)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_answer_speaks_of_a_title_that_may_not_be_seen(
    poisoned: Face, person: tuple[Account, Profile], now: datetime, text: str, one: TitleId, another: TitleId
) -> None:
    """168 profiles in 8 regions and plans, by every way there is to a title, around every edge of a licence."""
    result = await asked(poisoned, person, now, text=text, one=f"title_{one}", another=f"title_{another}")
    assert result.data is not None
    assert {error.message for error in result.errors or ()} <= {"There is no such title."}
    assert leaked(result.data, *person, now) == set()
