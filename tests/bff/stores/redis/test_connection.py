"""One connection for all commands: replies reach their caller; a lost or silent connection costs no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvloop
from redis.exceptions import NoScriptError, ResponseError

from bff.local_stack import StoreUrls
from bff.stores.redis.connection import PipelinedRedis

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@asynccontextmanager
async def opened(url: str, seconds: float = 5.0) -> AsyncIterator[PipelinedRedis]:
    pipelined = PipelinedRedis(url, seconds, 5.0)
    try:
        yield pipelined
    finally:
        await pipelined.close()


@asynccontextmanager
async def server(talk: Talk) -> AsyncIterator[str]:
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await talk(reader, writer)

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"redis://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()
        for writer in writers:
            writer.close()


@pytest.mark.stores
async def test_many_at_once_each_get_their_own_answer(stack: StoreUrls) -> None:
    async with opened(stack.redis_url) as redis:
        answers = await asyncio.gather(*(redis.execute("ECHO", f"{number}") for number in range(500)))
        assert answers == [f"{number}".encode() for number in range(500)]
        assert await redis.execute("GET", "there is no such key") is None


@pytest.mark.stores
async def test_what_the_server_refuses_is_its_askers_alone(stack: StoreUrls) -> None:
    async with opened(stack.redis_url) as redis:
        answers = await asyncio.gather(
            redis.execute("ECHO", b"one"),
            redis.execute("NONSENSE"),
            redis.execute("EVALSHA", "0" * 40, 0),
            redis.execute("ECHO", b"two"),
            return_exceptions=True,
        )
    assert [answers[0], answers[3]] == [b"one", b"two"]
    assert isinstance(answers[1], ResponseError)
    assert isinstance(answers[2], NoScriptError)


@pytest.mark.stores
async def test_another_database_is_selected_before_anything_is_asked(stack: StoreUrls) -> None:
    where = urlsplit(stack.redis_url)
    async with opened(f"redis://{where.netloc}/3") as redis:
        assert b"db=3" in await redis.execute("CLIENT", "INFO")  # type: ignore[operator]


async def test_what_is_asked_in_one_turn_leaves_in_one_write_on_one_connection() -> None:
    reads: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            reads.append(data)
            writer.write(b"+OK\r\n" * data.count(b"PING"))

    async with server(talk) as url, opened(url) as redis:
        await asyncio.gather(*(redis.execute("PING") for _ in range(20)))
    assert [data.count(b"PING") for data in reads] == [20]


async def test_a_connection_that_was_closed_while_idle_is_opened_again() -> None:
    connections = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.read(65_536)
        writer.write(b"+OK\r\n")
        await writer.drain()
        writer.close()

    async with server(talk) as url, opened(url) as redis:
        assert [await redis.execute("PING") for _ in range(3)] == [b"OK"] * 3
    assert connections == 3


async def test_a_server_that_was_demoted_is_left_for_the_one_its_name_leads_to_now() -> None:
    asked: list[int] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(0)
        mine = len(asked) - 1
        while await reader.read(65_536):
            asked[mine] += 1
            is_demoted = mine == 0 and asked[0] > 1
            writer.write(
                b"-READONLY You can't write against a read only replica.\r\n" if is_demoted else b"+OK\r\n"
            )
            await writer.drain()

    async with server(talk) as url, opened(url) as redis:
        assert [await redis.execute("SET", "a", "b") for _ in range(3)] == [b"OK"] * 3
    assert asked == [2, 2]


async def test_a_server_that_hangs_up_on_everything_is_given_up_after_a_second_try() -> None:
    connections = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.read(65_536)
        writer.close()

    async with server(talk) as url, opened(url) as redis:
        with pytest.raises(ConnectionError):
            await redis.execute("PING")
    assert connections == 2


async def test_a_silent_server_costs_its_time_and_no_more() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65_536)

    async with server(talk) as url, opened(url, seconds=0.05) as redis:
        answers = await asyncio.gather(*(redis.execute("PING") for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [TimeoutError] * 3


async def test_a_refused_connection_fails_at_once() -> None:
    async with opened("redis://127.0.0.1:9/0") as redis:
        with pytest.raises(OSError, match="9"):
            await redis.execute("PING")


@pytest.mark.stores
async def test_one_who_goes_away_takes_no_answer_from_the_others(stack: StoreUrls) -> None:
    async with opened(stack.redis_url) as redis:
        await redis.execute("PING")
        tasks = [asyncio.create_task(redis.execute("ECHO", f"{number}")) for number in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert (answers[0], answers[2]) == (b"0", b"2")
    assert isinstance(answers[1], asyncio.CancelledError)


@pytest.mark.stores
def test_it_runs_on_the_loop_of_the_service(stack: StoreUrls) -> None:
    async def ask() -> object:
        async with opened(stack.redis_url) as redis:
            return await redis.execute("ECHO", "here")

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(ask()) == b"here"


@pytest.mark.parametrize("rubbish", [b"?what\r\n", b"$-9\r\n", b"+OK\r\n+OK\r\n+OK\r\n"])
async def test_an_answer_that_is_no_reply_costs_its_connection_and_the_next_one_works(rubbish: bytes) -> None:
    connections = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        first = connections == 1
        while await reader.read(1000):
            writer.write(rubbish if first else b"+PONG\r\n")

    async with server(talk) as url, opened(url) as redis:
        with suppress(ConnectionError):
            await redis.execute("PING")
        assert await redis.execute("PING") == b"PONG"
    assert connections == 2
