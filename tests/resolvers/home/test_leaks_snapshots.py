"""Pages that are shown again as they were served show nothing that may not be seen by then.

Between the two the account moves, its plan or the profile's limit changes, titles are blocked or withdrawn,
licences end; the second look may be another process's, which has the page from Redis.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bff.local_stack import StoreUrls
from domain.ids import TitleId
from domain.recommendations.lists import DataVersion
from tests.domain.made import DAY, DE, NOW
from tests.resolvers import poison, world
from tests.resolvers.conftest import Face, opened
from tests.resolvers.poison import PAGE, SHIFTING, TITLES, leaked, may_see, spoken_of

pytestmark = pytest.mark.stores

EXAMPLES = 25
ROW = """query Row($row: ID!, $snapshot: ID) { node(id: $row, snapshotId: $snapshot) { ... on Row {
  title subtitle accessibilityLabel reason { text pivots { title { id name } } }
  cards(first: 50) { nodes { title { id name } reason { text } accessibilityLabel artwork { url alt } } } } } }"""


@dataclass(frozen=True)
class Stage:
    urls: StoreUrls
    one: Face
    another: Face
    """A process that never served the page."""


@pytest.fixture(scope="module")
async def stage(corner: StoreUrls, version: DataVersion) -> AsyncIterator[Stage]:
    world.fill(corner, version, poison.LISTS, poison.CAST, poison.LAYOUT, TITLES)
    async with AsyncExitStack() as stack:
        faces = [Face((await stack.enter_async_context(opened(corner))).ports) for _ in range(2)]
        yield Stage(corner, *faces)


async def page(face: Face, now: datetime, snapshot: str | None = None) -> dict[str, Any]:
    context = face.context(SHIFTING, now=now)
    answer = await face.data(PAGE, context, p=f"profile_{SHIFTING}", snapshot=snapshot)
    await face.process.background.settle()
    return answer


@given(
    before=poison.facts,
    after=poison.facts,
    then=poison.instants,
    later=st.sampled_from([timedelta(0), poison.MILLI, 2 * poison.MILLI, timedelta(minutes=5)]),
    same=st.booleans(),
    number=st.integers(0, 20),
)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_page_shown_again_is_filtered_again(
    stage: Stage, before: Any, after: Any, then: datetime, later: timedelta, same: bool, number: int
) -> None:
    poison.become(stage.urls, *before)
    served = (await page(stage.one, then))["home"]
    person = poison.become(stage.urls, *after)
    face, now, snapshot = stage.one if same else stage.another, then + later, served["snapshotId"]
    assert leaked(await page(face, now, snapshot), *person, now) == set()
    rows = served["rows"]["nodes"]
    if rows:
        row = rows[number % len(rows)]["id"]
        again = await face.data(ROW, face.context(SHIFTING, now=now), row=row, snapshot=snapshot)
        assert leaked(again, *person, now) == set()


async def test_a_page_shown_again_has_its_cards_less_what_may_not_be_seen(stage: Stage) -> None:
    """So that the test above does not pass because pages are made anew or empty."""
    poison.become(stage.urls, DE, "premium", 18, False, False)
    served = (await page(stage.one, NOW))["home"]
    person = poison.become(stage.urls, DE, "standard", 12, False, True)
    again = (await page(stage.another, NOW, served["snapshotId"]))["home"]
    assert again["snapshotId"] == served["snapshotId"]
    seen, left = spoken_of(served), spoken_of(again)
    assert left <= {one for one in seen if may_see(TITLES[TitleId(one)], *person, NOW)}
    assert {"mv01", "mv09", "rb02"} <= left
    assert {"pl01", "mv03", "mv17", "sa", "sd-1-1"} & left == set()


async def test_a_title_that_is_withdrawn_is_gone_from_pages_served_before(
    stage: Stage, version: DataVersion
) -> None:
    poison.become(stage.urls, DE, "standard", 18, False, False)
    served = (await page(stage.one, NOW))["home"]
    assert "mv05" in spoken_of(served)
    closed = {"windows": [{"regions": ["DE", "US"], "starts_at": 0, "ends_at": 1}]}
    with Elasticsearch(stage.urls.elasticsearch_url) as elastic:
        kept = elastic.get(index=version.index, id="mv05")["_source"]
        elastic.index(index=version.index, id="mv05", document=dict(kept) | closed, refresh=True)
        try:
            for face in (stage.one, stage.another):
                assert "mv05" not in spoken_of(await page(face, NOW + DAY / 24, served["snapshotId"]))
                assert "mv05" not in spoken_of(await page(face, NOW + DAY / 24))
        finally:
            elastic.index(index=version.index, id="mv05", document=dict(kept), refresh=True)
