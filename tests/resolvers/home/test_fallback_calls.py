"""Store calls of the fallback chain: none without an outage, else at most two and once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from bff.local_stack import StoreUrls
from bff.stores.base.instrumentation import record_store_calls
from domain.ids import TitleId
from domain.layouts.model import RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource
from tests.resolvers import world
from tests.resolvers.conftest import NOWHERE, Face, opened
from tests.resolvers.home.test_store_calls import publish
from tests.resolvers.shipped import a_process

pytestmark = pytest.mark.stores

HOME = """query Home { home(profileId: "profile_ade", device: {formFactor: TV}) {
  degradations { what rowId servedInstead } rows(first: 30) { nodes { title servedFrom } } } }"""


async def calls_of(face: Face) -> tuple[Counter[str], dict[str, Any]]:
    with record_store_calls() as noted:
        home: dict[str, Any] = (await face.data(HOME))["home"]
    return noted.calls, home


def charts(count: int) -> Any:
    """A layout that is all trending rows, and one to watch on."""
    rows = [RowSpec(f"chart-{n}", RowSource.TRENDING, RowStyle.SHELF, min_cards=2) for n in range(count)]
    return replace(world.LAYOUT, rows=(RowSpec("continue", RowSource.CONTINUE_WATCHING, min_cards=1), *rows))


@pytest.mark.parametrize("count", [1, 3, 12])
async def test_however_many_rows_fail_the_page_makes_two_calls_more_and_none_of_them_twice(
    filled: StoreUrls, count: int
) -> None:
    publish(filled.mongo_url, charts(count))
    async with opened(filled) as whole, opened(replace(filled, redis_url=NOWHERE.redis_url)) as part:
        healthy, _ = await calls_of(Face(whole.ports, a_process()))
        cold, home = await calls_of(Face(part.ports, a_process()))
        warm, _ = await calls_of(Face(part.ports, a_process()))
    assert sum(loss["what"] == "ROW_UNAVAILABLE" for loss in home["degradations"]) == count
    assert cold - healthy == {"mongo.similar_titles": 1, "mongo.popular_titles": 1}
    # The popular lists of a version are read once by a process.
    assert warm - healthy == {"mongo.similar_titles": 1}


async def test_a_page_with_too_few_rows_asks_once_more_and_fetches_their_titles(filled: StoreUrls) -> None:
    """Nothing failed; there are two rows where the layout promises three."""
    picks = replace(world.LAYOUT, rows=world.LAYOUT.rows[:2])
    publish(filled.mongo_url, picks)
    async with opened(filled) as stores:
        face = Face(stores.ports, a_process())
        calls, home = await calls_of(face)
    assert [row["servedFrom"] for row in home["rows"]["nodes"]] == ["FRESH", "FRESH", "STATIC"]
    assert home["degradations"] == []
    assert calls["elasticsearch.titles"] == 2
    # The read of similar titles is the ranking's: what is like a disliked title moves back.
    assert (calls["mongo.similar_titles"], calls["mongo.popular_titles"]) == (1, 0)


async def test_a_title_that_was_withdrawn_is_not_shown_from_memory_while_the_catalogue_answers(
    filled: StoreUrls,
) -> None:
    """The shipped page and what rows held last name titles; the catalogue says which of them there still are."""
    publish(filled.mongo_url, world.LAYOUT)
    async with opened(filled) as whole, opened(replace(filled, redis_url=NOWHERE.redis_url)) as part:
        face = Face(whole.ports, a_process())
        await calls_of(face)
        gone = TitleId("mv17")
        known = Face(replace(part.ports, catalog=_Without(part.ports.catalog, gone)), face.process)
        answer = await known.ask(
            """{ home(profileId: "profile_ade", device: {formFactor: TV}) {
            rows(first: 30) { nodes { servedFrom cards(first: 40) { nodes { title { id } } } } } } }"""
        )
    assert answer.errors is None
    assert "LAST_GOOD" in str(answer.data)
    assert str(gone) not in str(answer.data)


class _Without:
    """A Catalog port from which one title was taken."""

    def __init__(self, catalog: Any, gone: TitleId) -> None:
        self._catalog = catalog
        self._gone = gone

    async def titles(self, index: str, ids: Any) -> Any:
        found = await self._catalog.titles(index, ids)
        return {key: title for key, title in found.items() if key != self._gone}

    async def browse(self, index: str, queries: Any) -> Any:
        return await self._catalog.browse(index, queries)
