"""Cached pages: a viewer's activity shows on the next page, in every process; ineligible titles are on none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from bff.stores.base.instrumentation import record_store_calls
from domain.page_cache.cached_page import CacheStatus, PageCachePolicy
from domain.ports.observer import NullObserver
from tests.domain.made import NOW
from tests.resolvers.conftest import Face, a_process
from tests.resolvers.home.test_paging import refused

pytestmark = pytest.mark.stores

HOME = """query Home($profile: ID!) { home(profileId: $profile, device: {formFactor: TV}) {
  snapshotId generatedAt degradations { what } rows(first: 20) { nodes { id title cards(first: 40) { nodes {
    title { id } progress { percent } resume { label } userState { inList rating watched } actions { kind }
    reason { text } tracking { cardToken } } } } } } }"""
RATE = """mutation Rate($id: String!, $title: ID!) { titleRate(input: {profileId: "profile_ade", titleId: $title,
  verdict: DISLIKE, clientEventId: $id}) { __typename } }"""
LIST = """mutation List($id: String!, $title: ID!) { listAdd(input: {profileId: "profile_ade", titleId: $title,
  clientEventId: $id}) { __typename } }"""
SEEN = """mutation Seen($token: String!) { eventsRecord(input: {profileId: "profile_ade", events: [
  {clientEventId: "warm-seen", type: IMPRESSION, titleId: "title_mv08", trackingToken: $token}]}) { __typename } }"""
SECOND = timedelta(seconds=1)


@dataclass
class Told(NullObserver):
    warmth: list[CacheStatus] = field(default_factory=list)

    def page_cache_read(self, warmth: CacheStatus) -> None:
        self.warmth.append(warmth)


class Held:
    """A Trends port that delays composition until the gate opens."""

    def __init__(self, trends: Any) -> None:
        self._trends = trends
        self.began, self.gate = asyncio.Event(), asyncio.Event()

    async def trends(self, version: str, keys: Any) -> Any:
        self.began.set()
        await self.gate.wait()
        return await self._trends.trends(version, keys)


def watched(face: Face) -> Told:
    """Records the cache status of this face's pages from now on."""
    told = face.process.observer = Told()
    return told


async def home(
    face: Face, profile: str = "ade", now: datetime = NOW, settle: bool = True, account: str = "home"
) -> dict[str, Any]:
    answer = await face.data(HOME, face.context(account, now=now), profile=f"profile_{profile}")
    if settle:
        await face.process.background.settle()
    page: dict[str, Any] = answer["home"]
    return page


def ids(page: dict[str, Any], row: str | None = None) -> list[str]:
    return [
        card["title"]["id"].removeprefix("title_")
        for node in page["rows"]["nodes"]
        if row is None or node["id"].endswith(f"~{row}")
        for card in node["cards"]["nodes"]
    ]


@pytest.fixture
def changed(filled: StoreUrls) -> Any:
    """`changed("profiles", "ade", maturity_limit=7)`: as an importer would. Undone afterwards."""
    before: list[tuple[str, dict[str, Any]]] = []
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        database = client.get_default_database()

        def change(collection: str, key: str, **values: Any) -> None:
            found = database[collection].find_one({"_id": key})
            assert found is not None
            before.append((collection, found))
            database[collection].update_one({"_id": key}, {"$set": values})

        yield change
        for collection, document in reversed(before):
            database[collection].replace_one({"_id": document["_id"]}, document)


async def test_a_cached_page_equals_the_composed_one_in_every_process(two: tuple[Face, Face]) -> None:
    one, other = two
    told = watched(other)
    composed = await home(one)
    assert len(ids(composed)) > 20
    assert await home(other) == composed
    assert told.warmth == [CacheStatus.HIT]


async def test_what_a_viewer_does_shows_on_the_next_page_of_every_process(two: tuple[Face, Face]) -> None:
    one, other = two
    before = await home(one)
    assert await home(other) == before
    disliked = next(title for title in ids(before, "picks") if title.startswith("mv"))
    await one.data(RATE, id="warm-1", title=f"title_{disliked}")
    for face in (other, one):
        assert disliked not in ids(await home(face), "picks")
    await other.data(LIST, id="warm-2", title="title_mv15")
    for face in (one, other):
        assert "mv15" in ids(await home(face), "mine")


async def test_a_page_composed_before_a_write_is_not_stored(
    two: tuple[Face, Face], filled: StoreUrls
) -> None:
    one, other = two
    held = Held(one.stores.trends)
    slow = Face(replace(one.stores, trends=held), a_process(PageCachePolicy()))
    late = asyncio.create_task(home(slow, settle=False))
    await held.began.wait()
    await other.data(LIST, id="warm-3", title="title_mv16")
    held.gate.set()
    await late
    await slow.process.background.settle()
    told = watched(other)
    assert "mv16" in ids(await home(other), "mine")
    assert told.warmth == [CacheStatus.MISS]


async def test_a_removed_rating_is_none(two: tuple[Face, Face]) -> None:
    async def rating(verdict: str, seconds: int) -> float | None:
        document = RATE.replace("DISLIKE", verdict)
        at = one.context(now=NOW + seconds * SECOND)
        await one.data(document, at, id=f"warm-{verdict}", title="title_mv17")
        page = await home(one, now=NOW + 10 * SECOND)
        cards = [card for node in page["rows"]["nodes"] for card in node["cards"]["nodes"]]
        [state] = {
            repr(card["userState"]): card["userState"]
            for card in cards
            if card["title"]["id"] == "title_mv17"
        }.values()
        found: float | None = state["rating"]
        return found

    one, _ = two
    assert await rating("LIKE", 1) == 1.0
    assert await rating("NONE", 2) is None


async def test_being_shown_something_does_not_end_a_page(two: tuple[Face, Face]) -> None:
    one, other = two
    page = await home(one)
    token = page["rows"]["nodes"][1]["cards"]["nodes"][0]["tracking"]["cardToken"]
    await one.data(SEEN, token=token)
    told = watched(other)
    assert (await home(other))["snapshotId"] == page["snapshotId"]
    assert (await home(other, now=NOW + 61 * SECOND))["snapshotId"] == page["snapshotId"]
    assert told.warmth == [CacheStatus.HIT, CacheStatus.CONFIRMED]


async def test_adults_and_children_of_one_account_never_get_each_others_pages(two: tuple[Face, Face]) -> None:
    pages = {name: await home(two[0], name) for name in ("ade", "kids", "new")}
    assert len({page["snapshotId"] for page in pages.values()}) == 3
    grown_up = set(ids(pages["ade"])) - set(ids(pages["kids"]))
    assert grown_up

    async def asks(number: int) -> None:
        name = ("ade", "kids", "new")[number % 3]
        assert await home(two[number % 2], name, settle=False) == pages[name]

    told = watched(two[1])
    await asyncio.gather(*(asks(number) for number in range(120)))
    assert set(told.warmth) == {CacheStatus.HIT}


async def test_a_page_of_another_account_is_not_found(two: tuple[Face, Face]) -> None:
    await home(two[0])
    answer = await two[1].ask(HOME, two[1].context("away"), profile="profile_ade")
    assert refused(answer)[0] == "NOT_FOUND"
    assert answer.data == {"home": None}


@pytest.mark.parametrize(
    ("collection", "key", "values"),
    [
        ("profiles", "ade", {"maturity_limit": 7}),
        ("profiles", "ade", {"blocked": ["mv08"]}),
        ("profiles", "ade", {"kids": True}),
        ("accounts", "home", {"region": "US"}),
        ("accounts", "home", {"plan": "basic"}),
        ("activity", "ade", {"rated.mv09": {"at": 1, "value": -1.0}}),
    ],
    ids=["limit", "blocked", "kids", "region", "plan", "activity"],
)
async def test_what_changes_outside_the_service_is_in_force_within_the_minute(
    two: tuple[Face, Face], changed: Callable[..., None], collection: str, key: str, values: dict[str, Any]
) -> None:
    one, other = two
    await home(one)
    changed(collection, key, **values)
    told = watched(other)
    await home(other, now=NOW + 60 * SECOND)
    assert told.warmth == [CacheStatus.CHANGED, CacheStatus.MISS]


async def test_an_unchanged_page_is_confirmed_once_a_minute(two: tuple[Face, Face]) -> None:
    one, other = two
    before = await home(one)
    assert await home(other) == before
    told = watched(other)
    for seconds in (30, 60, 61, 90):
        with record_store_calls() as noted:
            page = await home(other, now=NOW + seconds * SECOND)
        confirmed = {"redis.warm_page": 1, "mongo.profiles": 1, "mongo.accounts": 1, "mongo.activity": 1}
        assert dict(noted.calls) == (confirmed if seconds == 60 else {"redis.warm_page": 1})
        assert page["snapshotId"] == before["snapshotId"]
    assert told.warmth == [CacheStatus.HIT, CacheStatus.CONFIRMED, CacheStatus.HIT, CacheStatus.HIT]


async def test_a_licence_ends_a_page_to_the_moment(
    two: tuple[Face, Face], changed: Callable[..., None]
) -> None:
    """mv02 leaves in three days: here its page was composed just before that."""
    one, other = two
    end = NOW + timedelta(days=3)
    assert "mv02" in ids(await home(one, now=end - 2 * SECOND))
    told = watched(other)
    assert "mv02" in ids(await home(other, now=end - SECOND))
    assert "mv02" not in ids(await home(other, now=end))
    assert told.warmth == [CacheStatus.HIT, CacheStatus.EXPIRED, CacheStatus.MISS]


async def test_a_stale_page_is_served_while_one_process_composes_another_and_then_no_more(
    two: tuple[Face, Face],
) -> None:
    one, other = two
    told, rules = watched(other), one.process.page_cache_policy
    first = await home(one)
    again = NOW + timedelta(seconds=rules.fresh_seconds)
    stale = await home(other, now=again)
    assert stale["generatedAt"] == first["generatedAt"]
    fresh = await home(other, now=again + SECOND)
    assert fresh["generatedAt"] > first["generatedAt"]
    await home(other, now=again + timedelta(seconds=rules.fresh_seconds + rules.grace_seconds))
    assert told.warmth == [CacheStatus.STALE, CacheStatus.HIT, CacheStatus.EXPIRED, CacheStatus.MISS]
