"""Page snapshots: available at once, written once, found by every process, gone at their expiry."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace

import pytest
from redis import Redis

from bff.local_stack import StoreUrls
from bff.page_ttls import PageTtls
from bff.stores.base.instrumentation import record_store_calls
from bff.stores.redis.lists import RedisStore
from bff.stores.redis.page_codec import cached_page_to_bytes, page_to_bytes
from bff.stores.redis.page_snapshots import MAX_UNWRITTEN, RETRY_DELAY_SECONDS, RedisPageSnapshots
from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page.model import Card, Page, Row
from domain.page_cache.cached_page import CachedPage
from domain.recommendations.reasons import Reason, ReasonKind
from domain.snapshots.keys import page_key
from domain.snapshots.snapshot import snapshot_id, take_snapshot
from domain.viewers.activity import Activity
from tests.domain.made import MINA, NOW, a_profile, a_title, an_account
from tests.resolvers.world import a_version

LIVES = PageTtls(paging_seconds=3600, replay_seconds=0)
NOWHERE = "redis://127.0.0.1:9/0"


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def a_page(title: str = "t1", version: int = 3) -> Page:
    card = Card(a_title(title), Candidate(TitleId(title), "test", score=0.5), 0)
    spec = RowSpec("picks", RowSource.TOP_PICKS)
    row_candidates = RowCandidates(
        spec, (card.candidate,), Reason(ReasonKind.TASTE), FreshnessSource.BATCH, NOW
    )
    page = Page("", "home", version, "v1", NOW, (Row(row_candidates, 0, (card,)),))
    return replace(page, snapshot_id=snapshot_id(MINA, page))


PAGE = a_page()
KEPT = take_snapshot(PAGE, MINA)
ID = PAGE.snapshot_id


WARM = CachedPage(ID, a_profile(), an_account(), Activity(MINA), a_version("v1"), "people", NOW, NOW, NOW)


@pytest.fixture
def key(stack: StoreUrls) -> Iterator[str]:
    name = page_key(ID)
    with Redis.from_url(stack.redis_url) as client:
        client.delete(name)
        yield name
        client.delete(name)


@pytest.fixture
async def redis(stack: StoreUrls) -> AsyncIterator[RedisStore]:
    opened = RedisStore(stack.redis_url)
    yield opened
    await opened.close()


@pytest.mark.stores
async def test_a_snapshot_is_cached_before_it_is_written_and_found_everywhere_after(
    redis: RedisStore, stack: StoreUrls, key: str
) -> None:
    here, elsewhere = RedisPageSnapshots(redis, LIVES), RedisPageSnapshots(redis, LIVES)
    assert here.cache(PAGE, MINA) is True
    with record_store_calls() as call_log:
        assert await here.snapshots([ID, ID]) == {ID: KEPT}
        assert call_log.calls == {}
        assert await elsewhere.snapshots([ID]) == {}
        await here.save(ID)
        assert await elsewhere.snapshots([ID]) == {ID: KEPT}
        assert await elsewhere.snapshots([ID]) == {ID: KEPT}
    # Looked up in vain twice, with patience; then found once and remembered.
    assert call_log.calls == {"redis.pages": 3, "redis.keep_page": 1}
    with Redis.from_url(stack.redis_url) as client:
        assert 4500 < client.ttl(key) <= 4950


@pytest.mark.stores
async def test_a_page_that_is_written_in_the_moment_of_asking_is_found(redis: RedisStore, key: str) -> None:
    here = RedisPageSnapshots(redis, LIVES)
    here.cache(PAGE, MINA)

    async def meanwhile(seconds: float) -> None:
        assert seconds == RETRY_DELAY_SECONDS
        await here.save(ID)

    assert await RedisPageSnapshots(redis, LIVES, pause=meanwhile).snapshots([ID]) == {ID: KEPT}


@pytest.mark.stores
async def test_a_page_is_written_once_and_renewed_when_a_quarter_of_its_life_is_over(
    redis: RedisStore, stack: StoreUrls, key: str
) -> None:
    clock = Clock()
    pages = RedisPageSnapshots(redis, LIVES, clock)
    written = []
    with Redis.from_url(stack.redis_url) as client:
        for minutes in (0, 1, 14, 15, 16, 31):
            clock.now = 1000 + minutes * 60
            if pages.cache(PAGE, MINA):
                await pages.save(ID)
                assert client.ttl(key) >= 4500
                client.expire(key, 60)
                written.append(minutes)
    assert written == [0, 15, 31]


@pytest.mark.stores
async def test_the_first_process_that_serves_a_page_sets_its_instant(redis: RedisStore, key: str) -> None:
    """Every process writes the same content; only the instant differs."""
    for page in (PAGE, replace(PAGE, generated_at=NOW.replace(hour=21))):
        pages = RedisPageSnapshots(redis, LIVES)
        pages.cache(page, MINA)
        await pages.save(ID)
    found = await RedisPageSnapshots(redis, LIVES).snapshots([ID])
    assert found[ID].generated_at == NOW


@pytest.mark.stores
@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"no record",
        page_to_bytes(KEPT)[:-1],
        page_to_bytes(KEPT).replace(b"t1", b"t2"),
        page_to_bytes(KEPT).replace(b"MP2", b"MP1"),
        cached_page_to_bytes(WARM),
    ],
    ids=["nothing", "bytes", "cut short", "changed", "another format", "another kind"],
)
async def test_what_cannot_be_read_is_not_there(
    redis: RedisStore, stack: StoreUrls, key: str, text: bytes
) -> None:
    with Redis.from_url(stack.redis_url) as client:
        client.set(key, text, ex=60)
    assert await RedisPageSnapshots(redis, LIVES).snapshots([ID]) == {}


async def test_without_redis_a_snapshot_stays_cached_and_its_write_is_retried() -> None:
    redis, clock = RedisStore(NOWHERE), Clock()
    pages = RedisPageSnapshots(redis, LIVES, clock)
    assert pages.cache(PAGE, MINA) is True
    with pytest.raises(StoreUnavailable):
        await pages.save(ID)
    assert await pages.snapshots([ID]) == {ID: KEPT}
    assert pages.cache(PAGE, MINA) is True
    with pytest.raises(StoreUnavailable):
        await pages.save(ID)
    clock.now += 3600
    with pytest.raises(StoreUnavailable):
        await pages.snapshots([ID])
    await redis.close()


async def test_ids_that_cannot_be_ones_are_not_looked_up() -> None:
    redis = RedisStore(NOWHERE)
    assert await RedisPageSnapshots(redis, LIVES).snapshots(["", "*", "0" * 23, "g" * 24, ID + "\n"]) == {}
    await redis.close()


async def test_what_waits_to_be_written_is_bounded() -> None:
    redis = RedisStore(NOWHERE)
    pages = RedisPageSnapshots(redis, LIVES)
    made = [a_page(version=version) for version in range(MAX_UNWRITTEN + 1)]
    for page in made:
        assert pages.cache(page, MINA)
    assert len(await pages.snapshots([page.snapshot_id for page in made[1:]])) == MAX_UNWRITTEN
    with pytest.raises(StoreUnavailable):
        await pages.snapshots([made[0].snapshot_id])
    await redis.close()


@pytest.mark.parametrize(
    ("lives", "least"), [(PageTtls(3600, 0), 4500), (PageTtls(3600, 3 * 86_400), 3 * 86_400)]
)
def test_ttls_differ_by_a_tenth_and_are_never_shorter_than_promised(lives: PageTtls, least: int) -> None:
    seconds = [lives.ttl_seconds("0" * 20 + f"{number:04x}") for number in range(0, 0x10000, 0x101)]
    assert (min(seconds), max(seconds)) == (least, round(least * 1.1))
    assert len(set(seconds)) > 200


def test_a_page_takes_little_room() -> None:
    [row] = PAGE.rows
    cards = tuple(
        Card(
            a_title(f"tt{number:07}"),
            Candidate(TitleId(f"tt{number:07}"), "top_picks:similar", score=number / 997),
            column,
        )
        for column, number in enumerate(range(1000, 41_000, 1000))
    )
    page = replace(PAGE, rows=tuple(replace(row, position=place, cards=cards) for place in range(16)))
    assert len(page_to_bytes(take_snapshot(page, MINA))) < 36_000
