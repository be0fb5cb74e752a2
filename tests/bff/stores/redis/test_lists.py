"""The Redis adapter against the real local server: one round trip, invalid lists, a server that is gone."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
from redis import Redis

from bff.local_stack import StoreUrls
from bff.stores.base.instrumentation import record_store_calls
from bff.stores.redis.lists import RedisStore
from domain.errors import StoreUnavailable
from domain.ids import GLOBAL, Region
from domain.recommendations.keys import trend_key
from domain.recommendations.lists import TrendKey, TrendWindow

pytestmark = pytest.mark.stores

DE_DAY = TrendKey(Region("DE"), TrendWindow.DAY)
DE_DRAMA = TrendKey(Region("DE"), TrendWindow.DAY, "Drama")
WORLD = TrendKey(GLOBAL, TrendWindow.WEEK)


@pytest.fixture
async def store(stack: StoreUrls) -> AsyncIterator[RedisStore]:
    opened = RedisStore(stack.redis_url)
    yield opened
    await opened.close()


@pytest.fixture
def version(stack: StoreUrls) -> Iterator[str]:
    """A version of this test's own; what was written under it is removed."""
    name = uuid.uuid4().hex
    yield name
    with Redis.from_url(stack.redis_url) as client:
        for key in client.scan_iter(f"*{name}*"):
            client.delete(key)


def put(stack: StoreUrls, version: str, key: TrendKey, text: str | bytes) -> None:
    with Redis.from_url(stack.redis_url) as client:
        client.set(trend_key(version, key), text)


def a_list(*title_ids: str) -> str:
    return json.dumps({"items": [[title_id, 2.5, 7] for title_id in title_ids], "computed_at": 1_000})


async def test_lists_of_several_regions_are_one_call_and_missing_ones_are_absent(
    store: RedisStore, stack: StoreUrls, version: str
) -> None:
    put(stack, version, DE_DAY, a_list("m1", "m2"))
    put(stack, version, WORLD, a_list("m3"))
    with record_store_calls() as call_log:
        found = await store.trends(version, [DE_DAY, DE_DRAMA, WORLD])
    assert {key: [entry.title_id for entry in ranked.entries] for key, ranked in found.items()} == {
        DE_DAY: ["m1", "m2"],
        WORLD: ["m3"],
    }
    assert call_log.calls == {"redis.trends": 1}


async def test_no_keys_ask_nothing(store: RedisStore) -> None:
    with record_store_calls() as call_log:
        assert await store.trends("any", []) == {}
    assert call_log.calls == {}


@pytest.mark.parametrize(
    "rubbish", ["", "no json", "[]", "{}", '{"items": 3}', b"\xff\xfe", '{"items": [[1]]}']
)
async def test_a_rotten_list_costs_its_own_key(
    store: RedisStore, stack: StoreUrls, version: str, rubbish: str | bytes
) -> None:
    put(stack, version, DE_DAY, rubbish)
    put(stack, version, WORLD, a_list("m3"))
    assert set(await store.trends(version, [DE_DAY, WORLD])) == {WORLD}


async def test_a_server_that_is_not_there_is_unavailable_at_once() -> None:
    store = RedisStore("redis://127.0.0.1:9/0")
    began = time.perf_counter()
    with pytest.raises(StoreUnavailable) as raised:
        await store.trends("v", [DE_DAY])
    assert raised.value.store == "redis"
    assert time.perf_counter() - began < 1.0
    await store.close()


async def test_a_server_that_never_answers_is_unavailable_within_the_time_out() -> None:
    silent = await asyncio.start_server(lambda reader, writer: asyncio.sleep(30), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    store = RedisStore(f"redis://127.0.0.1:{port}/0")
    began = time.perf_counter()
    with pytest.raises(StoreUnavailable):
        await store.trends("v", [DE_DAY])
    assert time.perf_counter() - began < 2.5
    await store.close()
    silent.close()
