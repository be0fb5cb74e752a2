"""The load generator: a process of its own that does as little as it can, so that the server has the machine.

python volley.py < PLAN > OUTCOME

PLAN and OUTCOME are those of firing.py, as JSON. Connections are kept alive and carry one request at a time; a
body is measured, and looked into only when the plan asks for hashes. uvloop is used where there is one.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import SplitResult, urlsplit

SPOT = b"#0000000000"
"""In a request: a GraphQL comment that counts, so that the same operation is never sent twice."""


class Volley:
    """What one load has to do and what came of it."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.target = urlsplit(plan["url"])
        self.requests = [wire(self.target, each) for each in plan["requests"]]
        self.limit = plan["count"] or sys.maxsize
        self.seconds = plan["seconds"]
        self.keeps = plan["keep"]
        self.ends = 0.0
        self.sent = 0
        self.latencies: list[float] = []
        self.sizes: list[dict[int, int]] = [{} for _ in self.requests]
        self.hashes: dict[int, str] = {}
        self.failures: list[str] = []
        self.bytes = 0
        self.done = asyncio.get_running_loop().create_future()
        self.open = 0

    def next(self) -> tuple[int, bytes] | None:
        """The request to send and its place among those given; None when the load is over."""
        if self.sent >= self.limit or time.perf_counter() >= self.ends:
            return None
        place = self.sent % len(self.requests)
        self.sent += 1
        request = self.requests[place]
        if SPOT in request:
            request = request.replace(SPOT, b"#%010d" % self.sent)
        return place, request

    def answered(self, place: int, status: bytes, body: bytes | bytearray, size: int, seconds: float) -> None:
        self.latencies.append(seconds)
        self.bytes += size
        sizes = self.sizes[place]
        sizes[size] = sizes.get(size, 0) + 1
        if status != b"200":
            self.failed(f"status {status.decode()}: {bytes(body[:300]).decode(errors='replace')}")
        if self.keeps and place not in self.hashes:
            self.hashes[place] = hashlib.blake2b(body, digest_size=16).hexdigest()
            with open(f"{self.keeps}/{place}.json", "wb") as file:
                file.write(body)

    def failed(self, what: str) -> None:
        self.failures.append(what)

    def left(self) -> None:
        self.open -= 1
        if not self.open and not self.done.done():
            self.done.set_result(None)


class Caller(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends again."""

    def __init__(self, volley: Volley) -> None:
        self.volley = volley
        self.buffer = bytearray()
        self.head = 0
        self.size = -1
        self.status = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.volley.open += 1
        self._send()

    def _send(self) -> None:
        following = self.volley.next()
        if following is None:
            self.transport.close()
            return
        self.place, request = following
        self.began = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.head and not self._read_head():
            return
        if self.size >= 0:
            if len(self.buffer) >= self.head + self.size:
                self._finish(self.head + self.size, None)
        elif self.buffer.endswith(b"0\r\n\r\n"):
            body = dechunked(self.buffer, self.head)
            if body is not None:
                self._finish(len(self.buffer), body)

    def _read_head(self) -> bool:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self.buffer[:end]).lower()
        self.head = end + 4
        self.status = head[9:12]
        _, found, rest = head.partition(b"\r\ncontent-length:")
        self.size = int(rest.partition(b"\r\n")[0]) if found else -1
        return True

    def _finish(self, end: int, body: bytearray | None) -> None:
        seconds = time.perf_counter() - self.began
        if body is None and (self.volley.keeps or self.status != b"200"):
            body = self.buffer[self.head : end]
        size = self.size if self.size >= 0 else len(body or b"")
        self.volley.answered(self.place, self.status, body or b"", size, seconds)
        del self.buffer[:end]
        self.head, self.size = 0, -1
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if self.head or self.buffer or error:
            self.volley.failed(f"connection lost: {error}")
        self.volley.left()


def dechunked(buffer: bytearray, start: int) -> bytearray | None:
    """The body of a chunked answer; None when it is not all there."""
    body = bytearray()
    while True:
        line = buffer.find(b"\r\n", start)
        if line < 0:
            return None
        size = int(bytes(buffer[start:line]).partition(b";")[0], 16)
        start = line + 2
        if size == 0:
            return body if len(buffer) >= start + 2 else None
        if len(buffer) < start + size + 2:
            return None
        body += buffer[start : start + size]
        start += size + 2


def wire(target: SplitResult, request: dict[str, Any]) -> bytes:
    """The bytes of a POST as they go over the wire."""
    body = request["body"].encode()
    lines = [f"POST {target.path} HTTP/1.1", f"Host: {target.netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in request["headers"].items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def fire(plan: dict[str, Any]) -> dict[str, Any]:
    volley = Volley(plan)
    secure = volley.target.scheme == "https"
    port = volley.target.port or (443 if secure else 80)
    began = time.perf_counter()
    volley.ends = began + volley.seconds
    loop = asyncio.get_running_loop()
    for _ in range(plan["at_once"]):
        await loop.create_connection(
            lambda: Caller(volley), volley.target.hostname, port, ssl=True if secure else None
        )
    await volley.done
    return {
        "seconds": time.perf_counter() - began,
        "latencies": volley.latencies,
        "bytes": volley.bytes,
        "sizes": [sorted(sizes) for sizes in volley.sizes],
        "hashes": [volley.hashes.get(place, "") for place in range(len(volley.requests))],
        "failures": volley.failures[:5],
        "failed": len(volley.failures),
        "cpu_seconds": time.process_time(),
    }


def answer(fire: Callable[[dict[str, Any]], Coroutine[Any, Any, dict[str, Any]]]) -> None:
    """Fire the plan that comes in by stdin, and write what became of it to stdout."""
    plan = json.load(sys.stdin)
    try:
        import uvloop
    except ImportError:
        outcome = asyncio.run(fire(plan))
    else:
        outcome = uvloop.run(fire(plan))
    json.dump(outcome, sys.stdout)


if __name__ == "__main__":
    answer(fire)
