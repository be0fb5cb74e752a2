"""The log of visibility changes in a real server: order, positions, trimming, loss, and both writers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from redis import Redis

from batch.storage.announcements import announce, announce_or_warn
from bff.local_stack import StoreUrls
from bff.stores.redis.lists import RedisStore
from bff.stores.visibility.log import VisibilityLog
from domain.errors import StoreUnavailable
from domain.ids import ProfileId, TitleId
from domain.visibility.changes import (
    ALL_CHANGED,
    CHANGES_KEY,
    FIELD,
    LAST_KEY,
    MAX_CHANGES,
    SINCE_KEY,
    VisibilityChange,
)

pytestmark = pytest.mark.stores

ADE = VisibilityChange(profiles=(ProfileId("ade"),))
FILM = VisibilityChange(titles=(TitleId("m1"), TitleId("m2")))


@pytest.fixture
def server(stack: StoreUrls) -> Iterator[Redis]:
    """The last database: other tests announce too."""
    with Redis.from_url(stack.redis_url.rpartition("/")[0] + "/15") as redis:
        redis.flushdb()
        yield redis
        redis.flushdb()


@pytest.fixture
async def log(stack: StoreUrls, server: Redis) -> AsyncIterator[VisibilityLog]:
    redis = RedisStore(stack.redis_url.rpartition("/")[0] + "/15")
    yield VisibilityLog(redis)
    await redis.close()


async def test_a_reader_hears_each_announcement_once_whoever_made_it(
    log: VisibilityLog, server: Redis
) -> None:
    start = await log.read_after("")
    assert (start.position, list(start.changes)) == ("", [])
    await log.announce(ADE)
    assert announce(server, FILM) == 1
    first = await log.read_after(start.position)
    assert [one.change for one in first.changes] == [ADE, FILM]
    assert (await log.read_after(first.position)).changes == ()
    await log.announce(ADE)
    assert [one.change for one in (await log.read_after(first.position)).changes] == [ADE]


async def test_the_log_says_from_when_it_is_complete(log: VisibilityLog, server: Redis) -> None:
    await log.announce(ADE)
    reading = await log.read_after("")
    assert reading.changes[0].at - reading.complete_from < timedelta(seconds=5)
    began = server.get(SINCE_KEY)
    await log.announce(FILM)
    assert server.get(SINCE_KEY) == began


async def test_a_lost_log_is_complete_only_from_its_new_beginning(log: VisibilityLog, server: Redis) -> None:
    await log.announce(ADE)
    before = await log.read_after("")
    server.delete(CHANGES_KEY, LAST_KEY, SINCE_KEY)
    after = await log.read_after(before.position)
    assert (after.position, after.has_gap) == ("", True)
    assert after.complete_from >= before.complete_from


async def test_who_was_away_for_longer_than_the_log_reaches_is_told(
    log: VisibilityLog, server: Redis
) -> None:
    with server.pipeline(transaction=False) as pipeline:
        for number in range(MAX_CHANGES):
            pipeline.xadd(CHANGES_KEY, {FIELD: '{"titles":["m1"]}'}, id=f"{number + 1}-0")
        pipeline.set(LAST_KEY, f"{MAX_CHANGES}-0")
        pipeline.execute()
    assert (await log.read_after("7-0")).has_gap is False
    await log.announce(ADE)
    assert (await log.read_after(f"{MAX_CHANGES}-0")).has_gap is False
    assert (await log.read_after("1-0")).has_gap is True
    assert server.xlen(CHANGES_KEY) == MAX_CHANGES


async def test_an_announcement_of_an_unknown_form_stands_for_everything(
    log: VisibilityLog, server: Redis
) -> None:
    position = server.xadd(CHANGES_KEY, {FIELD: "rubbish"})
    assert isinstance(position, bytes)
    server.set(LAST_KEY, position)
    assert [one.change for one in (await log.read_after("")).changes] == [ALL_CHANGED]


def test_a_writer_without_redis_says_what_to_do() -> None:
    with Redis.from_url("redis://127.0.0.1:9", socket_timeout=0.2) as nobody:
        assert "marquee announce --everything" in announce_or_warn(nobody, FILM)


async def test_without_redis_the_service_is_told() -> None:
    redis = RedisStore("redis://127.0.0.1:9")
    with pytest.raises(StoreUnavailable):
        await VisibilityLog(redis).announce(FILM)
    await redis.close()
