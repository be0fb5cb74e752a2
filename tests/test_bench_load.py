"""The load generator counts what a server really answered, however the answer comes in; unequal answers are found."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parent / "bench"

ANSWERS = {"/a": b"short", "/b": b"x" * 100_000, "/c": b"0\r\n\r\n in the middle of a body"}


def whole(body: bytes) -> list[bytes]:
    return [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body]


def in_bits(body: bytes) -> list[bytes]:
    """The head in two, the body in two."""
    sent = whole(body)[0]
    return [sent[:10], sent[10:60], sent[60:]]


def chunked(body: bytes) -> list[bytes]:
    parts = [body[:3], body[3:]]
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in parts]
    return [b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", *chunks, b"0\r\n\r\n"]


def failing(body: bytes) -> list[bytes]:
    return [b"HTTP/1.1 503 Busy\r\ncontent-length: 4\r\n\r\nlate"]


@asynccontextmanager
async def server(way: Any) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that answers the body of a request with its answer of ANSWERS; its address, and what it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b"":
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            asked.append(body)
            for part in way(ANSWERS[body[:2].decode()]):
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0)

    async def forgiving(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    listening = await asyncio.start_server(forgiving, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield f"http://127.0.0.1:{port}/graphql", asked


async def volley(url: str, bodies: Sequence[str], keep: str = "", **plan: Any) -> dict[str, Any]:
    given = {
        "url": url,
        "requests": [{"body": body, "headers": {"X-Of": "test"}} for body in bodies],
        "seconds": 20.0,
        "at_once": 2,
        "count": 0,
        "keep": keep,
        **plan,
    }
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        str(BENCH / "volley.py"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await child.communicate(json.dumps(given).encode())
    outcome: dict[str, Any] = json.loads(told)
    return outcome


@pytest.mark.parametrize("way", [whole, in_bits, chunked])
async def test_every_answer_is_counted_measured_and_kept_however_it_comes_in(
    way: Any, tmp_path: Path
) -> None:
    async with server(way) as (url, asked):
        outcome = await volley(url, [*ANSWERS], str(tmp_path), count=7)
    assert sorted(asked) == [b"/a"] * 3 + [b"/b"] * 2 + [b"/c"] * 2
    assert len(outcome["latencies"]) == 7
    assert outcome["failed"] == 0
    assert outcome["sizes"] == [[len(body)] for body in ANSWERS.values()]
    assert outcome["bytes"] == 3 * len(ANSWERS["/a"]) + 2 * len(ANSWERS["/b"]) + 2 * len(ANSWERS["/c"])
    assert outcome["hashes"] == [
        hashlib.blake2b(body, digest_size=16).hexdigest() for body in ANSWERS.values()
    ]
    assert [(tmp_path / f"{place}.json").read_bytes() for place in range(3)] == list(ANSWERS.values())


async def test_refused_requests_are_counted_as_failed_and_reported() -> None:
    async with server(failing) as (url, _):
        outcome = await volley(url, ["/a"], count=3)
    assert outcome["failed"] == 3
    assert outcome["failures"][0] == "status 503: late"


async def test_an_operation_with_the_counting_comment_is_never_sent_twice() -> None:
    async with server(whole) as (url, asked):
        await volley(url, ["/a #0000000000"], count=4)
    assert sorted(asked) == [b"/a #000000000%d" % number for number in (1, 2, 3, 4)]


async def test_a_load_without_a_count_ends_when_its_time_is_over() -> None:
    async with server(whole) as (url, asked):
        outcome = await volley(url, ["/a"], seconds=0.2)
    assert len(outcome["latencies"]) == len(asked) > 2
    assert outcome["seconds"] >= 0.2


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"home": {"rows": [1, 2]}}, None),
        ({"home": {"rows": [1, 3]}}, "data.home.rows[1] is 3, not 2"),
        ({"home": {"rows": [1]}}, "data.home.rows has 1 items, not 2"),
        ({"house": {}}, "data has ['house'], not ['home']"),
        ({"home": {"rows": None}}, "data.home.rows is None, not [1, 2]"),
    ],
)
def test_the_first_place_where_two_answers_differ_is_named(given: object, told: str | None) -> None:
    assert payloads().difference(given, {"home": {"rows": [1, 2]}}) == told


def test_answers_that_differ_in_the_order_of_their_keys_are_not_equal(tmp_path: Path) -> None:
    files = []
    for place, home in enumerate(({"a": 1, "b": 2}, {"b": 2, "a": 1})):
        files.append(tmp_path / f"{place}.json")
        files[-1].write_text(json.dumps({"data": {"home": home}}))
    payloads().check_equal("the same", files[:1], files[:1])
    with pytest.raises(SystemExit, match=r"other answers request 0 differently: .*\['b', 'a'\]"):
        payloads().check_equal("other", files[1:], files[:1])


def payloads() -> Any:
    spec = importlib.util.spec_from_file_location("bench_payloads", BENCH / "payloads.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
