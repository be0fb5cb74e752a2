"""The gate before /graphql: too many requests are turned away before anything is done for them.

What a request is for is read from headers, which can only lower it: whatever fetches in advance says so with
`x-marquee-priority: prefetch`, or as browsers do (`Sec-Purpose`, `Purpose`, or a `Priority` of RFC 9218 less urgent
than usual). A mutation is a play; only when pages are full is a body looked at for one, without being parsed.
The gate also notes how long the client will wait, `x-marquee-timeout-ms`.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
import uuid
from collections.abc import Callable, Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bff.http import query_limits as limits
from bff.http.concurrency_limiter import ConcurrencyLimiter
from bff.http.result_formatting import plain_error
from domain.resilience.concurrency_limit import Priority
from resolvers.runtime import deadlines

TIMEOUT_MS = b"x-marquee-timeout-ms"
REQUEST_ID = re.compile(rb"^[A-Za-z0-9_-]{1,64}$")
URGENCY = re.compile(rb"(?:^|,)\s*u=([4-7])(?:\s*[,;]|\s*$)")
LEAST_TIMEOUT = 0.05
"""Seconds. Nothing can be answered sooner by plan, so a shorter wish is taken as this."""

ANSWERED = (200, 304)
MUTATION = b"mutation"
RETRY_SECONDS = {Priority.PREFETCH: (10, 30), Priority.HOME: (1, 4), Priority.PLAY: (1, 2)}
"""When to come back: spread, or everybody who was turned away returns at one moment."""

_ID = "0" * 32
_HEAD, _, _TAIL = json.dumps(
    plain_error("OVERLOADED", "Too many requests are under way.", _ID, retryable=True), separators=(",", ":")
).partition(_ID)
HEAD, TAIL = _HEAD.encode(), _TAIL.encode()
CONTENT_TYPE = b"application/json; charset=utf-8"
NEWER_CONTENT_TYPE = b"application/graphql-response+json; charset=utf-8"
NEWER = b"application/graphql-response+json"


def _asks_ahead(value: bytes) -> bool:
    return value.lower().startswith(b"prefetch")


CLAIMS: dict[bytes, Callable[[bytes], bool]] = {
    b"x-marquee-priority": _asks_ahead,
    b"sec-purpose": _asks_ahead,
    b"purpose": _asks_ahead,
    b"priority": lambda value: URGENCY.search(value) is not None,
}


class _Full(Exception):
    """There was no place any more when the body had come."""


class LoadShedder:
    """ASGI middleware of one route.

    A place is held from the end of the body to the begin of the answer: slow senders and slow readers hold none.
    """

    def __init__(
        self,
        app: ASGIApp,
        admission: ConcurrencyLimiter,
        fixed: Priority | None = None,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`fixed` is what every request is for, where the address says it."""
        self._app = app
        self._admission = admission
        self._fixed = fixed
        self._clock = clock
        self._chance = chance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        priority, seconds = self._fixed or Priority.HOME, limits.ANSWER_SECONDS
        for name, value in scope["headers"]:
            claim = CLAIMS.get(name)
            if claim is not None and self._fixed is None and claim(value):
                priority = Priority.PREFETCH
            elif name == TIMEOUT_MS:
                seconds = _wished(value)
        # Whether it is a page or a play is not known before there is a body: who is refused is to be counted right.
        if priority != Priority.HOME and not self._admission.has_room(priority):
            await self._turn_away(scope, send, priority)
            return
        visit = _Visit(self._admission, self._clock, priority, seconds, receive, send)
        try:
            await visit.receive_first()
            # Whoever came in the same turn of the loop is counted before the first of them begins to work; else
            # pages that wait for nothing would each be over before the next was seen, and none ever too many.
            await asyncio.sleep(0)
            await self._app(scope, visit.receive, visit.send)
        except _Full:
            await self._turn_away(scope, send, visit.priority)
        finally:
            visit.leave(None)

    async def _turn_away(self, scope: Scope, send: Send, priority: Priority) -> None:
        self._admission.turn_away(priority)
        soonest, latest = RETRY_SECONDS[priority]
        retry = soonest + int(self._chance() * (latest - soonest + 1))
        request_id = _request_id(scope["headers"])
        body = HEAD + request_id + TAIL
        headers = [
            (b"content-type", _content_type(scope["headers"])),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"private, no-store"),
            (b"retry-after", str(retry).encode()),
            (b"x-request-id", request_id),
        ]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


class _Visit:
    """One request on its way through: it takes a place with the last of its body, and its time begins."""

    def __init__(
        self,
        admission: ConcurrencyLimiter,
        clock: Callable[[], float],
        priority: Priority,
        seconds: float,
        receive: Receive,
        send: Send,
    ) -> None:
        self.priority = priority
        self._admission = admission
        self._clock = clock
        self._seconds = seconds
        self._receive = receive
        self._send = send
        self._first: Message | None = None
        self._began: float | None = None
        self._is_over = False

    async def receive_first(self) -> None:
        """Most bodies are there whole when their request is. Raises _Full."""
        try:
            async with asyncio.timeout(limits.RECEIVE_SECONDS):
                self._first = await self._receive()
        except TimeoutError:
            self._is_over = True
        else:
            self._look(self._first)

    async def receive(self) -> Message:
        """Raises _Full, and TimeoutError when the first of the body did not come in time."""
        if self._is_over:
            raise TimeoutError
        if self._first is not None:
            message, self._first = self._first, None
            return message
        message = await self._receive()
        self._look(message)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._began is not None:
            # A refusal costs next to nothing: it would make the service look quick.
            answered = message["status"] in ANSWERED
            self.leave(self._clock() - self._began if answered else None)
        await self._send(message)

    def leave(self, seconds: float | None) -> None:
        if self._began is not None:
            self._began = None
            self._admission.leave(seconds)

    def _look(self, message: Message) -> None:
        """Notice a mutation; with the end of the body take a place."""
        if self._began is not None or message["type"] != "http.request":
            return
        is_play = self.priority == Priority.PLAY
        if self.priority == Priority.HOME and not self._admission.has_room(Priority.HOME):
            is_play = MUTATION in message.get("body", b"")
        if message.get("more_body"):
            self.priority = Priority.PLAY if is_play else self.priority
            return
        self.priority = Priority.PLAY if is_play else self.priority
        if not self._admission.enter(self.priority):
            raise _Full
        self._began = self._clock()
        deadlines.begin(self._seconds)


def _wished(value: bytes) -> float:
    """Seconds that the client will wait: what it says within reason, the service's own limit otherwise."""
    if not value.isdigit() or len(value) > 9:
        return limits.ANSWER_SECONDS
    return min(max(int(value) / 1000, LEAST_TIMEOUT), limits.ANSWER_SECONDS)


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    for name, value in headers:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return value
    return uuid.uuid4().hex.encode()


def _content_type(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    named = any(name == b"accept" and NEWER in value for name, value in headers)
    return NEWER_CONTENT_TYPE if named else CONTENT_TYPE
